"""What each check lets pass: correct work in many styles, and work with one small thing wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from gradcheck_grader.reference.network import backward, forward
from gradcheck_grader.reference.rounding import error_bound, tolerance
from tests.reference.variants import STYLES, written

from .networks import SIZES, Case, case
from .peers import cs231n, installed, jax_loss, quiet, textbook, torch_loss

NETWORKS = 6  # of each size and activation
Check = Callable[[Any], bool]


def ours(case: Case) -> Check:
    """Every entry within 64 u S of the truth."""
    cache = forward(case.problem)
    gradients, deltas = backward(case.problem, cache)
    bounds = error_bound(case.problem, cache, deltas)
    allowed = {name: tolerance(bound) for name, bound in bounds.items()}
    return lambda vector: all(
        bool((np.abs(values - gradients[name]) <= allowed[name]).all())
        for name, values in case.named(vector).items()
    )


def normwise(case: Case) -> Check:
    """The deep-learning course's rule: normwise 2e-7 against the textbook loop."""
    numerical = textbook(case)()

    def check(vector: Any) -> bool:
        distance = np.linalg.norm(vector - numerical)
        return bool(distance <= 2e-7 * (np.linalg.norm(vector) + np.linalg.norm(numerical)))

    return check


def entrywise(case: Case) -> Check:
    """Stanford's rule: relative error of every entry below 1e-7."""
    numerical = cs231n(case)()

    def check(vector: Any) -> bool:
        size = np.maximum(np.abs(vector) + np.abs(numerical), 1e-300)
        return bool(np.all(np.abs(vector - numerical) <= 1e-7 * size))

    return check


def allclose(case: Case) -> Check:
    """numpy.allclose with its defaults against the in-place loop."""
    numerical = cs231n(case)()
    return lambda vector: bool(np.allclose(vector, numerical))


def torch_check(fast: bool) -> Callable[[Case], Check]:
    """PyTorch's gradcheck, given the vector as the backward pass."""

    def prepare(case: Case) -> Check:
        import torch

        loss, tensors = torch_loss(case)

        def check(vector: Any) -> bool:
            gradients = [torch.tensor(v) for v in case.named(vector).values()]

            class Given(torch.autograd.Function):
                @staticmethod
                def forward(context: Any, *values: Any) -> Any:
                    return loss(*values)

                @staticmethod
                def backward(context: Any, outer: Any) -> Any:
                    return tuple(outer * gradient for gradient in gradients)

            options = {"fast_mode": fast, "raise_exception": False}
            return bool(torch.autograd.gradcheck(Given.apply, tensors, **options))

        return check

    return prepare


def jax_check(case: Case) -> Check:
    """JAX's check_vjp, given the vector as the pull-back."""
    import jax
    from jax.test_util import check_vjp

    loss, parameters = jax_loss(case)
    jitted = jax.jit(loss)

    def check(vector: Any) -> bool:
        gradients = [jax.numpy.array(v) for v in case.named(vector).values()]

        def pulled(values: Any) -> Any:
            return jitted(values), lambda outer: ([outer * g for g in gradients],)

        try:
            check_vjp(jitted, pulled, (parameters,))
        except AssertionError:
            return False
        return True

    return check


CHECKS: tuple[tuple[str, str, Callable[[Case], Check]], ...] = (
    ("ours", "numpy", ours),
    ("course, normwise 2e-7", "numpy", normwise),
    ("CS231n, entries 1e-7", "numpy", entrywise),
    ("numpy.allclose", "numpy", allclose),
    ("torch gradcheck slow", "torch", torch_check(fast=False)),
    ("torch gradcheck fast", "torch", torch_check(fast=True)),
    ("JAX check_vjp", "jax", jax_check),
)


def answers(case: Case, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield each answer with its kind."""
    rng, cache = np.random.default_rng(seed), forward(case.problem)
    right = case.flat(backward(case.problem, cache)[0])
    for style in STYLES.values():
        yield "correct", case.flat(written(case.problem, cache, style))
    alive = np.flatnonzero(right)
    for entry in rng.choice(alive, min(4, alive.size), replace=False):
        for kind, factor in (("one entry x (1 + 1e-6)", 1 + 1e-6), ("one entry zeroed", 0.0)):
            wrong = right.copy()
            wrong[entry] *= factor
            yield kind, wrong
    decayed = backward(with_penalty(case), cache)[0]
    yield "L2 of 1e-4 left on", case.flat(decayed)


def with_penalty(case: Case) -> Any:
    """Return the problem with a slope of 1e-4 W that the loss does not have."""
    network = dataclasses.replace(case.problem.network, l2=1e-4, penalty_form="half")
    return dataclasses.replace(case.problem, network=network)


def acceptance_table() -> str:
    """Return the share of answers that each check rejects, by kind, as a table."""
    checks = [(name, prepare) for name, module, prepare in CHECKS if installed(module)]
    rejected: dict[str, dict[str, list[bool]]] = {}
    for item, seed in drawn():
        prepared = [(name, quiet(partial(prepare, item))) for name, prepare in checks]
        for kind, vector in answers(item, seed):
            for name, check in prepared:
                verdict = quiet(partial(check, vector))
                rejected.setdefault(kind, {}).setdefault(name, []).append(not verdict)
    lines = [
        "### Rejected, in percent (correct work: 0 is right; the rest: 100 is right)",
        "",
        "Networks of the two small sizes, hidden relu and tanh; rules at their published defaults.",
        "",
        f"| answer | number | {' | '.join(name for name, _ in checks)} |",
        f"|---|--:|{'--:|' * len(checks)}",
    ]
    for kind, columns in rejected.items():
        shares = [f"{100 * np.mean(columns[name]):.3g}" for name, _ in checks]
        number = len(next(iter(columns.values())))
        lines.append(f"| {kind} | {number} | {' | '.join(shares)} |")
    return "\n".join(lines)


def drawn() -> Iterator[tuple[Case, int]]:
    """Yield the networks of the table."""
    for widths, m in SIZES[:2]:
        for hidden in ("relu", "tanh"):
            for seed in range(NETWORKS):
                yield case(widths, m, hidden, 100 + seed), seed
