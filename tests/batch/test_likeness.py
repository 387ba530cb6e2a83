"""Near copies are found whatever their names; what everybody has is no sign of copying."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.batch.graded import Entry, Graded, Person
from gradcheck_grader.batch.likeness import find_likeness, write_likeness
from gradcheck_grader.batch.likeness_code import likely_pairs, linked, own_marks
from gradcheck_grader.batch.likeness_numbers import Numbers
from gradcheck_grader.batch.likeness_values import Likeness
from gradcheck_grader.models import GradeReport, SubmissionInfo, Worst
from gradcheck_grader.sandbox import Problem, Sandbox
from gradcheck_grader.sandbox.child.reading.tokens import winnow
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.sandbox.tokens import Marks, _strictly, read_marks
from gradcheck_grader.submission import Submission
from tests.batch.exports import put
from tests.batch.made import Held, graded, report
from tests.conftest import built_in

ASSIGNMENT = built_in("shallow-tanh")
STARTER = (ASSIGNMENT.folder / "starter.py").read_text(encoding="utf-8")
DIFFERENT = {
    name: (ASSIGNMENT.folder / "examples" / f"right_{name}.py").read_text(encoding="utf-8")
    for name in ("einsum", "every_link", "flat_bias", "from_z", "loop_over_examples")
}


def renamed(source: str) -> str:
    """Return the source with every variable renamed and every comment gone."""
    names: dict[str, str] = {}
    lines = []
    for line in source.splitlines():
        text = re.sub(r"#.*", "", line)
        for name in set(re.findall(r"(?<![.\w\"'])[A-Za-z_]\w*", text)):
            if not keyword.iskeyword(name) and name not in dir(builtins) and name != "np":
                names.setdefault(name, f"quite_other_{len(names)}")
        for name, other in names.items():
            text = re.sub(rf"(?<![.\w\"']){name}\b(?!\")", other, text)
        lines.append(text)
    return "\n".join(lines) + "\n"


def likeness(root: Path, sandbox: Sandbox, files: dict[str, str]) -> Likeness:
    found = collect(put(root / "class", files), None)
    results = [_result(entry.key, entry.load().sha256) for entry in found.entries]
    return find_likeness(found.entries, Held(tuple(results)), ASSIGNMENT, sandbox)


def _result(key: str, digest: str) -> Graded:
    made = report(key)
    info = SubmissionInfo(name=key, sha256=digest)
    return graded(key.removesuffix(".py"), replace(made, submission=info))


def test_one_that_cannot_be_read_is_counted_and_the_others_are_compared(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    one = collect(put(tmp_path, {"a.py": STARTER}), None).entries[0]

    def load() -> Submission:
        raise PermissionError(13, "Permission denied")

    found = find_likeness([one, Entry("b.py", Person("b"), load)], Held(()), ASSIGNMENT, sandbox)
    assert (found.compared, found.unread) == (1, 1)


def pairs(found: Likeness) -> set[frozenset[str]]:
    return {frozenset((pair.left, pair.right)) for group in found.groups for pair in group.pairs}


def test_a_renamed_copy_is_found_and_different_solutions_are_not(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    files = {f"{name}.py": text for name, text in DIFFERENT.items()}
    copied = renamed(DIFFERENT["every_link"])
    assert "def quite_other" in copied
    found = likeness(
        tmp_path, sandbox, files | {"zz_copy.py": copied, "zz_byte.py": files["einsum.py"]}
    )
    assert pairs(found) == {
        frozenset(("every_link.py", "zz_copy.py")),
        frozenset(("einsum.py", "zz_byte.py")),
    }
    assert found.groups[0].pairs[0].similarity >= 0.84
    assert [group.pairs[0].identical for group in found.groups] == [True, False]


def test_the_evidence_is_the_lines_side_by_side(tmp_path: Path, sandbox: Sandbox) -> None:
    source = DIFFERENT["every_link"]
    found = likeness(tmp_path, sandbox, {"a.py": source, "b.py": "x = 1\n\n\n" + source})
    (match,) = found.groups[0].pairs[0].matches
    assert match.right.first == match.left.first + 3
    assert match.left.lines == match.right.lines
    assert match.left.lines == tuple(source.splitlines()[match.left.first - 1 : match.left.last])


def test_the_starter_is_nobodys_own(tmp_path: Path, sandbox: Sandbox) -> None:
    found = likeness(tmp_path, sandbox, {"a.py": STARTER, "b.py": STARTER + "x = 1\n"})
    assert found.groups == ()
    assert found.compared == 2


def test_what_cannot_be_read_is_counted_and_does_no_harm(tmp_path: Path, sandbox: Sandbox) -> None:
    files = {"a.py": "def f(:\n", "b.py": "\0", "c.zip": "no zip", "d.ipynb": "{", "e.py": STARTER}
    found = collect(put(tmp_path, files), None)
    told = find_likeness(found.entries, Held(()), ASSIGNMENT, sandbox)
    assert (told.compared, told.unread) == (1, 4)


def test_a_notebook_and_a_file_are_compared(tmp_path: Path, sandbox: Sandbox) -> None:
    import json

    source = DIFFERENT["every_link"]
    cells = [{"cell_type": "code", "source": "import numpy as np\n"},
             {"cell_type": "code", "source": source}]  # fmt: skip
    found = likeness(tmp_path, sandbox, {"a.py": source, "b.ipynb": json.dumps({"cells": cells})})
    match = found.groups[0].pairs[0].matches[0]
    assert (match.left.cell, match.right.cell) == (0, 2)


def test_hostile_text_stays_text_in_the_page(tmp_path: Path, sandbox: Sandbox) -> None:
    source = DIFFERENT["every_link"] + '\nx = "````"  # <img src=x onerror=alert(1)>\n'
    names = ("<img src=x onerror=alert(1)>", "[a](http://evil.example)")
    files = {f"{name}/s.py".replace("//", "::"): source for name in names}
    found = likeness(tmp_path, sandbox, files)
    paths = write_likeness(found, tmp_path / "out")
    assert [path.name for path in paths] == ["similarity.md", "similarity.json"]
    page = paths[0].read_text(encoding="utf-8")
    outside = re.sub(r"(?s)(`{3,})text\n.*?\n\1\n|`[^`\n]*`", "", page)
    assert "<img" not in outside
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert Likeness.model_validate_json(paths[1].read_text(encoding="utf-8")) == found


def test_what_a_quarter_of_the_class_shares_is_left_out_of_a_class_that_has_quarters() -> None:
    common = np.arange(20)
    sets = [np.concatenate([common, np.arange(100 * n, 100 * n + 20)]) for n in range(1, 13)]
    empty = np.empty(0, np.int64)
    assert list(likely_pairs(own_marks(sets, empty)[0])) == []
    few = [own[:24] for own in sets[:7]]
    assert len(list(likely_pairs(own_marks(few, empty)[0]))) == 21


def test_three_thousand_are_compared_through_what_they_share() -> None:
    rng = np.random.default_rng(0)
    sets = [np.unique(rng.integers(0, 10**6, 100)) for _ in range(3000)]
    sets[2999] = sets[17].copy()
    (pair,) = likely_pairs(sets)
    assert (pair.left, pair.right, pair.similarity) == (17, 2999, 1.0)
    assert linked([pair]) == [[pair]]


def test_a_shared_stretch_long_enough_gives_a_shared_mark() -> None:
    rng = np.random.default_rng(1)
    shared = [(str(n), 1) for n in rng.integers(0, 50, 19)]
    for _ in range(50):
        before = [[(str(n), 1) for n in rng.integers(50, 99, rng.integers(0, 30))] for _ in "ab"]
        left, right = (set(winnow([*noise, *shared, *noise])) for noise in before)
        assert {row[0] for row in left} & {row[0] for row in right}


def test_a_stretch_has_the_same_hash_wherever_it_stands() -> None:
    stretch = [(text, 1) for text in "abcdefghijklmnopqrstuvwxyz"]
    alone = {row[0] for row in winnow(stretch)}
    shifted = {row[0] for row in winnow([("x", 1)] * 40 + stretch + [("y", 2)] * 40)}
    assert alone
    assert alone <= shifted


def test_marks_do_not_depend_on_names_comments_or_text(sandbox: Sandbox) -> None:
    one = 'def f(a, b):\n    """Say."""\n    c = a @ b  # c\n    return {"x": c * 2 + a, "y": b}\n'
    two = "def g(u, v):\n    w = u @ v\n    return {'p' : w * 3.5 + u, 'q': v}\n"
    rows = []
    for text in (one, two):
        marks = read_marks(sandbox, (File("s.py", text.encode()),), "s.py")
        assert isinstance(marks, Marks)
        rows.append(marks.rows[:, 0].tolist())
    assert rows[0] == rows[1] != []


GOOD = ([("s.py", 0, ["x = 1"])], np.array([[5, 0, 1, 1]]))


@pytest.mark.parametrize(
    "value",
    [
        None, (), "x", (GOOD[0],), (GOOD[0], [[5, 0, 1, 1]]),
        (GOOD[0], np.array([[5.0, 0, 1, 1]])), (GOOD[0], np.array([5, 0, 1, 1])),
        (GOOD[0], np.array([[-5, 0, 1, 1]])), (GOOD[0], np.array([[5, 1, 1, 1]])),
        (GOOD[0], np.array([[5, 0, 2, 1]])), (GOOD[0], np.array([[5, 0, 0, 1]])),
        (GOOD[0], np.zeros((3000, 4), np.int64)), ([("s.py", "0", [])], GOOD[1]),
        ([("s.py", 0, [1])], GOOD[1]), ([5], GOOD[1]), ([("s.py", 0, ["x"] * 30_000)], GOOD[1]),
    ],
)  # fmt: skip
def test_nonsense_from_the_child_is_refused(value: object) -> None:
    assert isinstance(_strictly(GOOD), Marks)
    assert isinstance(_strictly(value), Problem)


def with_value(made: GradeReport, got: float) -> GradeReport:
    rows = tuple(
        replace(row, worst=Worst(trial=0, entry=(0, 0), got=got)) if row.verdict == "wrong" else row
        for row in made.gradients
    )
    return replace(made, gradients=rows)


def numbers(*made: tuple[str, tuple[str, ...], tuple[str, ...], float]) -> Numbers:
    seen = Numbers()
    for name, wrong, findings, got in made:
        seen.add(graded(name, with_value(report(f"{name}.py", wrong, findings), got)))
    return seen


def test_the_same_unexplained_numbers_make_a_group() -> None:
    odd = ("dW1", "db1"), ("unexplained",)
    others = [(f"s{n}", (), (), 0.0) for n in range(8)]
    found = numbers(("a", *odd, 0.123), ("b", *odd, 0.123), ("c", *odd, 0.124), *others).unusual()
    assert [group.keys for group in found] == [("a.py", "b.py")]
    assert [(value.name, value.got) for value in found[0].gradients] == [
        ("dW1", 0.123),
        ("db1", 0.123),
    ]


@pytest.mark.parametrize("findings", [("batch-mean",), ("batch-mean", "relu-mask")])
def test_a_mistake_that_others_make_too_explains_it(findings: tuple[str, ...]) -> None:
    made = [(f"s{n}", ("dW1",), findings, 0.5 if n < 2 else 0.1 * n) for n in range(10)]
    assert numbers(*made).unusual() == ()


def test_zeros_are_what_an_unwritten_function_gives() -> None:
    made = [(f"s{n}", ("dW1",), ("unexplained",), 0.0) for n in range(2)]
    assert numbers(*made).unusual() == ()


def test_what_much_of_the_class_has_is_not_unusual() -> None:
    made = [(f"s{n}", ("dW1",), ("unexplained",), 0.5) for n in range(5)]
    assert numbers(*made, *[(f"r{n}", (), (), 0.0) for n in range(5)]).unusual() == ()
