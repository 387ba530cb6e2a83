"""Commands beside grading: the gradient check as a tool, explanations, and the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gradcheck_grader.errors import FAULT, RIGHT

if TYPE_CHECKING:
    from gradcheck_grader.sandbox.doctor import DoctorReport


def gradient(
    target: Annotated[str, typer.Argument(metavar="FILE.py:FUNCTION", help="Returns one number.")],
    at: Annotated[str, typer.Option(metavar="FILE.npz", help="Arrays, named as its arguments.")],
    gradient: Annotated[
        str | None,
        typer.Option(metavar="FILE.py:FUNCTION", help="Returns the gradient to check."),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Array to differentiate by; repeatable. [all]")
    ] = None,
    step: Annotated[float | None, typer.Option(help="Largest step of differences.")] = None,
    method: Annotated[
        Literal["auto", "complex", "central"], typer.Option(help="How to differentiate.")
    ] = "auto",
    save: Annotated[
        str | None, typer.Option(metavar="FILE.npz", help="Write the numerical gradient.")
    ] = None,
) -> None:
    """Differentiate your own function numerically, and check your gradient of it.

    The file is imported and run in this process: it is a tool for your own code.
    """
    from gradcheck_grader.gradient import gradient_report

    text, code = gradient_report(
        target, at, gradient=gradient, by=by or (), step=step, method=method, save=save
    )
    print(text)
    raise typer.Exit(code)


def explain(
    id: Annotated[
        str | None,
        typer.Argument(help="As a report names it; without it, all are listed."),
    ] = None,
) -> None:
    """Explain a finding: the idea, a small example in numbers, and a question."""
    from gradcheck_grader.diagnosis.lessons import pages as lessons
    from gradcheck_grader.diagnosis.mistakes.catalogue import installed

    known = lessons.all_lessons(installed().mistakes.values())
    print(lessons.page(lessons.find(id, known)) if id else lessons.listing(known))


def doctor() -> None:
    """Say how well submissions can be isolated on this machine, and what to do about it."""
    from gradcheck_grader.sandbox.doctor import examine

    report = examine()
    print(describe(report))
    raise typer.Exit(RIGHT if report.used else FAULT)


def describe(report: DoctorReport) -> str:
    """Return the doctor's report as text: every level, what is open at it, and advice."""
    lines = [f"Python {report.python}", f"NumPy {report.numpy}, {report.system}", ""]
    for level in report.levels:
        if level.reason:
            lines.append(f"{level.level}: does not work here: {level.reason}")
            continue
        used = " (used)" if level.level == report.used else ""
        lines.append(f"{level.level}: works{used}: {', '.join(level.words)}")
        if level.still_open:
            lines.append(f"  a submission can still {'; '.join(level.still_open)}")
        else:
            lines.append("  every attempt was refused")
    if report.advice:
        lines += ["", *report.advice]
    return "\n".join(lines)
