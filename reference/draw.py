"""Random problems on which a wrong gradient shows.

A random network often hides a mistake: zero biases, saturated or dead units, balanced labels, a
pre-activation so close to a kink that rounding decides its side. Every draw here avoids these by
construction, not by rejection, so it cannot run dry.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from gradcheck_grader.reference.activations import ACTIVATIONS, Activation, Array, softmax
from gradcheck_grader.reference.network import Arrays, Network, Problem, forward

Regime = Literal["usual", "kink", "extreme"]
Classes = Literal["last", "every", "without last", "without first"]

BIAS_RANGE = (0.2, 0.6)
KINK_MARGIN = 0.02  # of the root mean square of a unit's pre-activations
OUTPUT_LIMIT = 4.0  # of abs(Z_L); textbook cross-entropies lose digits from about 12
LEAST_SHIFT = 0.02  # least bias of a unit with a kink
NEAR_KINK = (0.001, 0.005)  # far above a numerical step, and the rounding of single precision
CONFIDENT = 5.8  # log-odds of a confident wrong output: the label has a probability of 0.003
EXTREME_LIMIT = 10.0  # of abs(Z_L) there
LARGE_INPUT = 64.0  # times the others: gradients of several units, which nothing may cut off
LABEL_DISTANCE = 0.08  # least |A_L - Y| of a real-valued label


def draw(
    network: Network,
    m: int,
    rng: np.random.Generator,
    turn: int = 0,
    regime: Regime = "usual",
    classes: Classes = "last",
) -> Problem:
    """Draw parameters, inputs, labels and dropout masks for one network.

    Parameters
    ----------
    network : Network
        What to draw for.
    m : int
        Number of examples.
    rng : numpy.random.Generator
        The only source of randomness.
    turn : int
        The number of this draw in a series. It rotates the label of the first example, so that a
        function that reads one label for all examples is not right by luck on a whole series.
    regime : {"usual", "kink", "extreme"}
        What else is met: two units of each layer with a kink that are nearly at it for one
        example, one on either side; or a confident wrong output and a large input.
    classes : {"last", "every", "without last", "without first"}
        Which classes occur where an example belongs to one: the last one among others, every one,
        or all but one. Two examples are needed for a say in it.

    Returns
    -------
    Problem
        Hidden pre-activations of a layer with a kink keep ``KINK_MARGIN`` away from zero, but
        for the regime, with each unit on for most examples and off for at least one; Z_L within
        ``OUTPUT_LIMIT``; biases are not zero. Of binary labels both occur, and not equally
        often; of classes those occur that ``classes`` says; real targets lie where the output
        activation can come near them.
    """
    X = rng.standard_normal((network.widths[0], m))
    masks = _draw_masks(network, m, rng)
    parameters: dict[str, Array] = {}
    blank = np.zeros((network.widths[-1], m))
    for layer in network.layers:
        # The pre-activations of this layer under zero bias decide its bias.
        fan_in, units = network.widths[layer - 1], network.widths[layer]
        activation = network.activation(layer)
        gain = np.sqrt((2.0 if activation.kinked else 1.0) / fan_in)
        weight = gain * rng.standard_normal((units, fan_in))
        a = _activations_below(network, parameters, X, masks, layer)
        parameters[f"W{layer}"] = weight
        parameters[f"b{layer}"] = _draw_bias(activation, weight @ a, rng, regime == "kink")
    _limit_output(network, parameters, X, masks)
    cache = forward(Problem(network, parameters, X, blank, masks))
    Y = _draw_labels(network, cache[f"A{network.depth}"], rng, turn, classes)
    if regime == "extreme":
        _make_confident(network, parameters, cache[f"Z{network.depth}"], Y)
        X = _with_a_large_input(parameters, X)
    return Problem(network, parameters, X, Y, masks)


def _activations_below(
    network: Network, parameters: Arrays, X: Array, masks: Arrays, layer: int
) -> Array:
    """Return A_{layer-1} of the layers drawn so far."""
    if layer == 1:
        return X
    below = Network(
        network.widths[:layer],
        network.activations[: layer - 1],
        "squared_error",
        keep_prob=network.keep_prob[: layer - 2],
    )
    hidden = forward(Problem(below, parameters, X, X, masks))[f"A{layer - 1}"]
    if network.keep_prob:  # the last layer of `below` is a hidden layer of `network`
        return np.asarray(hidden * masks[f"D{layer - 1}"] / network.keep_prob[layer - 2])
    return hidden


def _draw_bias(activation: Activation, z: Array, rng: np.random.Generator, at_kink: bool) -> Array:
    """Return biases of shape (n, 1) for the pre-activations under zero bias, shape (n, m)."""
    units = z.shape[0]
    bias = rng.uniform(*BIAS_RANGE, size=(units, 1)) * rng.choice([-1.0, 1.0], size=(units, 1))
    if activation.kinked:
        nearest = [0.0] * units
        if at_kink and z.shape[1] > 1:
            nearest[:2] = rng.uniform(*NEAR_KINK, size=2) * [1.0, -1.0]
        for unit, near in zip(range(units), nearest, strict=False):
            bias[unit, 0] = _bias_in_a_gap(z[unit], rng, near)
    return np.asarray(bias)


def _bias_in_a_gap(z: Array, rng: np.random.Generator, near: float) -> float:
    """Return a bias that puts zero into a gap between the examples' pre-activations.

    It puts one of them to ``near`` unless that is zero.

    More than half of the examples are on: any two units of neighbouring layers then share an
    example in which both are, and no weight's gradient is zero for want of one.
    """
    values = np.sort(z)
    if values.size == 1:
        return float(rng.uniform(*BIAS_RANGE) - values[0])
    centres = 0.5 * (values[1:] + values[:-1])
    spread = np.sqrt(np.mean(np.square(values - centres[:, None]), axis=1))
    margin = 0.5 * np.diff(values) / np.maximum(spread, np.finfo(np.float64).tiny)
    off = np.arange(1, values.size)
    mostly_on = (2 * off < values.size) & (np.abs(centres) > LEAST_SHIFT)
    suitable = np.flatnonzero(mostly_on & (margin > 2 * KINK_MARGIN))
    chosen = rng.choice(suitable) if suitable.size else np.argmax(margin)
    if near:
        quarter = 0.25 * (values[chosen + 1] - values[chosen])
        return float(np.clip(near, -quarter, quarter) - values[chosen + (near > 0)])
    return float(-centres[chosen])


def _limit_output(network: Network, parameters: dict[str, Array], X: Array, masks: Arrays) -> None:
    """Scale W_L and b_L, in place, so that no output unit saturates."""
    depth = network.depth
    blank = np.zeros((network.widths[-1], X.shape[1]))
    z = forward(Problem(network, parameters, X, blank, masks))[f"Z{depth}"]
    excess = float(np.abs(z).max()) / OUTPUT_LIMIT
    if excess > 1.0:
        parameters[f"W{depth}"] = parameters[f"W{depth}"] / excess
        parameters[f"b{depth}"] = parameters[f"b{depth}"] / excess


def _make_confident(network: Network, parameters: dict[str, Array], z: Array, Y: Array) -> None:
    """Scale W_L and b_L, in place, so that an output is confident and wrong; ``z`` is Z_L."""
    if network.loss == "binary_cross_entropy":
        wrong = z * (1.0 - 2.0 * Y)
    elif network.loss == "categorical_cross_entropy":
        wrong = z - np.sum(z * Y, axis=0, keepdims=True)  # how far a class is above the right one
    else:
        return
    furthest = wrong.flat[np.abs(wrong).argmax()]  # its sign makes it the wrong one
    scale = np.sign(furthest) * min(CONFIDENT / abs(furthest), EXTREME_LIMIT / np.abs(z).max())
    for name in (f"W{network.depth}", f"b{network.depth}"):
        parameters[name] = parameters[name] * scale


def _with_a_large_input(parameters: dict[str, Array], X: Array) -> Array:
    """Return X with a large first feature; its weights, changed in place, make up for it."""
    scale = np.ones((len(X), 1))
    scale[0] = LARGE_INPUT
    parameters["W1"] = parameters["W1"] / scale.T
    return np.asarray(X * scale)


def _draw_masks(network: Network, m: int, rng: np.random.Generator) -> dict[str, Array]:
    """Return a mask of zeros and ones for each dropped layer; some of both in every layer."""
    masks: dict[str, Array] = {}
    for layer, keep in enumerate(network.keep_prob, start=1):
        units = network.widths[layer]
        mask = (rng.random((units, m)) < keep).astype(np.float64)
        kept, dropped = rng.permutation(units)[:2]
        mask[kept, :] = 1.0  # every example keeps a unit, or nothing is learnt of it
        mask[dropped, rng.integers(m)] = 0.0
        masks[f"D{layer}"] = mask
    return masks


def _draw_labels(
    network: Network, a: Array, rng: np.random.Generator, turn: int, classes: Classes
) -> Array:
    """Return labels of the shape of the output activations ``a``, (n_L, m)."""
    several = a.shape[0] > 1
    if network.loss == "categorical_cross_entropy" or (network.one_class and several):
        return _draw_classes(a.shape[0], a.shape[1], rng, turn, classes)
    if network.loss == "binary_cross_entropy":
        return np.vstack([_draw_binary(a.shape[1], rng, turn + row) for row in range(a.shape[0])])
    return _draw_targets(network, a, rng)


def _draw_binary(m: int, rng: np.random.Generator, turn: int) -> Array:
    """Return m labels 0 or 1: both occur, not equally often, the first one alternates."""
    ones = [k for k in range(1, m) if 2 * k != m] or [1]
    labels = np.zeros(m)
    labels[: rng.choice(ones)] = 1.0
    rng.shuffle(labels)
    first = float(turn % 2)
    if labels[0] != first:
        other = np.flatnonzero(labels == first)
        labels[0], labels[other[:1]] = first, labels[0]
    return labels


def _draw_classes(
    units: int, m: int, rng: np.random.Generator, turn: int, classes: Classes
) -> Array:
    """Return one-hot columns: the first one rotates through the classes that occur."""
    labels = rng.integers(units, size=m)
    labels[0] = turn % units
    if m > 1:
        labels[1] = (turn + 1) % units
        labels = _with_classes(labels, units, classes)
    return np.asarray(np.eye(units)[:, labels])


def _with_classes(labels: Array, units: int, classes: Classes) -> Array:
    """Return the class numbers, changed so that those occur that are to."""
    last = units - 1
    if classes == "last" and last not in labels:
        labels[-1] = last
    if classes == "every":
        missing = np.setdiff1d(np.arange(units), labels)
        repeated = [k for k in range(1, len(labels)) if labels[k] in labels[:k]]
        for place, label in zip(repeated[::-1], missing, strict=False):
            labels[place] = label
    if classes == "without last":
        return np.where(labels == last, np.arange(len(labels)) % last, labels)
    if classes == "without first":
        return np.where(labels == 0, 1 + np.arange(len(labels)) % last, labels)
    return labels


def _draw_targets(network: Network, a: Array, rng: np.random.Generator) -> Array:
    """Return real targets that the output activation can come near.

    None is close to its output, but for softmax, whose targets are probabilities that add up to 1.
    """
    low, high = {
        "sigmoid": (0.05, 0.95),
        "tanh": (-0.9, 0.9),
        "relu": (0.1, 1.5),
        "softmax": (0.0, 1.0),
    }.get(network.activations[-1], (-1.5, 1.5))
    targets = rng.uniform(low, high, size=a.shape)
    if ACTIVATIONS[network.activations[-1]].elementwise:
        near = np.abs(targets - a) < LABEL_DISTANCE
        away = np.where(a < 0.5 * (low + high), 2 * LABEL_DISTANCE, -2 * LABEL_DISTANCE)
        return np.asarray(np.where(near, a + away, targets))
    return softmax(targets * 3.0)
