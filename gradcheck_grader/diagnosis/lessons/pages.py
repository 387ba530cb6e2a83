"""Every finding's page: listed, found by id, and written as ``docs/mistakes.md``.

``python -m gradcheck_grader.diagnosis.lessons.pages > docs/mistakes.md`` writes that file again.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from textwrap import fill, indent

from gradcheck_grader.diagnosis.lessons import behaviour as lessons_behaviour
from gradcheck_grader.diagnosis.lessons import shape as lessons_shape
from gradcheck_grader.diagnosis.lessons import source as lessons_source
from gradcheck_grader.diagnosis.lessons.example import example_of
from gradcheck_grader.diagnosis.lessons.factor import FACTOR, PENALTY, RESULT
from gradcheck_grader.diagnosis.lessons.gradient import DB, DW
from gradcheck_grader.diagnosis.lessons.hidden import GATE, PROPAGATE
from gradcheck_grader.diagnosis.lessons.lesson import Chapter, Lesson, Lines, lines
from gradcheck_grader.diagnosis.lessons.output import OUTPUT
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN
from gradcheck_grader.diagnosis.mistakes.mistake import STEPS, Mistake, Step
from gradcheck_grader.errors import GraderError

CHAPTERS = (OUTPUT, PROPAGATE, GATE, DW, DB, FACTOR, PENALTY, RESULT)
BY_STEP: dict[Step, Chapter] = {
    "output": OUTPUT, "propagate": PROPAGATE, "gate": GATE, "dW": DW, "db": DB,
}  # fmt: skip
INTRODUCTION = """\
# Mistakes

Every finding that a report can name. `grader explain ID` prints the same page.

An example is worked out on a network of a few units, and its slopes are measured: nudge one
number up and down and watch the loss. That is how you can check any line of your own code.
A page leads to the mistake; it does not show the line that mends it.

This file is written by `python -m gradcheck_grader.diagnosis.lessons.pages`.
"""


def all_lessons(mistakes: Iterable[Mistake] = BUILT_IN) -> dict[str, Lesson]:
    """Return the page of every finding by id, nearest to the loss first."""
    groups_of = (lessons_shape, lessons_behaviour, lessons_source)
    other = [lesson for module in groups_of for lesson in module.lessons()]
    taken = {lesson.id for lesson in other}
    named = [_lesson_of(mistake) for mistake in mistakes if mistake.id not in taken]
    groups = [chapter.group for chapter in CHAPTERS]
    named.sort(key=lambda lesson: groups.index(lesson.group))
    return {lesson.id: lesson for lesson in [*named, *other]}


def _lesson_of(mistake: Mistake) -> Lesson:
    chapter = _chapter_of(mistake)
    twist = chapter.twists.get(mistake.id)
    return Lesson(
        mistake.id,
        chapter.group,
        mistake.title,
        mistake.message,
        (chapter.idea, twist) if twist else (chapter.idea,),
        partial(_worked, mistake),
        mistake.hint,
    )


def _chapter_of(mistake: Mistake) -> Chapter:
    """Return where a mistake belongs: one of another package by the step of its formulas."""
    for chapter in CHAPTERS:
        if mistake.id in chapter.twists:
            return chapter
    return next((BY_STEP[step] for step in STEPS if mistake.formulas(step)), RESULT)


def _worked(mistake: Mistake) -> Lines:
    example = example_of(mistake)
    if example is None:
        return lines("No tiny network shows this one: see `grader explain unexplained`.")
    return example.lines()


def find(id: str, lessons: Mapping[str, Lesson]) -> Lesson:
    """Return the page of an id, in whatever case it was typed.

    Raises
    ------
    GraderError
        If there is none; the message names ids that are near.
    """
    by_folded = {known.lower(): lesson for known, lesson in lessons.items()}
    wanted = id.strip().lower()
    if wanted in by_folded:
        return by_folded[wanted]
    near = difflib.get_close_matches(wanted, by_folded, n=2, cutoff=0.7)
    near = near or [known for known in by_folded if wanted and wanted in known][:2]
    near = near or difflib.get_close_matches(wanted, by_folded, n=1)
    names = " or ".join(by_folded[known].id for known in near)
    remedy = f"Did you mean {names}? " if near else ""
    raise GraderError(
        f"there is no finding {id!r}", remedy=f"{remedy}List them with: grader explain"
    )


def listing(lessons: Mapping[str, Lesson]) -> str:
    """Return all ids with their titles, grouped by the step that they belong to."""
    width = max(map(len, lessons))
    blocks = [
        "\n".join([group, *(f"  {one.id:<{width}}  {one.title}" for one in members)])
        for group, members in _grouped(lessons).items()
    ]
    return "\n\n".join([*blocks, "Read one with: grader explain ID"])


def _grouped(lessons: Mapping[str, Lesson]) -> dict[str, list[Lesson]]:
    groups: dict[str, list[Lesson]] = {}
    for lesson in lessons.values():
        groups.setdefault(lesson.group, []).append(lesson)
    return groups


def page(lesson: Lesson) -> str:
    """Return a page for a terminal."""
    blocks = [
        f"{lesson.title}\n{lesson.id} ({lesson.group.lower()})",
        _paragraph(f"What is seen: {lesson.seen}"),
        "The idea",
        *map(_paragraph, lesson.idea),
        "A small example",
        indent("\n".join(lesson.example()), "  "),
        "The question",
        _paragraph(lesson.question),
    ]
    return "\n\n".join(blocks)


def _paragraph(text: str) -> str:
    return indent(fill(text, 76, break_on_hyphens=False), "  ")


def markdown(lessons: Mapping[str, Lesson]) -> str:
    """Return all pages as one file; what the pages of a group share stands at its head."""
    blocks = [INTRODUCTION]
    for group, members in _grouped(lessons).items():
        shared = {lesson.idea[0] for lesson in members}
        blocks.append(f"## {group}\n")
        if len(shared) == 1:
            blocks.append(_filled(shared.pop()) + "\n")
            members = [replace(lesson, idea=lesson.idea[1:]) for lesson in members]
        blocks += map(_section, members)
    return "\n".join(blocks)


def _section(lesson: Lesson) -> str:
    example = "\n".join(lesson.example())
    texts = [f"**{lesson.title}.** {lesson.seen}", *lesson.idea]
    filled = [_filled(text) for text in (*texts, f"*{lesson.question}*")]
    parts = (f"### {lesson.id}", *filled[:-1], f"```text\n{example}\n```", filled[-1])
    return "\n\n".join(parts) + "\n"


def _filled(text: str) -> str:
    return fill(text, 100, break_on_hyphens=False)


if __name__ == "__main__":
    sys.stdout.write(markdown(all_lessons()))
