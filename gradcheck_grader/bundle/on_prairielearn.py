"""Runs in PrairieLearn's container: one submission in, ``results.json`` out."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradcheck_grader.bundle.attempt import Attempt, attempt, to_grade
from gradcheck_grader.bundle.plan import Plan, read_plan
from gradcheck_grader.catalog import find_assignment
from gradcheck_grader.errors import GraderError, SubmissionError
from gradcheck_grader.whole import write_whole

FORMAT = "prairielearn"
NO_FAULT = "This is no fault of yours and uses up no attempt. Tell your instructor."


def main(root: Path) -> None:
    """Grade the submission of a container; ``root`` is its ``/grade``."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            text = graded(root, read_plan(root / "tests"), Path(scratch))
        except GraderError as error:
            text = fault(Attempt(None, error.exit_code, str(error)))
    write_whole(root / "results" / "results.json", text)


def graded(root: Path, plan: Plan, scratch: Path) -> str:
    """Return the results of the submission.

    Raises
    ------
    GraderError
        If the assignment is broken.
    MachineError
        If the disk does not give what was handed in.
    """
    tests = root / "tests"
    assignment = find_assignment(plan.located(tests))
    try:
        handed_in = to_grade(root / "student", assignment.file)
    except SubmissionError as error:
        return _not_gradable([item for item in (error.message, error.remedy) if item])
    seed = plan.seed(variant_key(root / "data" / "data.json"))
    done = attempt(plan, tests, handed_in, seed, FORMAT, scratch)
    if done.report is None:
        return fault(done)
    if done.said:
        print(done.said)
    return done.report


def variant_key(file: Path) -> str:
    """Return what names a student's variant of the question the same way each time."""
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError):
        data = {}
    return f"variant {data.get('variant_seed') if isinstance(data, dict) else None}"


def fault(done: Attempt) -> str:
    """Return results that grade nothing, for what is not the student's fault."""
    print(f"Not graded: {done.reason}\n{done.said}")
    return _not_gradable([f"Not graded. {done.reason} {NO_FAULT}"])


def unfinished() -> bytes:
    """Return the results that stand while grading runs, and after it if it could not begin."""
    return _not_gradable([f"Not graded: grading did not come to its end. {NO_FAULT}"]).encode()


def _not_gradable(reasons: Sequence[str]) -> str:
    document: dict[str, Any] = {"gradable": False, "format_errors": list(reasons)}
    return json.dumps(document, indent=2) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
