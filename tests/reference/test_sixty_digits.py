"""The loss in plain Python at 60 digits confirms the reference and the derivative by node.

It shares nothing with the package: no array, no trick against overflow, no formula of a gradient.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from gradcheck_grader.reference.by_node import node_gradient
from gradcheck_grader.reference.network import Problem, loss

from .problems import every_kind, exact, examples_of, problem


def mp_loss(case: Problem, parameters: dict[str, list[list[mpmath.mpf]]]) -> mpmath.mpf:
    network, m, total = case.network, case.X.shape[1], mpmath.mpf(0)
    for i in range(m):
        a = [mpmath.mpf(float(value)) for value in case.X[:, i]]
        for layer, name in enumerate(network.activations, start=1):
            W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
            z = [mpmath.fdot(row, a) + bias[0] for row, bias in zip(W, b, strict=True)]
            a = mp_activation(name, z)
            if network.keep_prob and layer < len(network.activations):
                keep = mpmath.mpf(network.keep_prob[layer - 1])
                a = [
                    v * int(d) / keep for v, d in zip(a, case.masks[f"D{layer}"][:, i], strict=True)
                ]
        total += mp_example_loss(network.loss, a, [float(y) for y in case.Y[:, i]])
    data = total / m if network.reduction == "mean" else total
    squares = sum(
        w**2 for name in parameters if name[0] == "W" for row in parameters[name] for w in row
    )
    factor = {"half_mean": mpmath.mpf(1) / (2 * m), "half": mpmath.mpf("0.5"), "whole": 1}
    return data + mpmath.mpf(network.l2) * factor[network.penalty_form] * squares


def mp_activation(name: str, z: list[mpmath.mpf]) -> list[mpmath.mpf]:
    if name == "softmax":
        powers = [mpmath.exp(v) for v in z]
        return [p / sum(powers) for p in powers]
    return [
        {
            "identity": lambda v: v,
            "relu": lambda v: max(v, mpmath.mpf(0)),
            "leaky_relu": lambda v: v if v > 0 else v * mpmath.mpf(0.01),
            "sigmoid": lambda v: 1 / (1 + mpmath.exp(-v)),
            "tanh": mpmath.tanh,
        }[name](v)
        for v in z
    ]


def mp_example_loss(name: str, a: list[mpmath.mpf], y: list[float]) -> mpmath.mpf:
    if name == "squared_error":
        return sum((p - q) ** 2 for p, q in zip(a, y, strict=True)) / 2
    if name == "categorical_cross_entropy":
        return -sum(q * mpmath.log(p) for p, q in zip(a, y, strict=True))
    return -sum(q * mpmath.log(p) + (1 - q) * mpmath.log(1 - p) for p, q in zip(a, y, strict=True))


def mp_derivative(case: Problem, name: str, row: int, column: int) -> float:
    parameters = {
        key: [[mpmath.mpf(float(v)) for v in line] for line in values]
        for key, values in case.parameters.items()
    }
    entry, step, losses = parameters[name][row][column], mpmath.mpf(10) ** -20, []
    for move in (step, -step):
        parameters[name][row][column] = entry + move
        losses.append(mp_loss(case, parameters))
    return float((losses[0] - losses[1]) / (2 * step))


@pytest.mark.parametrize("network", every_kind()[::2], ids=lambda n: f"{n.loss}-{n.activations}")
def test_sixty_digits_confirm_reference_and_node_derivative(network):
    case = problem(network, min(3, examples_of(network)), seed=3)
    cache, gradients, allowed = exact(case)
    numerical = node_gradient(case, cache)
    rng = np.random.default_rng(0)
    with mpmath.workdps(60):
        for name, values in case.parameters.items():
            row, column = (int(rng.integers(size)) for size in values.shape)
            truth = mp_derivative(case, name, row, column)
            for found in (gradients, numerical):
                distance = abs(found[f"d{name}"][row, column] - truth)
                assert distance <= allowed[f"d{name}"][row, column] / 8


def test_sixty_digits_confirm_the_loss_itself():
    for network in every_kind()[1::9]:
        case = problem(network, min(3, examples_of(network)), seed=4)
        with mpmath.workdps(60):
            parameters = {
                key: [[mpmath.mpf(float(v)) for v in line] for line in values]
                for key, values in case.parameters.items()
            }
            truth = float(mp_loss(case, parameters))
        assert loss(case) == pytest.approx(truth, rel=1e-14, abs=1e-15)
