"""The command line: arguments in, one call, text out, exit code.

0: every gradient right. 1: graded, something is wrong. 2: usage, or a broken assignment. 3: could
not grade, our fault or the machine's.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Literal

import typer

from gradcheck_grader import __version__, cli_assignments, cli_example, cli_tools
from gradcheck_grader.errors import GraderError

RIGHT, WRONG, USAGE, FAULT = range(4)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Grade backpropagation: each gradient right or wrong, how many points, and why.",
    epilog="Example: grader check student.py",
)
app.add_typer(cli_assignments.app, name="assignment")
app.command(epilog="Example: grader gradient model.py:loss --at point.npz")(cli_tools.gradient)
app.command(epilog="Example: grader doctor")(cli_tools.doctor)
app.command(epilog="Example: grader explain hidden-missing-gprime")(cli_tools.explain)


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
        str | None, typer.Option("--format", "-f", help="text (default) or json.")
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=PATH", help="Also write a report; repeatable."),
    ] = None,
    isolation: Annotated[
        str | None,
        typer.Option(help="Least isolation: auto (default), namespaces, kernel or process."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.1, help="CPU seconds for the calls of a part.", show_default=False),
    ] = None,
    memory_mb: Annotated[
        int | None, typer.Option(min=128, help="Memory of its process.", show_default=False)
    ] = None,
    hints: Annotated[
        Literal["none", "nudge", "full"] | None,
        typer.Option(help="Say less of causes: none, nudge (what is seen) or full."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line.")] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 also when gradients are wrong.")
    ] = False,
    colour: Annotated[
        Literal["auto", "always", "never"] | None,
        typer.Option("--color", help="Colours in text."),
    ] = None,
    example: Annotated[
        str | None,
        typer.Option(
            metavar="GRADIENT", help="Also show the smallest case that fails, to do by hand: dW1."
        ),
    ] = None,
    save_case: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Keep that case, to debug with.")
    ] = None,
) -> None:
    """Grade one submission."""
    from gradcheck_grader import reports
    from gradcheck_grader.check import check_path
    from gradcheck_grader.settings import settings_for

    options = settings_for(
        submission,
        os.environ,
        assignment=assignment,
        seed=seed,
        format=output_format,
        isolation=isolation,
        hints=hints,
        quiet=quiet or None,
        exit_zero=exit_zero or None,
        color=colour,
    )
    render = reports.renderer(options.format)
    targets = reports.parse_targets(report or [])
    checked = check_path(submission, options, {"seconds": seconds, "memory_mb": memory_mb})
    result = checked.report
    reports.write_all(result, targets)
    if options.quiet:
        reports.show_quiet(result)
    elif options.format == "text":
        reports.show_text(result, options.color)
    else:
        sys.stdout.write(render(result))
    if checked.fault is not None:
        raise checked.fault
    if example or save_case:
        shown = cli_example.example(submission, options, checked.whole, example, save_case)
        is_plain = options.format == "text" and not options.quiet
        print(f"\n{shown}", file=sys.stdout if is_plain else sys.stderr)
    raise typer.Exit(RIGHT if result.all_correct or options.exit_zero else WRONG)
