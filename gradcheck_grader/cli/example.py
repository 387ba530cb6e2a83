"""``grader check --example dW1``: the smallest failing case, after the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck_grader.errors import GraderError

if TYPE_CHECKING:
    from gradcheck_grader.models import GradeReport
    from gradcheck_grader.settings import Settings


def smallest_case(
    path: Path,
    options: Settings,
    limits: Mapping[str, float | None],
    report: GradeReport,
    name: str,
    save: Path | None,
) -> str:
    """Return the smallest failing case of one gradient as text; write it where asked.

    Raises
    ------
    GraderError
        If there is no such gradient, or the case cannot be written.
    MachineError
        If the sandbox cannot do its work.
    """
    from gradcheck_grader.catalog import find_assignment
    from gradcheck_grader.example.case import find_case
    from gradcheck_grader.example.saved import save_case, snippet
    from gradcheck_grader.example.text import described, none_found
    from gradcheck_grader.reference.network import parameter_of
    from gradcheck_grader.sandbox import Sandbox
    from gradcheck_grader.submission import read_submission

    assignment = find_assignment(options.assignment or report.assignment.name).limited(limits)
    if "none" in (assignment.hints, options.hints):
        raise GraderError(
            "a worked case is a hint, and hints are off",
            where=f"assignment {assignment.name}" if assignment.hints == "none" else "--hints",
        )
    submission = read_submission(path, assignment.file)
    with Sandbox(options.isolation) as sandbox:
        case = find_case(submission, assignment, sandbox, report, name)
    if case is None:
        own = parameter_of(name)
        verdicts = [row.verdict for row in report.gradients if parameter_of(row.name) == own]
        return none_found(name, verdicts)
    text = described(case)
    if save is None:
        return text
    save_case(case, save)
    lines = snippet(case, submission, save, _folder_of(path)).splitlines()
    indented = "\n".join(f"    {line}".rstrip() for line in lines)
    return f"{text}\n\n  Saved in {save}. To replay it in a debugger:\n\n{indented}"


def _folder_of(path: Path) -> Path | None:
    """Return the folder that the files of a submission lie in, None of an archive."""
    if path.is_dir():
        return path
    return None if path.suffix.lower() == ".zip" else path.parent
