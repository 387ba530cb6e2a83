"""Runs on Gradescope, started by ``run_autograder``: one submission in, ``results.json`` out."""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gradcheck_grader.bundle.attempt import Attempt, attempt, to_grade
from gradcheck_grader.bundle.plan import Plan, read_plan
from gradcheck_grader.catalog import find_assignment
from gradcheck_grader.errors import GraderError, SubmissionError
from gradcheck_grader.phrases import counted
from gradcheck_grader.whole import write_whole

FORMAT = "gradescope"
NO_FAULT = "This is no fault of yours, and no points were given or taken. Tell your instructor."
FOR_STAFF = "Instructors: the autograder's standard output says more."
UNFINISHED = "Grading was started and has not come to its end: it was ended from outside."


def main(root: Path) -> None:
    """Grade the submission of a Gradescope container; ``root`` is its ``/autograder``."""
    metadata = read_metadata(root / "submission_metadata.json")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            plan = read_plan(root / "source")
            document = graded(root, plan, metadata, Path(scratch))
        except GraderError as error:
            document = fault(Attempt(None, error.exit_code, str(error)))
    if note := late_note(metadata):
        document["output"] = f"{note}\n\n{document['output']}"
    write_whole(root / "results" / "results.json", json.dumps(document, indent=2) + "\n")


def graded(root: Path, plan: Plan, metadata: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """Return the results of the submission.

    Raises
    ------
    GraderError
        If the assignment is broken.
    MachineError
        If the disk does not give what was handed in.
    """
    source, seed = root / "source", plan.seed(submission_key(metadata))
    assignment = find_assignment(plan.located(source))
    try:
        handed_in = to_grade(root / "submission", assignment.file)
    except SubmissionError as error:
        return refused(plan, error)
    done = attempt(plan, source, handed_in, seed, FORMAT, scratch)
    if done.report is None:
        return fault(done)
    if done.said:
        print(done.said)
    document: dict[str, Any] = json.loads(done.report)
    return document


def refused(plan: Plan, error: SubmissionError) -> dict[str, Any]:
    """Return the results of a submission that holds nothing to grade: no points, and why."""
    print(error)
    test = {
        "name": "What was handed in",
        "status": "failed",
        "score": 0,
        "max_score": plan.total,
        "output": "\n".join(item for item in (error.message, error.remedy) if item),
    }
    return _document(error.message) | {"score": 0, "tests": [test]}


def fault(done: Attempt) -> dict[str, Any]:
    """Return results without a score, which Gradescope takes for an autograder that failed."""
    print(f"Not graded: {done.reason}\n{done.said}")
    kept = {"grader": {"exit_code": done.code, "said": done.said}}
    return _document(f"Not graded. {done.reason} {NO_FAULT}\n{FOR_STAFF}") | {"extra_data": kept}


def unfinished() -> bytes:
    """Return the results that stand while grading runs, and after it if it is cut off."""
    document = _document(f"Not graded. {UNFINISHED} {NO_FAULT}\n{FOR_STAFF}")
    return (json.dumps(document, indent=2) + "\n").encode()


def _document(text: str) -> dict[str, Any]:
    formats = dict.fromkeys(("output_format", "test_output_format", "test_name_format"), "text")
    return {"output": text, **formats}


def read_metadata(file: Path) -> dict[str, Any]:
    """Return what the platform says of the submission; nothing if it says nothing readable."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def submission_key(metadata: dict[str, Any]) -> str:
    """Return what names a submission the same way whenever it is graded."""
    assignment = metadata.get("assignment")
    place = assignment.get("id") if isinstance(assignment, dict) else None
    return f"{place}/{metadata.get('id')}/{metadata.get('created_at')}"


def late_note(metadata: dict[str, Any]) -> str:
    """Return a line that says how late it was, by the time of submission and not by the clock."""
    assignment = metadata.get("assignment")
    due = _time(assignment.get("due_date")) if isinstance(assignment, dict) else None
    created = _time(metadata.get("created_at"))
    if due is None or created is None or created <= due:
        return ""
    return f"Handed in {_words(created - due)} after the due date. The score is as if in time."


def _time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _words(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    counts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [counted(count, unit) for count, unit in counts if count]
    return " and ".join(said[:2]) or "less than a minute"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
