"""The report in Markdown: for a job's summary, a pull request, a feedback file.

Whatever a submission says, its name included, shows as text: it is escaped, or stands in code.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.reports import words

SIGNS = {"correct": "✅", "follow-through": "↳", "missing": "➖", "not graded": "❔"}
WRONG = "❌"
ACTIVE = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
FIRST = re.compile(r"^(\d*)([#+\-=>.)])")
LINKED = re.compile(r"@(?=\w)|#(?=\d)|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
CUT = "\n\n*Cut: the whole report is longer than fits here.*\n"


def render(report: GradeReport) -> str:
    """Return the whole report as GitHub-flavoured Markdown."""
    blocks = [
        *_head(report),
        _table(report),
        *_to_fix(report),
        *_notes(report),
        *_printed(report),
        *_again(report),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def render_within(report: GradeReport, size: int) -> str:
    """Return the report in at most ``size`` bytes: without what was printed, or its head alone."""
    silent = replace(report, output="")
    shorter = replace(silent, findings=(), problems=())
    for candidate in (report, silent, shorter):
        text = render(candidate) if candidate is report else render(candidate).rstrip("\n") + CUT
        if len(text.encode()) <= size:
            return text
    return "\n\n".join(_head(report)) + CUT


def escape(text: str) -> str:
    """Return Markdown that shows exactly this text, on one line, and links to nothing."""
    return _inactive(words.one_line(text))


def prose(text: str) -> str:
    """Return what we say, on one line: the code in it, between backticks, is code."""
    pieces = enumerate(words.QUOTED.split(words.one_line(text)))
    return "".join(code(piece) if number % 2 else _inactive(piece) for number, piece in pieces)


def _inactive(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    line = FIRST.sub(r"\1\\\2", ACTIVE.sub(r"\\\g<0>", line))
    # Nobody is to be notified by a name, and no address to become a link.
    return LINKED.sub(r"\g<0><!-- -->", line)


def code(text: str) -> str:
    """Return the text as code within a line."""
    line = words.one_line(text)
    fence = "`" * (_longest_ticks(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def block(text: str, language: str) -> str:
    """Return the text as a block of code that it cannot end."""
    fence = "`" * max(_longest_ticks(text) + 1, 3)
    return f"{fence}{language}\n{words.plain(text)}\n{fence}"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _head(report: GradeReport) -> list[str]:
    facts = [code(report.submission.name), f"seed {report.grader.seed}"]
    assignment = report.assignment
    if assignment.chosen != "given" and assignment.why:
        facts.append(f"assignment {escape(assignment.name)}: {escape(assignment.why)}")
    return [
        f"# {escape(assignment.title)}",
        " · ".join([f"**{words.score_words(report)}**", *facts]),
    ]


def _table(report: GradeReport) -> str:
    if not report.gradients:
        return ""
    several = len({row.part for row in report.gradients}) > 1
    head = ["", *(["part"] if several else []), "gradient", "shape", "rel. error", "verdict"]
    rule = ["---"] * len(head) + ["---:"]
    rows = [[*head, "points"], rule, *(_cells(row, several) for row in report.gradients)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _cells(row: GradientResult, several: bool) -> list[str]:
    said = words.verdict_words(row)
    if row.finding and row.verdict != "correct":
        bare = said == row.verdict
        said = f"{said}: {row.finding}" if bare else f"{said} ({row.finding})"
    return [
        SIGNS.get(row.verdict, WRONG),
        *([escape(row.part)] if several else []),
        code(row.name).replace("|", "\\|"),  # a table's cells end at a pipe, in code as well
        escape(row.shape),
        "" if row.relative_error is None else f"{row.relative_error:.1e}",
        escape(said),
        f"{row.points} / {row.max_points}",
    ]


def _to_fix(report: GradeReport) -> list[str]:
    mistakes = words.causes(report)
    if not mistakes and not report.problems:
        return []
    blocks = ["## What to fix" if report.status == "graded" else "## Not graded, not your fault"]
    for problem in report.problems:
        blocks += _problem(problem)
    for number, findings in enumerate(mistakes, start=1):
        blocks += _cause(findings, f"{number}. " if len(mistakes) > 1 else "", report)
    return [*blocks, escape(words.carried_words(report))]


def _problem(problem: ReportProblem) -> list[str]:
    at = words.place(problem)
    part = f"part {problem.part}" if problem.part else ""
    where = ", ".join(item for item in (part, at) if item)
    return [
        f"### {escape(words.problem_title(problem))}",
        escape(where),
        prose(problem.message),
        block(problem.source.strip(), "python") if problem.source else "",
    ]


def _cause(findings: list[Finding], number: str, report: GradeReport) -> list[str]:
    finding = findings[0]
    where = words.where(findings, report.submission.name)
    numbers = [
        escape(words.worst_words(row.name, row.worst))
        for row in report.gradients
        if row.worst is not None and row.worst.expected is not None
        if any(item.concerns(row.part, row.name) for item in findings)
    ]
    return [
        f"### {number}{escape(finding.title)}",
        " · ".join(item for item in (code(finding.id), escape(where)) if item),
        prose(finding.message),
        f"Seen: {escape(finding.evidence)}." if finding.evidence else "",
        "\n".join(f"- {line}" for line in numbers),
        block(finding.source.strip(), "python") if finding.source else "",
        f"> {prose(finding.hint)}" if finding.hint else "",
    ]


def _notes(report: GradeReport) -> list[str]:
    found = words.notes(report)
    lines = []
    for note in found:
        where = words.where([note], report.submission.name)
        seen = f" Seen: {escape(note.evidence)}." if note.evidence else ""
        at = f" ({escape(where)})" if where else ""
        lines.append(f"- **{escape(note.title)}**{at}. {prose(note.message)}{seen}")
    return ["## Worth knowing (costs no points)", "\n".join(lines)] if found else []


def _printed(report: GradeReport) -> list[str]:
    text = report.output.strip("\n")
    return ["## Your code printed", block(text, "text")] if text.strip() else []


def _again(report: GradeReport) -> list[str]:
    if not report.replay:
        return []
    asking = [group[0].id for group in words.causes(report) if group[0].hint]
    commands = [report.replay, *(f"grader explain {name}" for name in asking[:1])]
    return ["The same networks again:", block("\n".join(commands), "sh")]
