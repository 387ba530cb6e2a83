"""``grader batch``: a class graded in one run that can be stopped and gone on with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradcheck_grader.choices import Colour, Hints
from gradcheck_grader.cli.options import AllParts, Coloured, MemoryMb, Quiet, Seconds
from gradcheck_grader.errors import FAULT, RIGHT, WRONG, GraderError, visible
from gradcheck_grader.phrases import counted

if TYPE_CHECKING:
    from gradcheck_grader.assignment import Assignment
    from gradcheck_grader.batch.graded import Collection
    from gradcheck_grader.batch.run import Batch
    from gradcheck_grader.batch.summary import Summary
    from gradcheck_grader.settings import Settings


def batch(
    submissions: Annotated[
        Path,
        typer.Argument(
            help="A folder or zip of files, folders or zips, one a student; also as Canvas, "
            "Moodle or Gradescope export them.",
            show_default=False,
        ),
    ],
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", "-a", help="A name, or the path of a folder."),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where all results go.")
    ] = Path("grades"),
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv", help="All students, or a gradebook: names, and who is missing."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, help="Draw the same networks again; else the store's.", show_default=False
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Processes; default: one for each core."),
    ] = None,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster: tls://host:8786")
    ] = "",
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade all again, and say who changed and why.")
    ] = False,
    isolation: Annotated[
        str | None,
        typer.Option(help="Least isolation: kernel (default), namespaces or process."),
    ] = None,
    seconds: Seconds = None,
    memory_mb: MemoryMb = None,
    all_parts: AllParts = False,
    hints: Annotated[
        Hints | None,
        typer.Option(help="Say less of causes in feedback: none, nudge or full."),
    ] = None,
    similarity: Annotated[
        bool, typer.Option("--similarity", help="Also look for submissions that are alike.")
    ] = False,
    canvas_column: Annotated[
        str, typer.Option(metavar="NAME", help="The column of a Canvas gradebook to fill.")
    ] = "",
    fail_under: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT", min=0, max=100, help="Exit 1 if a submission gets less than that."
        ),
    ] = None,
    quiet: Quiet = False,
    colour: Coloured = None,
) -> None:
    """Grade a class; run it again to grade only what is missing or has changed."""
    from gradcheck_grader.batch.early import begun, most_workers
    from gradcheck_grader.settings import settings_for

    chosen = settings_for(
        submissions,
        os.environ,
        assignment=assignment,
        seed=seed,
        isolation=isolation,
        hints=hints,
        all_parts=all_parts or None,
        quiet=quiet or None,
        color=colour,
    )
    if not chosen.assignment:
        raise GraderError(
            "no assignment is named",
            where="--assignment",
            remedy="A class is graded by one: -a NAME. List them with: grader assignment list",
        )
    if output.resolve() == submissions.resolve():
        raise GraderError(
            f"{output} is the folder of the submissions",
            where="--output",
            remedy="Results go to a folder of their own.",
        )
    # A run that goes on may have nothing to grade, and on a cluster others do it.
    is_first = not cluster and not output.exists()
    workers = most_workers(jobs, submissions) if is_first else 0
    with begun(workers, chosen.isolation) as processes:
        from gradcheck_grader.batch.run import Options, run_batch

        found, collection = _collected(submissions, chosen, roster, canvas_column)
        options = Options(
            output,
            typed=chosen.assignment,
            seed=chosen.seed,
            jobs=jobs,
            isolation=chosen.isolation,
            limits={"seconds": seconds, "memory_mb": memory_mb},
            all_parts=chosen.all_parts,
            regrade=regrade,
            cluster=cluster,
        )
        from gradcheck_grader.batch.finish import Wishes, finish
        from gradcheck_grader.batch.progress import progress_for

        progress = progress_for(chosen.quiet, chosen.color)
        with run_batch(collection, found, options, progress, processes) as run:
            _demand_begun(run)
            wishes = Wishes(output, chosen.hints, canvas_column)
            summary, written = finish(run, collection, wishes)
            _show(run, summary, written, chosen.quiet, chosen.color)
            if similarity and not run.is_stopped:
                _compare(run, collection, output, chosen.quiet, chosen.color)
            raise typer.Exit(_exit_code(run, fail_under))


def _demand_begun(run: Batch) -> None:
    """Say that a run was stopped before there was anything to show, and exit."""
    if not run.has_begun:
        print(
            "stopped before grading began: earlier results stay as they are. "
            "To go on, give the same command again.",
            file=sys.stderr,
        )
        raise typer.Exit(FAULT)


def _collected(
    submissions: Path, chosen: Settings, roster: Path | None, canvas_column: str
) -> tuple[Assignment, Collection]:
    """Return the assignment and what was handed in; tell what is to be known of that."""
    from gradcheck_grader.batch.collect import collect
    from gradcheck_grader.batch.gradebooks import demand_column
    from gradcheck_grader.batch.roster import read_table
    from gradcheck_grader.catalog import find_assignment

    found = find_assignment(chosen.assignment)
    collection = collect(submissions, found.file, roster)
    if roster is not None:  # before an hour's work, not after it
        demand_column(read_table(roster), found.title, canvas_column)
    if not chosen.quiet:
        for note in collection.notes:
            print(f"note: {visible(note)}", file=sys.stderr)
    return found, collection


def _show(
    run: Batch,
    summary: Summary,
    written: tuple[Path, ...],
    quiet: bool,
    colour: Colour,
) -> None:
    """Print the summary, whose grade has changed, and how to go on if there is more to do."""
    from gradcheck_grader.batch.finish import render_changes
    from gradcheck_grader.batch.summary_text import quiet as render_quiet
    from gradcheck_grader.batch.summary_text import render
    from gradcheck_grader.reports.style import style_for

    if quiet:
        sys.stdout.write(render_quiet(summary))
    else:
        style = style_for(sys.stdout, colour)
        sys.stdout.write(render(summary, style, run.seconds, written))
        if run.is_regraded or run.changes:
            sys.stdout.write("\n" + style.finish(render_changes(run.changes)))
    sys.stdout.flush()
    if run.fault is not None:
        print(run.fault, file=sys.stderr)
    if run.is_stopped:
        graded = run.counts.done - run.counts.not_graded
        done = f"{graded} of {counted(run.counts.total, 'submission is', 'submissions are')} graded"
        print(f"stopped: {done}. To go on, give the same command again.", file=sys.stderr)
    elif run.not_graded:
        print(
            f"{counted(run.not_graded, 'submission')} could not be graded, by no fault of theirs. "
            "To try again, give the same command again.",
            file=sys.stderr,
        )


def _compare(
    run: Batch,
    collection: Collection,
    folder: Path,
    quiet: bool,
    colour: Colour,
) -> None:
    """Look for submissions that are alike: last of all, so that Ctrl-C here loses nothing else."""
    from gradcheck_grader.batch.finish import compare
    from gradcheck_grader.batch.summary_text import written_lines
    from gradcheck_grader.reports.style import style_for

    if not quiet:
        print(f"comparing the code of {counted(run.counts.total, 'submission')}", file=sys.stderr)
    written = compare(run, collection, folder)
    if not quiet:
        style = style_for(sys.stdout, colour)
        print("\n" + style.finish("\n".join(written_lines(written, style))))


def _exit_code(run: Batch, fail_under: float | None) -> int:
    """Return 1 if a score is below what was asked for, 3 if not all have a verdict."""
    if run.is_stopped or run.not_graded:
        return FAULT
    low = run.store.below(fail_under) if fail_under is not None else 0
    if low:
        print(f"{low} below {fail_under:g} percent", file=sys.stderr)
    return WRONG if low else RIGHT
