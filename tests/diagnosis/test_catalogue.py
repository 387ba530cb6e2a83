"""The catalogue: its words, and mistakes that other packages add."""

from __future__ import annotations

import re
from importlib.metadata import EntryPoint

import pytest

from gradcheck_grader.diagnosis.mistakes import added
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN, build, installed
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.other import FACTORS
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import prepare
from tests.conftest import built_in

CODE = re.compile(r"@|np\.|\*\*|\bdot\(|\.T\b|dZ\d? =|dW\d? =|axis=")


@pytest.mark.parametrize("mistake", BUILT_IN, ids=lambda mistake: mistake.id)
def test_a_mistake_has_words_and_gives_no_line_of_code_away(mistake: Mistake) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9-]+", mistake.id)
    assert 0 < len(mistake.title) <= 60
    assert not mistake.title.endswith(".")
    assert mistake.message.endswith(".")
    assert mistake.hint[-1] in ".?"
    assert not CODE.search(mistake.message + mistake.hint)


@pytest.mark.parametrize("mistake", BUILT_IN, ids=lambda mistake: mistake.id)
def test_what_can_be_wrong_in_any_gradient_is_not_asked_of_one(mistake: Mistake) -> None:
    """A factor may be in one hidden layer alone, and a slip in both gradients in db alone."""
    if mistake in FACTORS or (mistake.dW and mistake.db):
        assert not re.search(r"\b(output|dW|db)\b", mistake.message + mistake.hint)


def test_titles_differ() -> None:
    titles = [mistake.title for mistake in BUILT_IN]
    assert len(set(titles)) == len(titles)


def test_two_mistakes_of_one_name_are_refused() -> None:
    with pytest.raises(AssignmentError, match="two mistakes are called 'sign-flipped'"):
        build((*BUILT_IN, Mistake("sign-flipped", "t", "m.", "h?")))


def test_another_package_adds_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", f"{__name__}:mine", added.GROUP)
    monkeypatch.setattr(added, "entry_points", lambda group: [point])
    assert installed()["my-mistake"].title == "Mine"


def test_the_mistakes_of_another_package_are_looked_for_when_a_submission_is_graded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point = EntryPoint("mine", f"{__name__}:mine", added.GROUP)
    monkeypatch.setattr(added, "entry_points", lambda group: [point])
    (paper,) = prepare(built_in("shallow-tanh"), seed=1).papers
    assert paper.bench.catalogue["my-mistake"].title == "Mine"
    assert "my-mistake" in {variant.id for variant in paper.bench.catalogue.variants["gate"]}


def test_a_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", "nowhere_at_all:x", added.GROUP)
    monkeypatch.setattr(added, "entry_points", lambda group: [point])
    with pytest.raises(AssignmentError, match="the mistakes of 'broken' cannot be loaded"):
        installed()


def mine() -> list[Mistake]:
    return [Mistake("my-mistake", "Mine", "Seen.", "Why?", gate=(lambda at, flow: flow.da * 7,))]
