"""What a drawn problem promises of its labels."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck_grader.reference.draw import LABEL_DISTANCE, draw
from gradcheck_grader.reference.network import Network, forward

LOWEST = {"relu": 0.0, "sigmoid": 0.0, "tanh": -1.0, "identity": -np.inf, "leaky_relu": -np.inf}
HIGHEST = {"sigmoid": 1.0, "tanh": 1.0}


@pytest.mark.parametrize("output", LOWEST)
def test_a_real_target_is_in_reach_of_the_output_and_not_met_by_it(output):
    network = Network((4, 5, 3), ("tanh", output), "squared_error")
    for seed in range(20):
        problem = draw(network, 8, np.random.default_rng(seed))
        assert problem.Y.min() > LOWEST[output]
        assert problem.Y.max() < HIGHEST.get(output, np.inf)
        distance = np.abs(forward(problem)["A2"] - problem.Y)
        assert distance.min() >= LABEL_DISTANCE * (1 - 1e-12)


def test_the_targets_of_a_softmax_are_probabilities():
    network = Network((4, 5, 3), ("tanh", "softmax"), "squared_error")
    problem = draw(network, 8, np.random.default_rng(0))
    assert np.allclose(problem.Y.sum(axis=0), 1.0)
    assert problem.Y.min() > 0.0
