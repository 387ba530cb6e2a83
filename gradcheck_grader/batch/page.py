"""One page for a whole class: what to teach tomorrow, and every result behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck_grader.batch.graded import Results
from gradcheck_grader.batch.page_data import PageData, as_json
from gradcheck_grader.batch.staged import Staged
from gradcheck_grader.batch.summary import GradientCount, Summary
from gradcheck_grader.reports import pages, words

if TYPE_CHECKING:
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("start.js", "data.js", "rows.js", "details.js", "map.js", "files.js", "main.js")
NUMBERS = re.compile(r"(\d+ of (?:the )?\d+)")
COMMON = 8  # findings that are in sight; the others unfold


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of the run beside its results; no clock and no machine is asked here.

    Attributes
    ----------
    title, assignment : str
        Of the assignment: as a person calls it, and its name.
    seed : int or None
        None if each submission has a seed of its own.
    trials : int
        How many networks each gradient was tried on; 0 is not said.
    isolation : tuple of str
        What was in force, as reports name it.
    date : str
        When the run was, in words; "" is not said.
    """

    title: str
    assignment: str
    seed: int | None = None
    trials: int = 0
    version: str = ""
    isolation: tuple[str, ...] = ()
    date: str = ""


def write_page(results: Results, summary: Summary, facts: Facts, path: Path) -> None:
    """Write the page whole or not at all; the results are walked once and not kept.

    Raises
    ------
    GraderError
        If the folder cannot be written to.
    """
    with Staged(path.absolute().parent) as staged:
        stream = staged.text(path.name)
        for piece in page(results, summary, facts):
            stream.write(piece)


def page(results: Results, summary: Summary, facts: Facts) -> Iterator[str]:
    """Yield the page piece by piece."""
    from markupsafe import Markup

    style = pages.text_of(pages.TEMPLATES / "base.css", TEMPLATES / "page.css")
    script = pages.text_of(*(TEMPLATES / name for name in SCRIPTS))
    mistakes = [row for row in summary.findings if row.severity == "mistake"]
    template = pages.environment(TEMPLATES).get_template("page.html")
    yield from template.generate(
        summary=summary,
        facts=facts,
        policy=pages.policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=_data(results, summary, facts),
        lead=[words.plain(piece) for piece in NUMBERS.split(summary.lead)],
        bars=_bars(summary),
        common=mistakes[:COMMON],
        rare=mistakes[COMMON:],
        notes=[row for row in summary.findings if row.severity != "mistake"],
        most=max((row.students for row in summary.findings), default=1),
        gradients=[(row, _shares(row)) for row in summary.gradients],
        parts=len({row.part for row in summary.gradients}),
        plain=words.one_line,
    )


def _data(results: Results, summary: Summary, facts: Facts) -> Iterator[Markup]:
    """Yield the data as JSON, one submission at a time."""
    from markupsafe import Markup

    data = PageData([(row.part, row.name) for row in summary.gradients], summary.submissions)
    said: dict[str, Any] = {
        "assignment": facts.assignment, "title": facts.title, "seed": facts.seed,
        "version": facts.version,
    }  # fmt: skip
    yield Markup('{"facts":' + as_json(said) + ',"students":[')
    for at, graded in enumerate(results):
        yield Markup(",\n" * bool(at) + as_json(data.student(graded)))
    yield Markup("],\n" + as_json(data.tables())[1:])


def _bars(summary: Summary) -> list[dict[str, Any]]:
    """Return the bars of the distribution: how many, how high, and what they stand for."""
    most = max(summary.distribution, default=0) or 1
    last = len(summary.distribution) - 1
    return [
        {
            "count": count,
            "height": round(100 * count / most, 2),
            "top": round(100 - 100 * count / most, 2),
            "label": str(10 * at),
            "words": "100 percent" if at == last else f"{10 * at} to under {10 * at + 10} percent",
            "is_full": at == last,
        }
        for at, count in enumerate(summary.distribution)
    ]


def _shares(row: GradientCount) -> list[tuple[str, float, float]]:
    """Return the pieces of a stacked bar: class, start and width in percent."""
    counts = {
        "wrong": row.wrong, "carried": row.follow_through, "none": row.not_returned,
        "ok": row.correct,
    }  # fmt: skip
    total = sum(counts.values()) or 1
    pieces, start = [], 0.0
    for name, count in counts.items():
        width = 100 * count / total
        if count:
            pieces.append((name, round(start, 2), round(width, 2)))
        start += width
    return pieces
