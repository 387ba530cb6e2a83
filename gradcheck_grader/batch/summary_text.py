"""A class's summary for a terminal: how it went, why, and whom to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradcheck_grader.batch.summary import Summary, Unjudged
from gradcheck_grader.phrases import cut
from gradcheck_grader.reports.style import Style
from gradcheck_grader.sandbox.text import clean_line

LONGEST_BAR = 40
LONGEST_COUNT = 8
CAUSES, PEOPLE = 10, 10
NAME, KIND, ID = 24, 12, 28  # widest, in columns
# What a kind of problem is called where it stands alone; the others say it by their name.
KIND_WORDS = {"load": "unreadable", "missing": "no function", "forbidden": "not allowed"}
SQUARE = {True: "■", False: "#"}


def render(
    summary: Summary, style: Style, elapsed: float | None = None, written: Sequence[Path] = ()
) -> str:
    """Return the summary as text of ``style.width`` columns, ending in a newline."""
    blocks = [
        [_head(summary, style, elapsed)],
        style.wrap(summary.lead, 2),
        _scores(summary, style),
        _hardest(summary, style),
        _causes(summary, style),
        _look_at(summary, style),
        _missing(summary, style),
        written_lines(written, style),
    ]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text) + "\n"


def quiet(summary: Summary) -> str:
    """Return one line: of all submissions, whether or not a run that was stopped came to them."""
    counted = f"{summary.all_correct} all correct, {summary.not_graded} not graded"
    to_come = f", {summary.waiting} still to come" if summary.waiting else ""
    return f"{summary.headline}: {counted}{to_come}\n"


def in_line(text: str, room: int) -> str:
    """Return the text on one line of at most ``room`` columns; it may come from anybody."""
    return cut(clean_line(text, 1000), room)


def _head(summary: Summary, style: Style, elapsed: float | None) -> str:
    words = [f"seed {summary.seed}"] if summary.seed is not None else ["a seed for each"]
    words += [f"graded in {_time(elapsed)}"] if elapsed is not None else []
    right = " · ".join(words)
    left = f"{summary.title} · {summary.headline}"
    return style.titled(in_line(left, style.width - len(right) - 2), right)


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _scores(summary: Summary, style: Style) -> list[str]:
    if summary.scores is None:
        return []
    most = max(summary.distribution)
    last = len(summary.distribution) - 1
    lines = [style.paint("  percent  students", "dim")]
    for place, count in enumerate(summary.distribution):
        label = "100" if place == last else f"{10 * place}-{10 * place + 9}"
        length = -(-LONGEST_BAR * count // most)
        bar = style.paint("█" * length, "good" if place == last else "dim")
        lines.append(f"  {label:<7}  {count:>8}  {bar}".rstrip())
    scores = summary.scores
    words = [
        f"median {scores.median:g}",
        f"mean {scores.mean:.1f}",
        f"all correct {summary.all_correct}",
        f"not run {summary.unjudged}" if summary.unjudged else "",
        f"not graded {summary.not_graded}" if summary.not_graded else "",
        f"late {summary.late}" if summary.late else "",
    ]
    return [*lines, "", "  " + " · ".join(filter(None, words))]


def _hardest(summary: Summary, style: Style) -> list[str]:
    row = summary.hardest
    if row is None:
        return []
    parts = {gradient.part for gradient in summary.gradients}
    name = f"{row.part} {row.name}" if len(parts) > 1 else row.name
    return [f"  hardest {style.paint(name, 'bold')}: wrong in {row.wrong} of {row.judged}"]


def _heading(left: str, right: str, style: Style) -> list[str]:
    return [style.titled(left, right), style.rule()]


def _causes(summary: Summary, style: Style) -> list[str]:
    mistakes = [row for row in summary.findings if row.severity == "mistake"]
    if not mistakes:
        return []
    shown = mistakes[:CAUSES]
    most = shown[0].students
    wide = min(max(len(row.id) for row in shown), ID)
    room = style.width - 2 - wide - 2 - 2 - 5 - 2 - LONGEST_COUNT
    lines = _heading("Most common causes", "students", style)
    for row in shown:
        squares = SQUARE[style.unicode] * max(round(LONGEST_COUNT * row.students / most), 1)
        title = in_line(row.title, room)
        id = style.paint(f"{in_line(row.id, wide):<{wide}}", "dim")
        lines.append(
            f"  {id}  {title:<{room}}  {row.students:>5}  {style.paint(squares, 'bad')}".rstrip()
        )
    if len(mistakes) > CAUSES:
        lines.append(style.paint(f"  and {len(mistakes) - CAUSES} more: grader stats", "dim"))
    return lines


def _look_at(summary: Summary, style: Style) -> list[str]:
    if not summary.look_at:
        return []
    shown = summary.look_at[:PEOPLE]
    wide = min(max(len(_name(item)) for item in shown), NAME)
    kinds = [KIND_WORDS.get(item.kind, item.kind) for item in shown]
    kind = min(max(map(len, kinds)), KIND)
    room = style.width - 2 - wide - 2 - kind - 2
    lines = _heading("Look at these first", "no gradient to judge", style)
    for item, said in zip(shown, kinds, strict=True):
        who = f"{in_line(_name(item), wide):<{wide}}"
        words = style.paint(f"{in_line(said, kind):<{kind}}", "bad")
        lines.append(f"  {who}  {words}  {in_line(_why(item), room)}")
    total = summary.unjudged + summary.not_graded
    if total > len(shown):
        lines.append(style.paint(f"  and {total - len(shown)} more", "dim"))
    return lines


def _why(item: Unjudged) -> str:
    """Return what is wrong without the file's name before it, which leaves no room for that."""
    return item.message.removeprefix(f"{item.key} ").removeprefix("is ")


def _name(item: Unjudged) -> str:
    """Return who it is; a key that begins with the name tells the file as well."""
    return clean_line(item.key if item.key.startswith(item.name) else item.name, 1000)


def _missing(summary: Summary, style: Style) -> list[str]:
    if not summary.missing:
        return []
    names = "; ".join(in_line(name, NAME) for name in summary.missing[:PEOPLE])
    more = len(summary.missing) - PEOPLE
    names += f" and {more} more" if more > 0 else ""
    return style.wrap(f"{len(summary.missing)} on the roster handed in nothing: {names}", 2)


def written_lines(written: Sequence[Path], style: Style) -> list[str]:
    """Return what was written, as lines; none if nothing was."""
    return style.wrap("Wrote  " + "  ".join(map(str, written)), 2) if written else []
