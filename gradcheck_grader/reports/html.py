"""The report as a page of its own: no script, no network, nothing in it but text and style."""

from __future__ import annotations

from gradcheck_grader.models import GradeReport
from gradcheck_grader.phrases import counted
from gradcheck_grader.reports import pages, words


def render(report: GradeReport) -> str:
    """Return the whole report as one HTML file."""
    from markupsafe import Markup

    report = words.made_plain(report)
    style = pages.text_of(pages.TEMPLATES / "base.css", pages.TEMPLATES / "report.css")
    text = (
        pages.environment()
        .get_template("report.html")
        .render(
            report=report,
            policy=pages.policy(style),
            style=Markup(style),
            words=words,
            signs=pages.SIGNS,
            frame=pages.frame,
            prose=pages.prose,
            parts=list(dict.fromkeys(row.part for row in report.gradients)),
            trials=counted(max((row.trials for row in report.gradients), default=0), "trial"),
            commands=_commands(report),
        )
    )
    return f"{text.rstrip()}\n"


def _commands(report: GradeReport) -> list[tuple[str, str]]:
    """Return what to type next, and what it does."""
    commands = [(report.replay, "the same networks again; add --watch to grade at each save")]
    asking = [group[0].id for group in words.causes(report) if group[0].hint]
    commands += [(f"grader explain {id}", "the idea, with a worked example") for id in asking[:1]]
    return commands if report.replay and not report.all_correct else commands[: bool(report.replay)]
