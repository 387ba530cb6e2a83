"""Networks of every kind, and numbers for them, for the tests of this folder."""

from __future__ import annotations

from itertools import cycle

import numpy as np
from hypothesis import strategies as st

from gradcheck_grader.reference.activations import ACTIVATIONS, Array
from gradcheck_grader.reference.losses import LOSSES, allowed
from gradcheck_grader.reference.network import Network, Problem, backward, drop, forward
from gradcheck_grader.reference.rounding import error_bound, tolerance

HIDDEN = tuple(name for name in ACTIVATIONS if name != "softmax")
ENDS = tuple((loss, last) for loss in LOSSES for last in ACTIVATIONS if allowed(loss, last))
PENALTIES = ("half_mean", "half", "whole")
OUTPUT_LIMIT = 6.0


@st.composite
def problems(draw, max_depth: int = 6, max_width: int = 6, max_examples: int = 9) -> Problem:
    """Draw a network of any kind with its numbers."""
    depth = draw(st.integers(1, max_depth))
    widths = draw(st.lists(st.integers(1, max_width), min_size=depth + 1, max_size=depth + 1))
    hidden = draw(st.lists(st.sampled_from(HIDDEN), min_size=depth - 1, max_size=depth - 1))
    loss, last = draw(st.sampled_from(ENDS))
    dropped = draw(st.booleans())
    network = Network(
        widths=(*widths[:-1], max(widths[-1], 2 if last == "softmax" else 1)),
        activations=(*hidden, last),
        loss=loss,
        reduction=draw(st.sampled_from(("mean", "sum", "none"))),
        l2=draw(st.sampled_from((0.0, 0.7))),
        penalty_form=draw(st.sampled_from(PENALTIES)),
        keep_prob=tuple(0.5 + 0.4 / (layer + 1) for layer in range(depth - 1)) if dropped else (),
    )
    m = 1 if network.reduction == "none" else draw(st.integers(1, max_examples))
    return problem(network, m, draw(st.integers(0, 2**32 - 1)))


def problem(network: Network, m: int, seed: int) -> Problem:
    """Return numbers for a network, no pre-activation near a kink, |Z_L| at most OUTPUT_LIMIT."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((network.widths[0], m))
    masks = {
        f"D{layer}": (rng.random((network.widths[layer], m)) < keep).astype(float)
        for layer, keep in enumerate(network.keep_prob, start=1)
    }
    parameters: dict[str, Array] = {}
    a = X
    for layer in network.layers:
        units, inputs = network.widths[layer], network.widths[layer - 1]
        weight = 1.2 * rng.standard_normal((units, inputs)) / np.sqrt(inputs)
        bias = _gap_bias(weight @ a, rng)
        if layer == network.depth:
            shrink = min(1.0, OUTPUT_LIMIT / float(np.abs(weight @ a + bias).max()))
            weight, bias = shrink * weight, shrink * bias
        parameters[f"W{layer}"], parameters[f"b{layer}"] = weight, bias
        a = drop(network, masks, layer, network.activation(layer).function(weight @ a + bias))
    return Problem(network, parameters, X, _labels(network, m, rng), masks)


def _gap_bias(product: Array, rng: np.random.Generator) -> Array:
    """Return biases that put zero into the middle of a wide gap of each unit's pre-activations."""
    biases = []
    for row in np.unique(product, axis=1) if product.shape[1] > 1 else product:
        row = np.sort(row)
        edges = np.concatenate([[row[0] - 0.8], row, [row[-1] + 0.8]])
        gaps = np.diff(edges)
        widest = np.argsort(gaps)[-2:]
        at = int(rng.choice(widest)) if gaps[widest[0]] > 0.05 else int(widest[-1])
        biases.append(-(edges[at] + edges[at + 1]) / 2.0)
    return np.array(biases).reshape(-1, 1)


def _labels(network: Network, m: int, rng: np.random.Generator) -> Array:
    shape = (network.widths[-1], m)
    if network.loss == "binary_cross_entropy":
        return (rng.random(shape) < 0.4).astype(float)
    if network.loss == "categorical_cross_entropy":
        return np.eye(shape[0])[rng.integers(0, shape[0], m)].T.copy()
    return rng.standard_normal(shape)


def every_kind() -> list[Network]:
    """Return networks that cover activations x losses x reductions x penalties x dropout x depth.

    Each pair of an output with a loss meets depth 1 to 6; the rest rotates at its own pace.
    """
    hidden, reductions = cycle(HIDDEN), cycle(("mean", "sum", "mean", "none"))
    penalties, dropped = cycle(PENALTIES), cycle((False, True, True))
    l2 = cycle((0.0, 0.3, 0.0, 1.1, 0.5))
    networks = []
    for loss, last in ENDS:
        for depth in range(1, 7):
            widths = (*(4, 3, 5, 2, 4, 3)[:depth], 3)
            keep = tuple((0.8, 0.6)[k % 2] for k in range(depth - 1)) if next(dropped) else ()
            networks.append(
                Network(
                    widths, (*(next(hidden) for _ in range(depth - 1)), last), loss,
                    reduction=next(reductions), l2=next(l2), penalty_form=next(penalties),
                    keep_prob=keep,
                )
            )  # fmt: skip
    return networks


def exact(case: Problem):
    """Return the cache, the reference gradients, and how far from them rounding may lead."""
    cache = forward(case)
    gradients, deltas = backward(case, cache)
    bounds = error_bound(case, cache, deltas)
    return cache, gradients, {name: tolerance(bound) for name, bound in bounds.items()}


def assert_within(actual, expected, allowed, share=1.0):
    """Assert that all gradients have the right names, shapes and dtype, and are near enough."""
    assert set(actual) == set(expected) == set(allowed)
    for name, values in expected.items():
        assert actual[name].shape == values.shape
        assert actual[name].dtype == np.float64
        assert np.all(np.abs(actual[name] - values) <= share * allowed[name]), name


def examples_of(network: Network) -> int:
    """Return a number of examples that the network's reduction allows."""
    return 1 if network.reduction == "none" else 7
