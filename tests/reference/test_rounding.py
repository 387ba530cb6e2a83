"""The rounding bound: correct work of any style passes, one entry off by 1e-6 does not."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Network, Problem, backward, forward
from gradcheck_grader.reference.rounding import error_bound, tolerance

from .problems import every_kind, exact, examples_of, problem, problems
from .variants import STYLES, written

DTYPES = (np.float64, np.float32)
LARGER = (
    Network((10, 20, 15, 1), ("relu", "tanh", "sigmoid"), "binary_cross_entropy"),
    Network((16, 24, 12, 10), ("relu", "relu", "softmax"), "categorical_cross_entropy"),
    Network((9, 16, 8, 5), ("sigmoid", "tanh", "identity"), "squared_error", l2=0.4),
    Network(
        (8, 12, 9, 1), ("tanh", "leaky_relu", "sigmoid"), "binary_cross_entropy",
        l2=0.7, keep_prob=(0.8, 0.6),
    ),
)  # fmt: skip


WIDE = Network((64, 64, 32, 10), ("relu", "tanh", "softmax"), "categorical_cross_entropy")


def failures(case: Problem, dtype: type) -> list[str]:
    """Return the styles that the rule rejects."""
    cache = forward(case)
    truth, deltas = backward(case, cache)
    allowed = {
        name: tolerance(bound, dtype) for name, bound in error_bound(case, cache, deltas).items()
    }
    rejected = []
    for name, style in STYLES.items():
        found = written(case, cache, style, dtype)
        assert all(values.dtype == dtype for values in found.values())
        if any(np.any(np.abs(found[key] - truth[key]) > allowed[key]) for key in truth):
            rejected.append(name)
    return rejected


@pytest.mark.parametrize("dtype", DTYPES)
def test_correct_work_passes_in_every_style_on_every_kind_of_network(dtype):
    for network in (*every_kind(), *LARGER):
        case = problem(network, examples_of(network), seed=6)
        assert failures(case, dtype) == []


@pytest.mark.parametrize("dtype", DTYPES)
def test_correct_work_passes_where_errors_are_not_as_independent_as_assumed(dtype):
    """All weights and inputs of one sign: nothing cancels, errors add up in one direction."""
    for seed, network in enumerate((WIDE, *LARGER)):
        drawn = problem(network, 32, seed=seed)
        parameters = {
            name: np.abs(values) / np.sqrt(values.shape[1]) if name.startswith("W") else values
            for name, values in drawn.parameters.items()
        }
        case = Problem(network, parameters, np.abs(drawn.X), drawn.Y, drawn.masks)
        assert failures(case, dtype) == []


@settings(derandomize=True, max_examples=40, deadline=None)
@given(case=problems(), dtype=st.sampled_from(DTYPES))
def test_correct_work_passes_on_drawn_networks(case, dtype):
    assert failures(case, dtype) == []


@pytest.mark.slow
def test_no_false_failure_in_many_correct_runs():
    runs = 0
    for seed, network in product(range(200), (*every_kind(), *LARGER)):
        case = problem(network, examples_of(network), seed=1000 + seed)
        for dtype in DTYPES:
            assert failures(case, dtype) == [], (seed, network)
            runs += len(STYLES)
    assert runs >= 350_000


def detectable(case: Problem) -> Array:
    """Return, entry by entry, whether the rule sees a change of 1e-6 relative."""
    _, gradients, allowed = exact(case)
    seen = [1e-6 * np.abs(gradients[name]) > allowed[name] for name in gradients]
    alive = [allowed[name] > 0 for name in gradients]
    return np.concatenate([s[a] for s, a in zip(seen, alive, strict=True)])


def test_one_entry_off_by_a_millionth_is_detected():
    cases = [problem(network, 16, seed) for network, seed in product(LARGER, range(60))]
    cases += [problem(WIDE, 32, seed) for seed in range(5)]
    seen = np.concatenate([detectable(case) for case in cases])
    assert seen.size > 100_000
    assert seen.mean() >= 0.9999


def test_a_dead_unit_must_have_a_gradient_of_exactly_zero():
    network = Network((3, 4, 2), ("relu", "sigmoid"), "binary_cross_entropy")
    case = problem(network, 6, seed=7)
    case.parameters["b1"][1] = -50.0
    _, gradients, allowed = exact(case)
    for name, dead in (("dW1", np.s_[1, :]), ("db1", np.s_[1, :]), ("dW2", np.s_[:, 1])):
        assert np.all(gradients[name][dead] == 0)
        assert np.all(allowed[name][dead] == 0)
        assert np.any(allowed[name] > 0)


def test_a_unit_that_was_dropped_for_all_examples_must_have_a_gradient_of_exactly_zero():
    network = Network((3, 4, 2), ("tanh", "identity"), "squared_error", keep_prob=(0.5,))
    case = problem(network, 6, seed=8)
    case.masks["D1"][2] = 0.0
    _, gradients, allowed = exact(case)
    assert np.all(allowed["dW1"][2] == 0)
    assert np.all(allowed["dW2"][:, 2] == 0)
    assert np.all(gradients["dW2"][:, 2] == 0)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(case=problems())
def test_the_bound_has_the_gradients_names_and_shapes_and_scales_with_the_loss(case):
    cache = forward(case)
    gradients, deltas = backward(case, cache)
    bounds = error_bound(case, cache, deltas)
    assert list(bounds) == list(gradients)
    for name, bound in bounds.items():
        assert bound.shape == gradients[name].shape
        # At least the rounding of the entry itself.
        assert np.all(bound >= np.abs(gradients[name]) * (1 - 1e-12))


def test_the_rule_follows_the_dtype_of_the_answer():
    bound = np.array([0.0, 1.0])
    assert tolerance(bound).tolist() == [0.0, 64 * 2.0**-53]
    assert tolerance(bound, np.float32).tolist() == [0.0, 16 * 2.0**-24]
    assert tolerance(bound, np.float16).tolist() == tolerance(bound, np.int64).tolist()


def test_styles_differ_from_one_another():
    """A study of variants that all round alike would prove nothing."""
    seen = dict.fromkeys(STYLES, b"")
    for network in LARGER:
        case = problem(network, 13, seed=9)
        cache = forward(case)
        for name, style in STYLES.items():
            found = written(case, cache, style)
            seen[name] += b"".join(values.tobytes() for values in found.values())
    assert len(set(seen.values())) == len(STYLES) >= 14
