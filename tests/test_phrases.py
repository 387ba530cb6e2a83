"""Phrases that messages of many rooms share."""

from __future__ import annotations

import pytest

from gradcheck_grader.diagnosis.wording import within
from gradcheck_grader.phrases import counted, cut, did_you_mean


def test_a_number_and_its_noun_agree() -> None:
    assert [counted(number, "cause") for number in (0, 1, 2)] == ["0 causes", "1 cause", "2 causes"]
    assert counted(1, "link is", "links are") == "1 link is"
    assert counted(7, "link is", "links are") == "7 links are"


def test_a_text_that_is_cut_fits_and_says_so() -> None:
    assert [cut("right", room) for room in (5, 4, 1, 0)] == ["right", "rig…", "…", "…"]


def test_a_question_is_asked_only_where_something_is_near() -> None:
    assert did_you_mean("dW", ["dW1", "loss"]) == "Did you mean dW1? "
    assert did_you_mean("hint", ["hints", "hits"], 2) == "Did you mean hints or hits? "
    assert did_you_mean("x", ["loss"]) == ""


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("The sign is flipped", "the sign is flipped"),
        ("A factor 2 too many", "a factor 2 too many"),
        ("dW is built from dA instead of dZ", "dW is built from dA instead of dZ"),
        ("ReLU is applied to the gradient", "ReLU is applied to the gradient"),
        ("Z_L is compared with the labels", "Z_L is compared with the labels"),
        ("The slope is taken at A instead of Z", "the slope is taken at A instead of Z"),
    ],
)
def test_a_title_in_a_sentence_keeps_the_names_in_it(title: str, inside: str) -> None:
    assert within(title) == inside
