"""Which module-level values may be computed: those that are cheap and touch nothing."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator

from .facts import words

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
    "round set sorted str sum tuple zip OrderedDict defaultdict getLogger itemgetter namedtuple "
    "partial"
) | words(  # NumPy
    "RandomState arange array asarray default_rng exp eye finfo float32 float64 frompyfunc full "
    "int32 int64 linspace log log2 maximum minimum ones sqrt vectorize zeros"
)


def is_pure(
    value: ast.expr, known: Collection[str], classes: Collection[str] = frozenset()
) -> bool:
    """Tell whether an expression only puts together literals, known names and cheap builders.

    ``classes`` names those whose objects are made for nothing. A lambda is always pure: only its
    defaults are computed now.
    """
    builders = _BUILDERS.union(classes)
    names = [node for node in _parts(value) if isinstance(node, ast.Name)]
    local = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return all(_is_pure_part(node, known, local, builders) for node in _parts(value))


def is_light(node: ast.ClassDef) -> bool:
    """Tell whether objects of a class are made for nothing: its ``__init__`` keeps what it gets."""
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name in ("__init__", "__new__"):
            known = {argument.arg for argument in ast.walk(item) if isinstance(argument, ast.arg)}
            return all(_keeps(statement, known) for statement in item.body)
    return not node.bases and not node.keywords


def _keeps(statement: ast.stmt, known: Collection[str]) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign):
        return is_pure(statement.value, known)
    return isinstance(statement, ast.Pass)


def _is_pure_part(
    node: ast.AST, known: Collection[str], local: set[str], builders: Collection[str]
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
