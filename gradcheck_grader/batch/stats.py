"""A finished batch in tables: scores, gradients from the hardest, findings by count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tabulate import tabulate

from gradcheck_grader.batch.summary import Summary
from gradcheck_grader.batch.summary_text import in_line
from gradcheck_grader.reports.style import Style

TITLE, NAMES = 44, 24  # widest, in columns


def render_stats(summary: Summary, style: Style) -> str:
    """Return the tables as text, ending in a newline."""
    head = f"{in_line(summary.title, style.width - 32)} · {summary.headline}"
    blocks = [style.paint(head, "bold"), "\n".join(style.wrap(summary.lead, 0))]
    blocks += [_scores(summary, style), _gradients(summary, style), _findings(summary, style)]
    text = "\n\n".join(filter(None, blocks))
    plain = text if style.unicode else text.translate(str.maketrans("“”…", '""~'))
    return style.finish(plain) + "\n"


def as_json(summary: Summary) -> str:
    """Return the summary as one JSON object."""
    return summary.model_dump_json(indent=2) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], align: str, style: Style) -> str:
    sides = {"l": "left", "r": "right"}
    drawn = tabulate(
        rows,
        headers=heads,
        tablefmt="plain",
        disable_numparse=True,
        preserve_whitespace=True,
        colalign=[sides[side] for side in align],
    )
    first, _, rest = drawn.partition("\n")
    return f"{style.paint(first, 'dim')}\n{rest}"


def _scores(summary: Summary, style: Style) -> str:
    scores = summary.scores
    if scores is None:
        return ""
    heads = ("percent", "least", "25 %", "median", "75 %", "most", "mean")
    values = (
        scores.least, scores.lower_quartile, scores.median, scores.upper_quartile, scores.most,
        scores.mean,
    )  # fmt: skip
    return _table(heads, [("score", *(f"{value:.1f}" for value in values))], "lrrrrrr", style)


def _gradients(summary: Summary, style: Style) -> str:
    rows = sorted(summary.gradients, key=lambda row: row.difficulty, reverse=True)
    if not rows:
        return ""
    several = len({row.part for row in rows}) > 1
    cells = [
        (
            f"{row.part} {row.name}" if several else row.name,
            *map(str, (row.correct, row.follow_through, row.wrong, row.not_returned)),
            f"{100 * row.share:.0f} %",
        )
        for row in rows
    ]
    heads = ("gradient", "correct", "carried", "wrong", "not returned", "wrong of returned")
    return _table(heads, cells, "lrrrrr", style)


def _findings(summary: Summary, style: Style) -> str:
    if not summary.findings:
        return ""
    cells = [
        (
            str(row.students),
            in_line(row.id, NAMES + 8),
            in_line(row.title, TITLE),
            in_line(", ".join(row.gradients), NAMES),
        )
        for row in summary.findings
    ]
    return _table(("students", "finding", "what", "gradients"), cells, "rlll", style)
