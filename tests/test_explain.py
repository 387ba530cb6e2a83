"""A page for every finding: its words, its numbers, its place in the documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.diagnosis import chain
from gradcheck_grader.diagnosis.behaviour import DOMAINS
from gradcheck_grader.diagnosis.lessons.example import Example, example_of, flow_into
from gradcheck_grader.diagnosis.lessons.pages import CHAPTERS, all_lessons, find, markdown, page
from gradcheck_grader.diagnosis.lessons.scene import Scene, scenes
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN, build
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.step_taken import RATE_FIXED
from gradcheck_grader.diagnosis.structural import PRECISION, SHAPES
from gradcheck_grader.diagnosis.wording import WORDS
from gradcheck_grader.errors import GraderError
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import backward, forward
from gradcheck_grader.sandbox.exchange import OWN_CACHE
from tests.conftest import Cli

ROOT = Path(__file__).parent.parent
LESSONS = all_lessons()
TWISTS = set().union(*(chapter.twists for chapter in CHAPTERS))
WORKED = [mistake for mistake in BUILT_IN if mistake.id in TWISTS]
ids = pytest.mark.parametrize("id", LESSONS)
worked = pytest.mark.parametrize("mistake", WORKED, ids=lambda mistake: mistake.id)


def texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def written_ids() -> Iterator[str]:
    """Yield every id that stands in the source of a finding or a note."""
    for path in (ROOT / "gradcheck_grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "id":
                yield from texts(node.value)
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("note", "Inexact") and node.args:
                yield from texts(node.args[0])
            if node.func.id == "Finding":
                for keyword in node.keywords:
                    yield from texts(keyword.value) if keyword.arg == "id" else ()


def reported_ids() -> set[str]:
    listed = {*SHAPES, *PRECISION, RATE_FIXED, OWN_CACHE, *(domain[0] for domain in DOMAINS)}
    return listed | {mistake.id for mistake in BUILT_IN} | set(written_ids())


def test_every_finding_of_a_report_has_its_page_and_every_page_its_finding() -> None:
    assert {"helpers-supplied", "two-layers-only", "float32", "missing-mean"} <= reported_ids()
    # What a comma has done is told with the dimensions that it gives.
    assert set(LESSONS) == reported_ids() - {"lone-comma"}


def test_every_mistake_of_the_catalogue_has_words_of_its_own() -> None:
    shared = {chapter.idea for chapter in CHAPTERS}
    for mistake in BUILT_IN:
        own = [text for text in LESSONS[mistake.id].idea if text not in shared]
        assert own, f"{mistake.id} needs a text in one of the files of lessons/"


def test_no_text_is_left_for_a_mistake_that_is_gone() -> None:
    assert {mistake.id for mistake in BUILT_IN} >= TWISTS


def test_a_page_has_the_title_of_the_report() -> None:
    for id, (title, *_) in WORDS.items():
        assert LESSONS[id].title == title
    for mistake in BUILT_IN:
        assert LESSONS[mistake.id].title == mistake.title


@ids
def test_a_page_fits_the_screen_and_ends_in_a_question(id: str) -> None:
    shown = page(LESSONS[id])
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert shown.isascii()
    assert LESSONS[id].example()
    assert LESSONS[id].question.endswith(("?", "."))


@worked
def test_a_page_shows_no_line_of_code(mistake: Mistake) -> None:
    lesson = LESSONS[mistake.id]
    own = " ".join((*lesson.idea, *lesson.example()))
    assert not re.search(r"np\.|@|\.T\b|\bdot\(|\w = d[ZAWb]", own)


def right(scene: Scene, name: str) -> Array:
    """Return the slope that backpropagation gives."""
    if name[0] in "Wb":
        return backward(scene.problem, forward(scene.problem))[0][f"d{name}"]
    rows, number = scene.layers(), int(name[1:])
    if name[0] == "A":
        return chain.right_propagate(rows[number], flow_into(rows, "propagate", number))
    return flow_into(rows, "dW", number).delta


def example(mistake: Mistake) -> Example:
    found = example_of(mistake)
    assert found is not None
    return found


@worked
def test_what_a_page_measures_is_the_slope_and_not_what_the_mistake_gives(
    mistake: Mistake,
) -> None:
    shown = example(mistake)
    assert np.abs(shown.measured - right(shown.scene, shown.name)).max() < 1e-4
    same_shape = shown.slip.shape == shown.measured.shape
    assert not same_shape or np.abs(shown.slip - shown.measured).max() > 0.005


def test_a_page_is_what_numpy_says_by_itself() -> None:
    def loss(z: Array) -> float:
        a2 = 1 / (1 + np.exp(-(np.array([[0.8, -0.6]]) @ np.tanh(z) + 0.1)))
        y = np.array([[0.0, 1.0]])
        return float(-np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2)))

    z = np.array([[1.0, 0.5], [-0.5, 1.0]]) @ np.array([[1.0, -0.5], [0.5, 1.5]])
    z += np.array([[0.2], [-0.4]])
    nudge = np.zeros((2, 2))
    nudge[0, 0] = 0.01
    up, down = loss(z + nudge), loss(z - nudge)
    shown = " ".join(page(LESSONS["hidden-missing-gprime"]).split())
    assert f"Add 0.01 to Z1[0, 0]: the loss is {up:.6f}." in shown
    assert f"it is {down:.6f}. The difference over 0.02 is {(up - down) / 0.02:.3f}" in shown


def test_a_scene_keeps_away_from_kinks_and_its_losses_agree() -> None:
    for scene in scenes().values():
        for name in ("Z1", "A1", "W1", "b1"):
            if not scene.problem.network.l2 or name[0] in "Wb":
                same = scene.loss_with(name, scene.array(name))
                assert same == pytest.approx(scene.loss_with("b1", scene.array("b1")))
    assert np.abs(scenes()["relu"].array("Z1")).min() > 0.1


def test_a_mistake_of_another_package_has_a_page_too() -> None:
    added = Mistake(
        "gprime-of-nothing", "No slope", "Seen.", "Why?", gate=(lambda at, flow: 3 * flow.da,)
    )
    lesson = all_lessons([*build().mistakes.values(), added])["gprime-of-nothing"]
    assert lesson.group == LESSONS["hidden-missing-gprime"].group
    assert any(line.startswith("with this mistake") for line in lesson.example())
    strange = Mistake("strange", "Strange", "Seen.", "Why?")
    assert "unexplained" in all_lessons([strange])["strange"].example()[0]


def test_the_documents_hold_every_page_as_it_is_now() -> None:
    remedy = "python -m gradcheck_grader.diagnosis.lessons.pages > docs/mistakes.md"
    written = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    assert written == markdown(LESSONS), remedy
    assert all(f"\n### {id}\n" in written for id in LESSONS)


def test_an_id_is_found_in_any_case() -> None:
    assert find("DW-USES-Z", LESSONS).id == "dW-uses-z"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("hiden-missing-gprime", "Did you mean hidden-missing-gprime"),
        ("dropout", "Did you mean dropout-mask-forgotten or"),
        ("", "List them with: grader explain"),
    ],
)
def test_an_unknown_id_is_told_what_is_near(typed: str, near: str) -> None:
    with pytest.raises(GraderError) as raised:
        find(typed, LESSONS)
    assert near in str(raised.value)


def test_the_command_prints_a_page_or_the_list(cli: Cli) -> None:
    done = cli("explain", "missing-mean")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == page(LESSONS["missing-mean"]) + "\n"
    listed = cli("explain")
    assert listed.returncode == 0
    assert all(f"  {id} " in listed.stdout for id in LESSONS)


def test_the_command_refuses_an_unknown_id(cli: Cli) -> None:
    done = cli("explain", "mising-mean")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: there is no finding 'mising-mean'\n"
        "  Did you mean missing-mean? List them with: grader explain\n"
    )
