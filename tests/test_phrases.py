"""Phrases that messages of many rooms share."""

from __future__ import annotations

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
