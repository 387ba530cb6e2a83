"""``grader check``: one submission graded, reported, signed, watched."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradcheck_grader.choices import Detail, Hints
from gradcheck_grader.cli import extras
from gradcheck_grader.cli.example import smallest_case
from gradcheck_grader.cli.options import AllParts, Coloured, MemoryMb, Quiet, Seconds
from gradcheck_grader.errors import RIGHT, WRONG

if TYPE_CHECKING:
    from gradcheck_grader.sandbox.process import Process
    from gradcheck_grader.settings import Settings


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of one grading beside the report on the screen, as it was typed.

    Attributes
    ----------
    targets : tuple of str
        Reports to write, each FORMAT=PATH.
    only : tuple of str
        Gradients that are spoken of alone; none: of all.
    example : str or None
        The gradient whose smallest failing case is shown.
    save_case : Path or None
        Where to keep that case.
    sign : Path or None
        The key that signs the JSON report.
    """

    targets: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    example: str | None = None
    save_case: Path | None = None
    sign: Path | None = None


def check(
    context: typer.Context,
    submission: Annotated[
        Path, typer.Argument(help="A file, a notebook, a folder or a zip.", show_default=False)
    ],
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment",
            "-a",
            help="A name, or the path of a folder; without it, it is found out.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw the same networks again.", show_default=False)
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="text (default), json, markdown, html, junit, sarif, github, gradescope, "
            "prairielearn, classroom50, github-classroom, or another package's.",
        ),
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=PATH", help="Also write a report; repeatable."),
    ] = None,
    isolation: Annotated[
        str | None,
        typer.Option(help="Least isolation: auto (default), namespaces, kernel or process."),
    ] = None,
    seconds: Seconds = None,
    memory_mb: MemoryMb = None,
    hints: Annotated[
        Hints | None,
        typer.Option(help="Say less of causes: none, nudge (what is seen) or full."),
    ] = None,
    detail: Annotated[
        Detail | None,
        typer.Option(help="Numbers: own (default), full (the right ones as well) or none."),
    ] = None,
    all_parts: AllParts = False,
    quiet: Quiet = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 also when gradients are wrong.")
    ] = False,
    colour: Coloured = None,
    example: Annotated[
        str | None,
        typer.Option(
            metavar="GRADIENT", help="Also show the smallest case that fails, to do by hand: dW1."
        ),
    ] = None,
    save_case: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Keep that case, to debug with.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GRADIENT", help="Speak of this gradient alone; repeatable: dW1, deep.dW1."
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Grade again at each save, until Ctrl+C.")
    ] = False,
    seed_from: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|env:NAME", help="The student's own networks, by a secret; with --student."
        ),
    ] = None,
    student: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose networks: a login or a number.")
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Sign the JSON report: see grader verify."),
    ] = None,
) -> None:
    """Grade one submission."""
    from gradcheck_grader.settings import settings_for

    options = settings_for(
        submission,
        os.environ,
        assignment=assignment,
        seed=seed,
        format=output_format,
        isolation=isolation,
        hints=hints,
        detail=detail,
        all_parts=all_parts or None,
        quiet=quiet or None,
        exit_zero=exit_zero or None,
        color=colour,
    )
    options = extras.with_own_seed(options, seed, seed_from, student)
    limits = {"seconds": seconds, "memory_mb": memory_mb}
    if watch:
        extras.refuse_with_watch(
            format=output_format not in (None, "text"),
            report=report,
            quiet=quiet,
            example=example,
            save_case=save_case,
            sign=sign,
        )
        from gradcheck_grader.cli.watch import watch as watch_path

        watch_path(submission, options, limits, only or [], context.obj)
        raise typer.Exit(RIGHT)
    wishes = Wishes(tuple(report or ()), tuple(only or ()), example, save_case, sign)
    raise typer.Exit(_grade(submission, options, limits, wishes, context.obj))


def _grade(
    submission: Path,
    options: Settings,
    limits: Mapping[str, float | None],
    wishes: Wishes,
    begun: Process | None,
) -> int:
    """Grade once, write and print what is wished for, and return the exit code."""
    from gradcheck_grader import reports
    from gradcheck_grader.check import check_path
    from gradcheck_grader.only import only

    extras.refuse_case(wishes.example, wishes.save_case)
    signed = extras.signer(wishes.sign, options, wishes.targets, wishes.only)
    context = reports.context_for(submission, os.environ, options.visibility)
    reports.renderer(options.format, context)  # one that is unknown is refused before the work
    targets = reports.parse_targets(wishes.targets, context)
    checked = check_path(submission, options, limits, begun)
    report = signed(checked.report)
    try:
        reports.write_all(report, targets)
    finally:
        result = only(report, wishes.only)
        if options.quiet:
            reports.show_quiet(result, options.format, context)
        else:
            reports.show(result, options.format, options.color, context, submission)
    if checked.fault is not None:
        raise checked.fault
    if wishes.example:
        shown = smallest_case(
            submission, options, limits, checked.whole, wishes.example, wishes.save_case
        )
        is_plain = options.format == "text" and not options.quiet
        print(f"\n{shown}", file=sys.stdout if is_plain else sys.stderr)
    return RIGHT if result.all_correct or options.exit_zero else WRONG
