"""Slips with what dropout did: the mask, and the scale of the units that were kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck_grader.diagnosis.mistakes.mistake import Mistake, Variant
from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.exam import prepare
from gradcheck_grader.reference.activations import Array
from tests.conftest import built_in

from .conventions import Room, room

OWN = Mistake("own", "", "", "")


def kept(here: Room, layer: int) -> Array:
    """Return the keep probability of a layer on every trial."""
    networks = [trial.problem.network for trial in here.bench.trials]
    return np.array([network.keep_prob[layer - 1] for network in networks])


def test_a_mask_that_is_forgotten_beside_its_scale_is_one_mistake() -> None:
    here = room("G dropout")
    formula = Variant(
        "gate",
        lambda at, flow: flow.undropped * (at.Z > 0) / at.network.keep_prob[at.number - 1],
        OWN,
    )
    found = here.explain(Program({("gate", 1): formula, ("gate", 2): formula}, {}, {}))
    assert [(c.id, c.confidence) for c in found.causes] == [("dropout-mask-forgotten", "certain")]


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize(
    ("id", "factor"),
    [
        ("dropout-scale-inverted", lambda p: p * p),
        ("dropout-scale-by-drop-rate", lambda p: p / (1 - p)),
        ("dropout-scale-missing", lambda p: p),
        ("dropout-scale-twice", lambda p: 1 / p),
    ],
)
def test_a_wrong_scale_of_the_kept_units_has_a_name(
    id: str, factor: Callable[[Array], Array], layer: int
) -> None:
    here = room("G dropout")
    found = here.explain(Program({}, {f"dZ{layer}": factor(kept(here, layer))}, {}))
    assert [(cause.id, cause.layer) for cause in found.causes] == [(id, layer)]
    assert found.unexplained is None


def test_no_layer_is_told_of_where_all_have_one_keep_probability() -> None:
    """A factor of dW3 would be said to be that of layer 1."""
    (paper,) = prepare(built_in("dropout"), seed=1).papers
    words = {row.words for row in paper.bench.factors.rows if "keep_prob" in row.words}
    assert "times 1/keep_prob" in words
    assert not [text for text in words if "layer" in text]


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("places", [("dZ1",), ("dZ2",), ("dZ1", "dZ2")])
def test_a_share_that_is_written_down_has_a_name(places: tuple[str, ...], share: float) -> None:
    (paper,) = prepare(built_in("dropout"), seed=1).papers
    here = Room(paper.part, paper.bench)
    slip = kept(here, 1) / share
    found = here.explain(Program({}, dict.fromkeys(places, slip), {}))
    (cause,) = found.causes
    # Divided by 1 is not divided at all.
    assert cause.id == ("dropout-scale-missing" if share == 1.0 else "dropout-scale-fixed")
    assert cause.confidence == "certain"
