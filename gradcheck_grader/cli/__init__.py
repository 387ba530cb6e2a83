"""The command line: arguments in, one call, text out, exit code.

0: every gradient right. 1: graded, something is wrong. 2: usage, or a broken assignment. 3: could
not grade, our fault or the machine's.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcheck_grader import __version__
from gradcheck_grader.errors import FAULT, RIGHT, USAGE, GraderError, visible

if TYPE_CHECKING:
    from gradcheck_grader.sandbox.process import Process

HELP = "Grade backpropagation: each gradient right or wrong, how many points, and why."


class Command(NamedTuple):
    """Where a command stands, and how it is used; a group of commands has examples of its own."""

    module: str
    example: str = ""


COMMANDS = {
    "check": Command("check", "grader check student.py --assignment shallow-tanh"),
    "batch": Command("batch", "grader batch submissions --assignment shallow-tanh"),
    "stats": Command("stats", "grader stats grades"),
    "explain": Command("tools", "grader explain hidden-missing-gprime"),
    "gradient": Command("tools", "grader gradient model.py:loss --at point.npz"),
    "verify": Command("signing", "grader verify report.json --key grades.pub.pem"),
    "keygen": Command("signing", "grader keygen grades"),
    "doctor": Command("tools", "grader doctor"),
    "assignment": Command("assignments"),
    "bundle": Command("bundle"),
}
# Commands within one of these groups, and files, are often typed without what stands before them.
WITHIN = {"list": "assignment", "show": "assignment", "new": "assignment"}
HANDED_IN = (".py", ".ipynb", ".zip")

_INTERRUPTED = 130  # what Typer makes of Ctrl-C


def build(names: Iterable[str]) -> typer.Typer:
    """Return the command line with these commands; what others need is not imported."""
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=HELP,
        epilog="Example: grader check student.py",
    )
    app.callback()(_main)
    for name in names:
        command = COMMANDS[name]
        module = import_module(f"gradcheck_grader.cli.{command.module}")
        if command.example:
            function = getattr(module, name)
            epilog = f"Example: {command.example}"
            app.command(name, short_help=_brief(function), epilog=epilog)(function)
        else:
            for within in module.app.registered_commands:
                within.short_help = _brief(within.callback)
            app.add_typer(module.app, name=name)
    return app


def _brief(function: Callable[..., object]) -> str:
    """Return what a list of commands says of one: all of it, where Typer would cut it."""
    return " ".join((function.__doc__ or "").split("\n\n")[0].split())


def run(arguments: Sequence[str] | None = None, begun: Process | None = None) -> int:
    """Run the command line and return its exit code; no traceback reaches a user.

    ``begun`` is a process for student code that has begun together with this one.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    # To look through all that is installed for plugins of pydantic takes as long as a job.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # To describe all commands takes longer than most of them.
    names = given[:1] if given and given[0] in COMMANDS else list(COMMANDS)
    try:
        code = build(names)(given, standalone_mode=False, obj=begun)
    except GraderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except Exception as error:
        return _what_failed(error, given)
    if code == _INTERRUPTED:
        print("stopped", file=sys.stderr)
        return FAULT
    return code if isinstance(code, int) else RIGHT


def _what_failed(error: Exception, given: Sequence[str]) -> int:
    """Say what failed: a usage error with its hint, or a fault of ours in one line."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help itself
            print(error.format_message(), file=sys.stderr)
            return USAGE
        print(f"error: {visible(error.format_message())}", file=sys.stderr)
        print(f"  {visible(_instead(given))}", file=sys.stderr)
        return USAGE
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error}"
    print(f"error: the grader itself failed: {visible(what)}", file=sys.stderr)
    file = "/".join(Path(place.filename).parts[-2:])
    print(f"  in {file}, line {place.lineno}", file=sys.stderr)
    print("  This is our fault, not the submission's. Please report it.", file=sys.stderr)
    return FAULT


def _instead(given: Sequence[str]) -> str:
    """Return what was to be typed, where that is plain, or where it is written."""
    first = given[0] if given else ""
    if first in COMMANDS:
        return f"See: grader {first} --help"
    if first in WITHIN:
        return f"It is: {shlex.join(['grader', WITHIN[first], *given])}"
    if first.lower().endswith(HANDED_IN):
        return f"To grade it: {shlex.join(['grader', 'check', *given])}"
    return "See: grader --help"


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"grader {__version__}")
        raise typer.Exit(RIGHT)


def _main(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Show it."),
    ] = False,
) -> None:
    """Grade backpropagation: each gradient right or wrong, how many points, and why."""
