"""What goes into every bundle: the wheel, the assignment and the plan."""

from __future__ import annotations

from pathlib import Path

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.bundle.wheel import regular_files
from gradcheck_grader.catalog import built_in

FILES = Path(__file__).parent / "files"
EXAMPLES = "examples/"  # holds right answers, which grading does not need


def template(name: str) -> bytes:
    """Return a file that goes into bundles as it stands."""
    return (FILES / name).read_bytes()


def is_built_in(assignment: Assignment) -> bool:
    """Return whether the wheel brings the assignment."""
    return assignment.folder.parent == built_in().resolve()


def named(assignment: Assignment) -> str:
    """Return how a bundle finds the assignment: by name, or as the folder beside its plan."""
    return assignment.name if is_built_in(assignment) else f"./{assignment.name}"


def assignment_files(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of an author's assignment, below its name; none of a built-in one."""
    if is_built_in(assignment):
        return {}
    return {
        f"{assignment.name}/{name}": data
        for name, data in regular_files(assignment.folder)
        if not name.startswith(EXAMPLES)
    }
