"""Correct backpropagation as different people write it: other forms, other orders, other dtypes.

Each ``Style`` is one way of writing; together they cover what the rounding bound must allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcheck_grader.reference.activations import LEAKY_SLOPE, Array
from gradcheck_grader.reference.network import Problem


@dataclass(frozen=True)
class Style:
    """One way of writing backpropagation.

    ``output``: the output delta "fused", "unfused" (dA times g'), or by softmax's "jacobian".
    ``slope``: g' from the cached "activation", or from a recomputed "function", by "cosh", or
    "factored" as (1 - a)(1 + a) and a - a**2.
    ``average``: 1/m "early" in delta, "late" on the gradient, or as "division" of the sum.
    ``product``: delta A^T by "matmul", "einsum", "loop", "backwards" loop, "rows" (examples x
    features), or "pieces" of two batches.
    ``forward``: activations from the "cache", or "recomputed".
    ``penalty``: lambda W "added", or taken "inside" the average.
    """

    output: str = "fused"
    slope: str = "activation"
    average: str = "late"
    product: str = "matmul"
    forward: str = "cache"
    penalty: str = "added"


STYLES = {
    "course": Style(),
    "early mean": Style(average="early"),
    "division": Style(average="division"),
    "unfused": Style(output="unfused"),
    "unfused early": Style(output="unfused", average="early", slope="function"),
    "jacobian": Style(output="jacobian", average="division"),
    "recomputed": Style(forward="recomputed", slope="function"),
    "recomputed unfused": Style(output="unfused", forward="recomputed"),
    "einsum": Style(product="einsum", average="division"),
    "loop": Style(product="loop", average="early"),
    "backwards loop": Style(product="backwards", average="late"),
    "rows": Style(product="rows", average="early", slope="function"),
    "pieces": Style(product="pieces", average="division"),
    "cosh": Style(slope="cosh", average="early"),
    "cosh recomputed": Style(slope="cosh", forward="recomputed", output="unfused"),
    "penalty inside": Style(penalty="inside", average="division"),
    "factored": Style(slope="factored", average="division"),
    "everything": Style("jacobian", "function", "early", "backwards", "recomputed", "inside"),
}


def written(case: Problem, cache: dict[str, Array], style: Style, dtype=np.float64):
    """Return the gradients of backpropagation in one style, computed in one dtype throughout."""
    network, m = case.network, case.m
    parameters, cache, masks = (
        {name: np.asarray(values, dtype=dtype) for name, values in group.items()}
        for group in (case.parameters, cache, case.masks)
    )
    y, gradients = np.asarray(case.Y, dtype=dtype), {}
    if style.forward == "recomputed":
        cache = _forward(network, parameters, cache["A0"], masks)
    dz = _output_delta(network, style, cache, y)
    if style.average == "early" and network.reduction == "mean":
        dz = dz / m
    for layer in reversed(network.layers):
        below, weight = cache[f"A{layer - 1}"], parameters[f"W{layer}"]
        dW, db = _products(style.product, dz, below)
        gradients[f"dW{layer}"], gradients[f"db{layer}"] = _finished(case, style, dW, db, weight)
        if layer > 1:
            da = weight.T @ dz
            z, a = cache[f"Z{layer - 1}"], below
            if network.keep_prob:
                mask, keep = masks[f"D{layer - 1}"], network.keep_prob[layer - 2]
                da = da * mask / keep if style.average == "late" else da * (mask / keep)
                a = a * keep  # what g gave, where the unit was kept
            dz = da * _slope(network.activations[layer - 2], style.slope, z, a)
    return gradients


def _forward(network, parameters, a, masks):
    cache = {"A0": a}
    for layer in network.layers:
        z = parameters[f"W{layer}"] @ a + parameters[f"b{layer}"]
        a = _function(network.activations[layer - 1], z)
        if network.keep_prob and layer < network.depth:
            a = a * masks[f"D{layer}"] / network.keep_prob[layer - 1]
        cache |= {f"Z{layer}": z, f"A{layer}": a}
    return cache


def _function(name: str, z: Array) -> Array:
    if name == "softmax":
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)
    return {
        "identity": lambda: z,
        "relu": lambda: np.maximum(z, 0),
        "leaky_relu": lambda: np.where(z > 0, z, z.dtype.type(LEAKY_SLOPE) * z),
        "sigmoid": lambda: 1 / (1 + np.exp(-z)),
        "tanh": lambda: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    }[name]()


def _slope(name: str, form: str, z: Array, a: Array) -> Array:
    if name in ("identity", "relu", "leaky_relu"):
        low = {"identity": 1.0, "relu": 0.0, "leaky_relu": LEAKY_SLOPE}[name]
        return np.where(z > 0, 1.0, low).astype(z.dtype)
    # A dropped unit's activation says nothing of its slope; its delta is zero anyhow.
    if form == "function":
        a = _function(name, z)
    if form == "cosh":
        if name == "tanh":
            return 1 / np.cosh(z) ** 2
        return np.exp(-z) / (1 + np.exp(-z)) ** 2
    if form == "factored":
        return (1 - a) * (1 + a) if name == "tanh" else a - a**2
    return 1 - a**2 if name == "tanh" else a * (1 - a)


def _output_delta(network, style: Style, cache, y: Array) -> Array:
    z, a = cache[f"Z{network.depth}"], cache[f"A{network.depth}"]
    name, loss = network.activations[-1], network.loss
    if loss != "squared_error" and style.output == "fused":
        return a - y
    da = {
        "squared_error": lambda: a - y,
        "binary_cross_entropy": lambda: -(y / a) + (1 - y) / (1 - a),
        "categorical_cross_entropy": lambda: -y / a,
    }[loss]()
    if name != "softmax":
        return da * _slope(name, style.slope, z, a)
    if style.output == "jacobian":
        jacobians = [np.diag(p) - np.outer(p, p) for p in a.T]
        columns = [jacobian @ d for jacobian, d in zip(jacobians, da.T, strict=True)]
        return np.stack(columns, axis=1)
    return a * (da - np.sum(a * da, axis=0))


def _products(form: str, dz: Array, below: Array) -> tuple[Array, Array]:
    m = dz.shape[1]
    if form == "einsum":
        return np.einsum("ji,ki->jk", dz, below), np.einsum("ji->j", dz)[:, None]
    if form == "rows":
        rows, inputs = np.ascontiguousarray(dz.T), np.ascontiguousarray(below.T)
        return (inputs.T @ rows).T, rows.sum(axis=0, keepdims=True).T
    if form == "pieces":
        half = [slice(0, m // 2), slice(m // 2, m)]
        dW = sum(dz[:, part] @ below[:, part].T for part in half)
        return dW, sum(dz[:, part].sum(axis=1, keepdims=True) for part in half)
    if form in ("loop", "backwards"):
        dW, db = np.zeros((len(dz), len(below)), dz.dtype), np.zeros((len(dz), 1), dz.dtype)
        for i in range(m) if form == "loop" else reversed(range(m)):
            dW += np.outer(dz[:, i], below[:, i])
            db += dz[:, i : i + 1]
        return dW, db
    return dz @ below.T, dz @ np.ones((m, 1), dz.dtype)


def _finished(case: Problem, style: Style, dW: Array, db: Array, weight: Array):
    """Return dW and db with the average and the penalty in the style's order."""
    network, m = case.network, case.m
    slope = weight.dtype.type(network.penalty_slope(m))
    averaged = network.reduction == "mean" and style.average != "early"
    if style.penalty == "inside" and averaged:
        return (dW + m * slope * weight) / m, db / m
    if averaged and style.average == "late":
        dW, db = (1.0 / m) * dW, (1.0 / m) * db
    elif averaged:
        dW, db = dW / m, db / m
    return dW + slope * weight, db
