"""A tree is gone through once: every node is met, in the order of Python's own walk."""

import ast
from pathlib import Path

import pytest

from gradcheck_grader.sandbox.child.reading.tree import nodes

ROOT = Path(__file__).parent.parent.parent
CONTEXTS = (ast.Load, ast.Store, ast.Del)
UNUSUAL = """
match point:
    case {"x": [1, *rest], **more} if (n := 1.5j) or not ...: del rest[0]
    case None | Point(x=0) as found: pass
async def f(a, /, b: int = 2, *c, d=3, **e) -> "x":
    async with g() as h, i: yield f"{a!r:>{b}}", [*c], {**e}
    global z; print(lambda: (yield), -a ** b @ ~c // 2, sep="")
    try: raise E from None
    except* (A, B) as error: return await k[1:2:3, ...]
    return {x for y in z if a < b <= c is not d for x in y if (x and y)}
"""
TEXTS = [
    *sorted((ROOT / "assignments").rglob("*.py")),
    *sorted((ROOT / "gradcheck_grader/sandbox").rglob("*.py")),
]


def agrees(tree: ast.AST) -> bool:
    walked = [node for node in ast.walk(tree) if not isinstance(node, CONTEXTS)]
    return list(map(id, nodes(tree))) == list(map(id, walked))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nodes_are_those_of_a_walk_but_for_contexts(path: Path) -> None:
    assert agrees(ast.parse(path.read_text(encoding="utf-8")))


def test_unusual_syntax_is_gone_through_as_well() -> None:
    assert agrees(ast.parse(UNUSUAL))


def test_nodes_of_one_kind_are_all_of_it() -> None:
    parts = nodes(ast.parse(UNUSUAL))
    for kind in {type(node) for node in parts}:
        assert list(parts.of(kind)) == [node for node in parts if type(node) is kind]
    assert parts.of(ast.While) == ()
