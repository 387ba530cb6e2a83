"""The command line: arguments in, one call, text out, exit code.

0: every gradient right. 1: graded, something is wrong. 2: usage, or a broken assignment. 3: could
not grade, our fault or the machine's.
"""

from __future__ import annotations

import secrets
import sys
import traceback
from pathlib import Path
from typing import Annotated, Literal

import typer

from gradcheck_grader import __version__, cli_tools
from gradcheck_grader.errors import GraderError, MachineError

RIGHT, WRONG, USAGE, FAULT = range(4)
SEEDS = 10**8  # drawn seeds are short enough to be typed

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Grade backpropagation: each gradient right or wrong, how many points, and why.",
    epilog="Example: grader check student.py",
)
assignments = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List assignments, show one."
)
app.add_typer(assignments, name="assignment")
app.command(epilog="Example: grader gradient model.py:loss --at point.npz")(cli_tools.gradient)
app.command(epilog="Example: grader doctor")(cli_tools.doctor)


def run() -> int:
    """Run the command line and return its exit code; no traceback reaches a user."""
    try:
        code = app(standalone_mode=False)
    except GraderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("stopped", file=sys.stderr)
        return FAULT
    except Exception as error:
        return _report_crash(error)
    return code if isinstance(code, int) else RIGHT


def _report_crash(error: Exception) -> int:
    """Say what failed: a usage error with its hint, or a fault of ours in one line."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        print(f"error: {error.format_message()}", file=sys.stderr)
        print("  See: grader --help", file=sys.stderr)
        return USAGE
    place = traceback.extract_tb(error.__traceback__)[-1]
    print(f"error: the grader itself failed: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"  in {Path(place.filename).name}, line {place.lineno}", file=sys.stderr)
    print("  This is our fault, not the submission's. Please report it.", file=sys.stderr)
    return FAULT


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"grader {__version__}")
        raise typer.Exit(RIGHT)


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Show it."),
    ] = False,
) -> None:
    """Grade backpropagation: each gradient right or wrong, how many points, and why."""


@app.command(epilog="Example: grader check student.py --assignment shallow-tanh")
def check(
    submission: Annotated[Path, typer.Argument(help="The file to grade.", show_default=False)],
    assignment: Annotated[
        str, typer.Option("--assignment", "-a", help="A name, or the path of a folder.")
    ] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw the same networks again.", show_default=False)
    ] = None,
    output_format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=PATH", help="Also write a report; repeatable."),
    ] = None,
    isolation: Annotated[
        str, typer.Option(help="Least isolation: auto, namespaces, kernel or process.")
    ] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line.")] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 also when gradients are wrong.")
    ] = False,
    colour: Annotated[
        Literal["auto", "always", "never"], typer.Option("--color", help="Colours in text.")
    ] = "auto",
) -> None:
    """Grade one submission."""
    from gradcheck_grader import reports
    from gradcheck_grader.catalog import DEFAULT, find_assignment
    from gradcheck_grader.grade import grade, not_graded, prepare
    from gradcheck_grader.sandbox import Sandbox
    from gradcheck_grader.submission import read_submission

    render = reports.renderer(output_format)
    targets = reports.parse_targets(report or [])
    chosen = find_assignment(assignment or DEFAULT)
    handed_in = read_submission(submission, chosen.file)
    drawn = secrets.randbelow(SEEDS) if seed is None else seed
    exam = prepare(chosen, drawn, assignment, "given" if assignment else "default")
    fault: MachineError | None = None
    try:
        with Sandbox(isolation) as sandbox:
            result = grade(handed_in, exam, sandbox)
    except MachineError as error:
        result, fault = not_graded(handed_in, exam, error), error
    reports.write_all(result, targets)
    if quiet:
        reports.show_quiet(result)
    elif output_format == "text":
        reports.show_text(result, colour)
    else:
        sys.stdout.write(render(result))
    if fault is not None:
        raise fault
    raise typer.Exit(RIGHT if result.all_correct or exit_zero else WRONG)


@assignments.command("list", epilog="Example: grader assignment list")
def list_assignments() -> None:
    """List the assignments that are built in or installed."""
    from tabulate import tabulate

    from gradcheck_grader.catalog import assignment_folders, read_assignment

    rows = [
        (name, assignment.title, assignment.total)
        for name, folder in assignment_folders().items()
        for assignment in [read_assignment(folder)]
    ]
    print(tabulate(rows, headers=("name", "title", "points"), disable_numparse=True))


@assignments.command("show", epilog="Example: grader assignment show shallow-tanh")
def show_assignment(
    name: Annotated[str, typer.Argument(help="A name, or the path of a folder.")],
) -> None:
    """Show what an assignment asks for: its handout and its points."""
    from gradcheck_grader.catalog import find_assignment

    assignment = find_assignment(name)
    handout = assignment.folder / "handout.md"
    if handout.is_file():
        print(handout.read_text(encoding="utf-8").rstrip())
    print(f"\n{assignment.title}: {assignment.total} points")
    for part in assignment.parts:
        points = ", ".join(f"{key} {value}" for key, value in part.points.items())
        optional = " (optional)" if part.optional else ""
        print(f"  {part.name}{optional}: {points}")
    print(f"  folder: {assignment.folder}")
