"""Which module-level values may be computed: those that are cheap and touch nothing."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Container, Iterable, Iterator

from ..facts import words
from .tree import nodes

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}

_PLAIN = (
    ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.Set, ast.Dict,
    ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Name, ast.Attribute,
    ast.Subscript, ast.Slice, ast.Starred, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.comprehension, ast.keyword, ast.expr_context, ast.operator,
    ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
_METHODS = words(  # of texts and dicts
    "capitalize endswith format fromkeys get items join keys lower lstrip removeprefix "
    "removesuffix rstrip split startswith strip title upper values"
)
_BUILDERS = (
    words(
        "abs all any bool complex dict enumerate float frozenset getattr hasattr int isinstance "
        "len list max min range reversed round set sorted str sum tuple type zip Counter "
        "MappingProxyType OrderedDict SimpleNamespace attrgetter defaultdict getLogger itemgetter "
        "methodcaller namedtuple partial"
    )
    | words(  # NumPy
        "RandomState arange array asarray astype default_rng diag exp eye finfo float32 float64 "
        "frompyfunc full identity int32 int64 linspace log log2 maximum minimum ones reshape "
        "sqrt vectorize zeros"
    )
    | _METHODS
)


_APPLIERS = words("map filter reduce")  # they call what they are given
_PLAIN_BASES = words("object ABC dict str Enum IntEnum StrEnum Generic Protocol")

# What begins a network: random numbers, and lists that are filled in a loop.
_DRAWS = words("choice normal rand randint randn random seed standard_normal uniform")
_BEGINNERS = _BUILDERS | _DRAWS
_FILLERS = _BEGINNERS | {"append"}
_DEEPEST = 20  # calls of one by another; nobody's file has as many


class Builders(Container[str]):
    """What is called for nothing by any name, and methods of one object that are, too."""

    def __init__(self, methods: Container[str]) -> None:
        self._methods = methods

    def __contains__(self, name: object) -> bool:
        """Tell whether a name is one of these."""
        return name in _BUILDERS or name in self._methods


def is_pure(
    value: ast.expr,
    known: Container[str],
    light: Container[str] = frozenset(),
    builders: Container[str] = _BUILDERS,
) -> bool:
    """Tell whether an expression only puts together literals, known names and cheap builders.

    ``light`` names the classes and functions that are called for nothing. A lambda is always pure:
    only its defaults are computed now.
    """
    parts = list(_parts(value))
    names = [part for part in parts if isinstance(part, ast.Name)]
    local = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    are_known = all(n.id in known or n.id in local or n.id in BUILTINS for n in names)
    return are_known and all(_is_cheap(part, light, builders) for part in parts)


class Light(Container[str]):
    """The classes and functions of a file that can be called for nothing.

    A class whose ``__init__`` keeps what it gets, or begins a network with small arrays and random
    numbers, and a function that chooses or makes something in a few steps, as
    ``activation("tanh")`` does. Most files never ask: what is kept is looked at when one does.

    Parameters
    ----------
    known : collection of str
        What is bound so far; whoever made this adds to it.
    """

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._kept: dict[str, ast.stmt] = {}
        self._found: dict[str, bool] = {}
        self._depth = 0

    def keep(self, names: Iterable[str], node: ast.stmt) -> None:
        """Take note of the statement that binds names; the last one counts."""
        self._kept |= dict.fromkeys(names, node)
        self._found.clear()

    def __contains__(self, name: object) -> bool:
        """Tell whether a name is that of such a class or function."""
        if name not in self._kept or self._depth > _DEEPEST:
            return False
        if name not in self._found:
            self._found[name] = False  # until it is known: one that calls itself is none
            self._depth += 1
            self._found[name] = _is_light(self._kept[name], self._known, self)
            self._depth -= 1
        return self._found[name]


def only_keeps(init: ast.FunctionDef, light: Container[str]) -> bool:
    """Tell whether an ``__init__`` keeps what it gets, and draws no numbers of its own."""
    inside = {name.id for name in nodes(init).of(ast.Name)}  # one that is not there only raises
    return all(_keeps(statement, inside, light, _BUILDERS) for statement in init.body)


def only_chooses(function: ast.FunctionDef, light: Container[str]) -> bool:
    """Tell whether a function chooses or makes something in a few steps."""
    inside = {name.id for name in nodes(function).of(ast.Name)}
    return not function.decorator_list and all(_chooses(s, inside, light) for s in function.body)


def _is_light(node: ast.stmt, known: Collection[str], light: Container[str]) -> bool:
    if isinstance(node, ast.FunctionDef):
        return only_chooses(node, light)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return _is_light_lambda(node.value, light, _BUILDERS)
    return isinstance(node, ast.ClassDef) and _is_light_class(node, known, light)


def _is_light_lambda(function: ast.Lambda, light: Container[str], builders: Container[str]) -> bool:
    return all(_is_cheap(part, light, builders) for part in _parts(function.body))


def _is_light_class(node: ast.ClassDef, known: Collection[str], light: Container[str]) -> bool:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name in ("__init__", "__new__"):
            own = _bound_in(item) | {*known}
            return all(_keeps(statement, own, light, _BEGINNERS) for statement in item.body)
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    names = [base.id if isinstance(base, ast.Name) else "" for base in bases]
    return all(name in _PLAIN_BASES or name in light for name in names) and not node.keywords


def _bound_in(function: ast.FunctionDef) -> set[str]:
    """Return the arguments of a function, and the names that it sets."""
    parts = nodes(function)
    stored = {name.id for name in parts.of(ast.Name) if isinstance(name.ctx, ast.Store)}
    return stored | {argument.arg for argument in parts.of(ast.arg)}


def _chooses(statement: ast.stmt, known: Collection[str], light: Container[str]) -> bool:
    """Tell whether a statement of a function is a step that repeats nothing and touches nothing."""
    if isinstance(statement, (ast.If, ast.Match)):
        tested = statement.test if isinstance(statement, ast.If) else statement.subject
        branches = [statement] if isinstance(statement, ast.If) else statement.cases
        inner = [s for branch in branches for s in (*branch.body, *getattr(branch, "orelse", ()))]
        return is_pure(tested, known, light) and all(_chooses(s, known, light) for s in inner)
    if isinstance(statement, ast.FunctionDef):
        return not statement.decorator_list
    if isinstance(statement, (ast.Assign, ast.Return, ast.Expr)):
        return statement.value is None or is_pure(statement.value, known, light)
    return isinstance(statement, (ast.Pass, ast.Raise))


def _keeps(
    statement: ast.stmt,
    known: Collection[str],
    light: Container[str],
    builders: Container[str],
) -> bool:
    """Tell whether a statement of an ``__init__`` costs nothing worth mentioning."""
    if isinstance(statement, ast.Expr):
        is_super = ast.unparse(statement.value).endswith("super().__init__()")
        return is_super or is_pure(statement.value, known, light, builders)
    if isinstance(statement, ast.Assign):
        return is_pure(statement.value, known, light, builders)
    if isinstance(statement, ast.For):
        inner = all(_keeps(one, known, light, _FILLERS) for one in statement.body)
        return inner and is_pure(statement.iter, known)
    return isinstance(statement, ast.Pass)


def _is_cheap(node: ast.AST, light: Container[str], builders: Container[str]) -> bool:
    if isinstance(node, ast.Call):
        applies = getattr(node.func, "attr", getattr(node.func, "id", "")) in _APPLIERS
        called = node.args[0] if applies and node.args else node.func
        if applies and isinstance(called, ast.Lambda):
            return _is_light_lambda(called, light, builders)
        if isinstance(called, ast.Attribute):
            return called.attr in builders
        return isinstance(called, ast.Name) and (called.id in builders or called.id in light)
    return isinstance(node, (*_PLAIN, ast.Lambda))


def _parts(value: ast.expr) -> Iterator[ast.AST]:
    """Yield every node that is computed; not recursive, for students' sums of a thousand terms."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.Lambda):
            arguments = node.args
            waiting += [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
        else:
            waiting += ast.iter_child_nodes(node)
