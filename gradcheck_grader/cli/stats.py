"""``grader stats``: what a finished, or half finished, batch says of a class."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from gradcheck_grader.choices import Colour


def stats(
    folder: Annotated[
        Path, typer.Argument(help="What grader batch wrote: the folder of its --output.")
    ] = Path("grades"),
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", "-f", help="text (default) or json.")
    ] = "text",
    colour: Annotated[Colour, typer.Option("--color", help="Colours in text.")] = "auto",
) -> None:
    """Show scores, the gradients from the hardest, and findings by number of students.

    It may be asked while the batch still runs, of what is graded so far.
    """
    from gradcheck_grader.batch.stats import as_json, render_stats
    from gradcheck_grader.batch.store import open_results
    from gradcheck_grader.batch.tally import summarise
    from gradcheck_grader.reports.style import style_for

    with open_results(folder) as results:
        summary = summarise(results, expected=results.expected)
    if output_format == "json":
        sys.stdout.write(as_json(summary))
    else:
        sys.stdout.write(render_stats(summary, style_for(sys.stdout, colour)))
