"""The hostile programs, and what must become of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.sandbox import Call, File, Job, Limits, Problem, Result, Target
from gradcheck_grader.sandbox.job import Value

# Enough for what is honest about it; an endless loop ends soon.
LIMITS = Limits(seconds=0.5, wall_seconds=8, memory_mb=256, output_chars=1000)
FOLDER = Path(__file__).parent / "hostile"
CLEAN = b"""
import numpy as np

CLEAN_SUBMISSION_WAS_HERE = True

def f(x):
    return {"twice": 2 * x, "marker": CLEAN_SUBMISSION_WAS_HERE}
"""


@dataclass(frozen=True)
class Program:
    """One function of a file in ``hostile/``; its docstring says what is expected."""

    file: Path
    name: str
    open_at: tuple[str, ...]
    gives: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file.stem}.{self.name}"

    def job(self, facts: dict[str, Value]) -> Job:
        """Return the job: one call, with what an attacker might know."""
        files = (File("student.py", self.file.read_bytes()),)
        return Job(files, Target((self.name,), ("facts",)), (Call((facts,)),), LIMITS)

    def fault(self, result: Result, level: str) -> str:
        """Return what is wrong with the result, or nothing."""
        if result.problem is not None:
            return f"was not even loaded: {result.problem}"
        (outcome,) = result.outcomes
        kind = outcome.kind if isinstance(outcome, Problem) else "returned"
        if isinstance(outcome, Problem) and not _is_a_place(outcome):
            return f"claims an impossible place: {outcome}"
        if self.gives:
            return "" if kind in self.gives else f"gave {kind}: {outcome}"
        if level in self.open_at or isinstance(outcome, Problem):
            return ""
        loot = outcome.value
        worked = getattr(loot, "size", None) or (not hasattr(loot, "size") and loot)
        return f"got hold of {loot!r}" if worked else ""


def _is_a_place(problem: Problem) -> bool:
    """Tell whether a reader can be led there."""
    start, end = problem.caret or (0, 0)
    numbers = (problem.line or 1, problem.cell or 1)
    return problem.file in (None, "student.py") and min(numbers) > 0 and 0 <= start <= end <= 200


def programs() -> list[Program]:
    """Return every hostile program there is."""
    return [program for file in sorted(FOLDER.glob("*.py")) for program in _in_file(file)]


def _in_file(file: Path) -> Iterator[Program]:
    tree = ast.parse(file.read_bytes())
    everywhere = _listed(ast.get_docstring(tree) or "", "Open")
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and [a.arg for a in node.args.args] == ["facts"]:
            text = ast.get_docstring(node) or ""
            yield Program(
                file, node.name, _listed(text, "Open") + everywhere, _listed(text, "Gives")
            )


def _listed(text: str, word: str) -> tuple[str, ...]:
    found = re.search(rf"^(?:.*\s)?{word}: ([a-z, ]+)\.", text, re.MULTILINE)
    return tuple(found[1].split(", ")) if found else ()
