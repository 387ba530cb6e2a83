"""A flat cache is taken in the order in which the file's own forward pass packs it."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, changed, right_of

THEIRS = "Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3"
OWN = "W1, b1, Z1, A1, W2, b2, Z2, A2, W3, b3, Z3, A3"
FEWER = "A3, Z3, A2, Z2, A1, Z1, W1, W2, W3"
SMALL = OWN.replace("A", "a").replace("Z", "z")
FORWARD = """

def forward_propagation(X, parameters):
    {names} = made_of(X, parameters)
    return {last}, ({names})
"""


def packed(names: str, taken: str = "") -> str:
    """Return a right file whose forward pass packs its cache so, and that takes it so."""
    text = changed(right_of("cached-tuple"), (f"({THEIRS})", f"({taken or names})"))
    for name in ("A1", "A2", "A3") if names == SMALL else ():
        text = text.replace(f"{name},", f"{name.lower()},").replace(f"{name}.", f"{name.lower()}.")
        text = text.replace(f"{name} ", f"{name.lower()} ")
    return text + FORWARD.format(names=names, last=names.rsplit(" ", 1)[-1])


@pytest.mark.parametrize("names", [OWN, FEWER, SMALL], ids=["order", "fewer", "small"])
def test_the_order_in_which_the_file_packs_is_right(names: str, grade_text: Grade) -> None:
    report = grade_text(packed(names), "cached-tuple")
    assert report.score == 100
    assert [finding.id for finding in report.findings] == ["own-order"]


def test_masks_have_their_place(grade_text: Grade) -> None:
    own = "D1, Z1, A1, W1, b1, D2, Z2, A2, W2, b2, Z3, A3, W3, b3"
    text = right_of("dropout")
    theirs = "Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3"
    text = changed(text, (theirs, own)) + FORWARD.format(names=own, last="A3")
    assert grade_text(text, "dropout").score == 100


@pytest.mark.parametrize(
    ("packs", "takes"), [(THEIRS, OWN), (THEIRS, THEIRS.replace("Z1, A1", "A1, Z1"))]
)
def test_an_order_that_nothing_packs_is_a_slip(packs: str, takes: str, grade_text: Grade) -> None:
    report = grade_text(packed(packs, takes), "cached-tuple")
    assert report.score < 100
    assert "own-order" not in {finding.id for finding in report.findings}
