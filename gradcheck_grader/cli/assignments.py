"""The commands about assignments: list, show, new, verify."""

from __future__ import annotations

import shlex
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradcheck_grader.errors import WRONG
from gradcheck_grader.phrases import counted

if TYPE_CHECKING:
    from gradcheck_grader.verify import Section

WIDEST = 100
INDENT = " " * 19

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: grader assignment show shallow-tanh",
    help="List assignments, show one, make a new one, verify it.",
)


@app.command("list", epilog="Example: grader assignment list")
def list_assignments() -> None:
    """List the assignments that are built in or installed."""
    from tabulate import tabulate

    from gradcheck_grader.catalog import every_assignment

    rows = [
        (name, assignment.title, assignment.total)
        for name, assignment in every_assignment().items()
    ]
    print(tabulate(rows, headers=("name", "title", "points"), disable_numparse=True))


@app.command("show", epilog="Example: grader assignment show shallow-tanh")
def show_assignment(
    name: Annotated[str, typer.Argument(help="A name, or the path of a folder.")],
) -> None:
    """Show what an assignment asks for: its handout and its points."""
    from gradcheck_grader.catalog import find_assignment, text_of

    assignment = find_assignment(name)
    handout = assignment.folder / "handout.md"
    if handout.is_file():
        print(text_of(handout).rstrip())
    print(f"\n{assignment.title}: {assignment.total} points")
    for part in assignment.parts:
        points = ", ".join(f"{key} {value}" for key, value in part.points.items())
        optional = " (optional)" if part.optional else ""
        print(f"  {part.name}{optional}: {points}")
    print(f"  folder: {assignment.folder}")


@app.command("new", epilog="Example: grader assignment new week-3 --from shallow-tanh")
def make_assignment(
    name: Annotated[str, typer.Argument(help="Small letters, digits, hyphens: week-3.")],
    source: Annotated[
        str, typer.Option("--from", metavar="NAME_OR_PATH", help="The assignment to copy.")
    ] = "shallow-tanh",
    into: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the new folder is to stand.")
    ] = Path(),
    title: Annotated[
        str, typer.Option(help="What students read; without it, made from the name.")
    ] = "",
) -> None:
    """Copy an assignment to a new folder, to edit it."""
    from gradcheck_grader.catalog import find_assignment
    from gradcheck_grader.new_assignment import new_assignment

    made = new_assignment(name, find_assignment(source), into, title)
    # A path and not a bare name, or the name would be looked up among the installed ones.
    folder = shlex.quote(into.joinpath(name).as_posix())
    typed = folder if into.parts else f"./{folder}"
    print(f"{made.title}: made from {source}, in {typed}")
    print("\nNext")
    print(f"  edit    {typed}: assignment.toml, handout.md, starter.py, examples/")
    print(f"  verify  grader assignment verify {typed}")
    print(f"  check   grader check student.py --assignment {typed}")


@app.command("verify", epilog="Example: grader assignment verify ./week-3")
def verify_assignment(
    name: Annotated[
        str, typer.Argument(metavar="NAME_OR_PATH", help="A name, or the path of a folder.")
    ],
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Draw the trials so often.")] = 3,
    isolation: Annotated[
        str, typer.Option(help="Least isolation: auto, namespaces, kernel or process.")
    ] = "auto",
) -> None:
    """Prove that an assignment is ready: examples as declared, every mistake caught."""
    from gradcheck_grader.catalog import find_assignment
    from gradcheck_grader.sandbox import Sandbox
    from gradcheck_grader.verify import verify

    assignment = find_assignment(name)
    print(f"{assignment.name}: {assignment.title}\n")
    count = 0
    with Sandbox(isolation) as sandbox:
        for section in verify(assignment, range(1, seeds + 1), sandbox):
            count += len(section.faults)
            print(described(section), flush=True)
    if count:
        print(f"\nNot ready: {counted(count, 'thing')} to mend.")
        raise typer.Exit(WRONG)
    print(f"\nReady: grader check student.py --assignment {shlex.quote(name)}")


def described(section: Section) -> str:
    """Return a section as text: its summary, then what is to be mended, then remarks."""
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    sign = "FAIL" if section.faults else "ok"
    lines = [_wrapped(f"  {sign:<6}{section.name:<11}", section.summary, width)]
    lines += [_wrapped(f"{INDENT}! ", fault, width) for fault in section.faults]
    lines += [_wrapped(INDENT, remark, width) for remark in section.remarks]
    return "\n".join(lines)


def _wrapped(lead: str, text: str, width: int) -> str:
    indent = len(text) - len(text.lstrip())
    return textwrap.fill(
        text.lstrip(),
        max(width, 60),
        initial_indent=lead + " " * indent,
        subsequent_indent=" " * (len(lead) + indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
