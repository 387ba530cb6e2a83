"""Which module-level values may be computed: those that are cheap and touch nothing."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Container, Iterator

from ..facts import words

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}

_PLAIN = (
    ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.List, ast.Tuple, ast.Set, ast.Dict,
    ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Name, ast.Attribute,
    ast.Subscript, ast.Slice, ast.Starred, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.comprehension, ast.keyword, ast.expr_context, ast.operator,
    ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
_BUILDERS = words(
    "abs bool complex dict enumerate float frozenset hasattr int isinstance len list max min range "
    "round set sorted str sum tuple zip OrderedDict SimpleNamespace defaultdict getLogger "
    "itemgetter namedtuple partial"
) | words(  # NumPy
    "RandomState arange array asarray default_rng exp eye finfo float32 float64 frompyfunc full "
    "int32 int64 linspace log log2 maximum minimum ones sqrt vectorize zeros"
)


_DRAWS = words("choice normal rand randint randn random seed standard_normal uniform")


def is_pure(value: ast.expr, known: Container[str], light: Collection[str] = frozenset()) -> bool:
    """Tell whether an expression only puts together literals, known names and cheap builders.

    ``light`` names the classes whose objects are made for nothing, and the functions whose call
    costs nothing. A lambda is always pure: only its defaults are computed now.
    """
    builders = _BUILDERS.union(light)
    names = [node for node in _parts(value) if isinstance(node, ast.Name)]
    local = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return all(_is_pure_part(node, known, local, builders) for node in _parts(value))


def is_light(node: ast.ClassDef, known: Collection[str], light: Collection[str] = ()) -> bool:
    """Tell whether objects of a class are made for nothing.

    Its ``__init__`` keeps what it gets, or begins a network with small arrays and random numbers.
    ``known`` names what is bound before it, ``light`` the classes and functions before it of which
    that is known.
    """
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name in ("__init__", "__new__"):
            own = _bound_in(item) | {*known}
            return all(_keeps(statement, own, {*light, *_DRAWS}) for statement in item.body)
    bases = {base.id if isinstance(base, ast.Name) else "" for base in node.bases}
    return bases <= {"object", "ABC", *light} and not node.keywords


def is_factory(node: ast.FunctionDef, known: Collection[str], light: Collection[str]) -> bool:
    """Tell whether a call only defines functions and puts values together, as closures are made.

    ``known`` names what is bound before it, ``light`` the classes and functions before it of which
    that is known.
    """
    inner = {one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef)} - {node.name}
    own = _bound_in(node) | inner | {*known}
    return not node.decorator_list and all(_is_cheap(one, own, light) for one in node.body)


def _is_cheap(statement: ast.stmt, known: Collection[str], light: Collection[str]) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.Pass, ast.Raise)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign):
        named = all(isinstance(target, ast.Name) for target in statement.targets)
        return named and is_pure(statement.value, known, light)
    if isinstance(statement, ast.If):
        inner = (*statement.body, *statement.orelse)
        is_told = is_pure(statement.test, known, light)
        return is_told and all(_is_cheap(one, known, light) for one in inner)
    if isinstance(statement, ast.Return):
        return statement.value is None or is_pure(statement.value, known, light)
    return False


def _bound_in(function: ast.FunctionDef) -> set[str]:
    """Return the arguments of a function, and the names that it sets."""
    parts = list(ast.walk(function))
    stored = {one.id for one in parts if isinstance(one, ast.Name) and _is_stored(one)}
    return stored | {one.arg for one in parts if isinstance(one, ast.arg)}


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _keeps(statement: ast.stmt, known: Container[str], light: Collection[str]) -> bool:
    if isinstance(statement, ast.Expr):
        is_super = ast.unparse(statement.value).endswith("super().__init__()")
        return is_super or is_pure(statement.value, known, light)
    if isinstance(statement, ast.Assign):
        return is_pure(statement.value, known, light)
    if isinstance(statement, ast.For):
        return is_pure(statement.iter, known) and all(
            _keeps(one, known, {*light, "append"}) for one in statement.body
        )
    return isinstance(statement, ast.Pass)


def _is_pure_part(
    node: ast.AST, known: Container[str], local: set[str], builders: Collection[str]
) -> bool:
    if isinstance(node, ast.Name):
        return node.id in known or node.id in local or node.id in BUILTINS
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
        return name in builders
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
