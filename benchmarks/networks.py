"""The networks that the numerical benchmarks run on, as a person would write them in NumPy.

The textbook loss knows nothing of the package: one flat vector theta, unpacked, one forward pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck_grader.reference.draw import draw
from gradcheck_grader.reference.network import Network, Problem

SIZES = (((2, 4, 1), 5), ((10, 20, 15, 1), 16), ((64, 64, 32, 10), 32), ((256, 256, 128, 10), 64))


@dataclass(frozen=True, eq=False)
class Case:
    """A network with numbers, and the entries of theta that the slow methods are run on."""

    problem: Problem
    theta: Any
    entries: Any

    @property
    def scale(self) -> float:
        """How much more than the slice the whole gradient costs a loop over the entries."""
        return self.theta.size / self.entries.size

    def unpack(self, theta: Any) -> dict[str, Any]:
        """Return the parameters as views into theta."""
        parameters, start = {}, 0
        for name, values in self.problem.parameters.items():
            stop = start + values.size
            parameters[name] = theta[start:stop].reshape(values.shape)
            start = stop
        return parameters

    def loss(self, theta: Any) -> Any:
        """Return the mean cross-entropy, by the textbook, at a real or complex theta."""
        p, a, problem = self.unpack(theta), self.problem.X, self.problem
        last = problem.network.depth
        relu = problem.network.activations[0] == "relu"
        for layer in range(1, last):
            z = p[f"W{layer}"] @ a + p[f"b{layer}"]
            a = np.where(z.real > 0, z, 0) if relu else np.tanh(z)
        z, y = p[f"W{last}"] @ a + p[f"b{last}"], problem.Y
        if problem.network.activations[-1] == "softmax":
            e = np.exp(z - z.real.max(axis=0))
            return -np.sum(y * np.log(e / e.sum(axis=0))) / y.shape[1]
        a = 1 / (1 + np.exp(-z))
        return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / y.shape[1]

    def flat(self, gradients: dict[str, Any]) -> Any:
        """Return gradients dW1 db1 ... as one vector in the order of theta."""
        return np.concatenate([gradients[f"d{name}"].ravel() for name in self.problem.parameters])

    def named(self, vector: Any) -> dict[str, Any]:
        """Return a vector in the order of theta as gradients dW1 db1 ...."""
        return {f"d{name}": values for name, values in self.unpack(vector).items()}


def case(widths: tuple[int, ...], m: int, hidden: str, seed: int, slice_size: int = 0) -> Case:
    """Return one network, hidden units all alike; sigmoid for one output, softmax for more."""
    rng = np.random.default_rng(seed)
    last, loss = ("sigmoid", "binary_cross_entropy")
    if widths[-1] > 1:
        last, loss = ("softmax", "categorical_cross_entropy")
    problem = draw(Network(widths, (hidden,) * (len(widths) - 2) + (last,), loss), m, rng)
    theta = np.concatenate([values.ravel() for values in problem.parameters.values()])
    entries = np.arange(theta.size)
    if 0 < slice_size < theta.size:
        entries = np.sort(rng.choice(theta.size, slice_size, replace=False))
    return Case(problem, theta, entries)


def cases(hidden: str, slice_size: int) -> Iterator[Case]:
    """Yield the four networks; a loop over the entries of the large ones runs on a slice."""
    for widths, m in SIZES:
        yield case(widths, m, hidden, seed=0, slice_size=slice_size)


def oracle(case: Case) -> Any:
    """Return the gradient in long double, as one vector: forward and backward written out."""
    p = {name: values.astype(np.longdouble) for name, values in case.problem.parameters.items()}
    x, y = (values.astype(np.longdouble) for values in (case.problem.X, case.problem.Y))
    relu, last = case.problem.network.activations[0] == "relu", case.problem.network.depth
    cache = [x]
    for layer in range(1, last + 1):
        z = p[f"W{layer}"] @ cache[-1] + p[f"b{layer}"]
        cache.append(np.where(z > 0, z, 0) if relu else np.tanh(z))
    if case.problem.network.activations[-1] == "softmax":
        e = np.exp(z - z.max(axis=0))
        a = e / e.sum(axis=0)
    else:
        a = 1 / (1 + np.exp(-z))
    dz, gradients = (a - y) / np.longdouble(y.shape[1]), {}
    for layer in range(last, 0, -1):
        gradients[f"dW{layer}"] = dz @ cache[layer - 1].T
        gradients[f"db{layer}"] = dz.sum(axis=1, keepdims=True)
        below = cache[layer - 1]
        dz = (p[f"W{layer}"].T @ dz) * ((below > 0) if relu else (1 - below * below))
    return case.flat(gradients)
