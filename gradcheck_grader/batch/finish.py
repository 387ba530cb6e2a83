"""What is made of a run's results: tables, feedback and the page; apart from them, who is alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gradcheck_grader import __version__
from gradcheck_grader.batch.changes import Change
from gradcheck_grader.batch.feedback import remove_feedback
from gradcheck_grader.batch.graded import Collection
from gradcheck_grader.batch.outputs import write_outputs
from gradcheck_grader.batch.page import Facts, write_page
from gradcheck_grader.batch.run import Batch
from gradcheck_grader.batch.summary import Summary
from gradcheck_grader.batch.tally import summarise
from gradcheck_grader.choices import Hints
from gradcheck_grader.phrases import counted
from gradcheck_grader.sandbox import Sandbox

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user wants to have made.

    Attributes
    ----------
    hints : {"none", "nudge", "full"}
        The most that feedback says of causes.
    canvas_column : str
        Title or number of the column of a Canvas gradebook.
    """

    folder: Path
    hints: Hints = "full"
    canvas_column: str = ""


def finish(
    batch: Batch, collection: Collection, wishes: Wishes
) -> tuple[Summary, tuple[Path, ...]]:
    """Write everything that a run leaves behind; return its summary and the paths.

    Feedback to what is handed in no more is removed, as it may be another version of the same work.
    An earlier run's comparison of submissions is removed once anything was graded after it.

    Raises
    ------
    GraderError
        If something cannot be written or removed.
    """
    written = write_outputs(
        batch.results, collection, batch.exam, wishes.folder, wishes.hints, wishes.canvas_column
    )
    remove_feedback(wishes.folder, batch.gone, (entry.key for entry in collection.entries))
    summary = summarise(batch.results, collection.missing, batch.counts.total)
    page = wishes.folder / PAGE
    write_page(batch.results, summary, _facts(batch), page)
    if batch.counts.graded:  # what an earlier run compared was other code
        from gradcheck_grader.batch.likeness import remove_likeness

        remove_likeness(wishes.folder)
    return summary, (page, *written)


def compare(batch: Batch, collection: Collection, folder: Path) -> tuple[Path, ...]:
    """Write who has nearly the same code or the same unusual wrong numbers; return the paths.

    Raises
    ------
    GraderError
        If something cannot be written.
    MachineError
        If the sandbox cannot do its work.
    """
    from gradcheck_grader.batch.likeness import find_likeness, write_likeness

    with Sandbox(batch.isolation) as sandbox:
        found = find_likeness(collection.entries, batch.results, batch.exam.assignment, sandbox)
    return write_likeness(found, folder)


def _facts(batch: Batch) -> Facts:
    assignment = batch.exam.assignment
    trials = {part.trials for part in assignment.parts}
    isolations = (graded.report.grader.isolation for graded in batch.results)
    return Facts(
        title=assignment.title,
        assignment=assignment.name,
        seed=batch.exam.seed,
        trials=trials.pop() if len(trials) == 1 else 0,
        version=__version__,
        isolation=next(filter(None, isolations), ()),
        date=f"{date.today():%d %B %Y}".lstrip("0"),
    )


def render_changes(changes: tuple[Change, ...]) -> str:
    """Return who got another result than before, and why, a line each."""
    if not changes:
        return "No grade has changed.\n"
    wide = max(len(change.key) for change in changes)
    head = f"{counted(len(changes), 'grade has', 'grades have')} changed:"
    lines = [
        f"  {change.key:<{wide}}  {change.before} → {change.after}  {change.why}"
        for change in changes
    ]
    return "\n".join([head, *lines]) + "\n"
