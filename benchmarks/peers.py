"""Other people's gradient checks, each behind one plain function; absent ones are left out."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .networks import Case

TEXTBOOK_STEP, CS231N_STEP = 1e-7, 1e-5


def installed(module: str) -> bool:
    """Return whether a peer can be imported."""
    return importlib.util.find_spec(module) is not None


@dataclass(frozen=True)
class Peer:
    """A method under its name.

    ``prepare`` gives the function to be timed, which returns the gradient of the case's entries or
    None. ``slices`` says whether it loops over the entries, so that a slice of them can be scaled;
    ``share`` cuts the slice for methods that need many calls for an entry.
    """

    name: str
    module: str
    prepare: Callable[[Case], Callable[[], Any]]
    slices: bool = True
    share: int = 1


def textbook(case: Case) -> Callable[[], Any]:
    """Copy theta, move one entry up, and down, unpack, two forward passes; for each entry."""

    def gradient() -> Any:
        result = np.empty(case.entries.size)
        for place, entry in enumerate(case.entries):
            plus = np.copy(case.theta)
            plus[entry] += TEXTBOOK_STEP
            minus = np.copy(case.theta)
            minus[entry] -= TEXTBOOK_STEP
            result[place] = (case.loss(plus) - case.loss(minus)) / (2 * TEXTBOOK_STEP)
        return result

    return gradient


def cs231n(case: Case) -> Callable[[], Any]:
    """The same in place, as in Stanford's course: no copy of theta."""

    def gradient() -> Any:
        theta, result = case.theta.copy(), np.empty(case.entries.size)
        for place, entry in enumerate(case.entries):
            old = theta[entry]
            theta[entry] = old + CS231N_STEP
            plus = case.loss(theta)
            theta[entry] = old - CS231N_STEP
            minus = case.loss(theta)
            theta[entry] = old
            result[place] = (plus - minus) / (2 * CS231N_STEP)
        return result

    return gradient


def _of_slice(case: Case) -> Callable[[Any], Any]:
    """Return the loss as a function of the slice's entries alone."""

    def loss(part: Any) -> Any:
        theta = case.theta.astype(part.dtype)
        theta[case.entries] = part
        return case.loss(theta)

    return loss


def scipy_differences(method: str) -> Callable[[Case], Callable[[], Any]]:
    """SciPy's approx_derivative with its own step."""

    def prepare(case: Case) -> Callable[[], Any]:
        from scipy.optimize._numdiff import approx_derivative

        loss, start = _of_slice(case), case.theta[case.entries]
        return lambda: approx_derivative(loss, start, method=method).ravel()

    return prepare


def numdifftools(case: Case) -> Callable[[], Any]:
    """Numdifftools' Gradient with its own steps."""
    import numdifftools as nd

    gradient, start = nd.Gradient(_of_slice(case)), case.theta[case.entries]
    return lambda: np.atleast_1d(gradient(start))


def torch_loss(case: Case) -> tuple[Callable[..., Any], list[Any]]:
    """Return the loss of a list of parameters, and the parameters, as tensors of float64."""
    import torch

    torch.set_num_threads(1)
    x, y, network = torch.tensor(case.problem.X), torch.tensor(case.problem.Y), case.problem.network

    def loss(*tensors: Any) -> Any:
        a = x
        for layer in range(network.depth):
            z = tensors[2 * layer] @ a + tensors[2 * layer + 1]
            a = torch.relu(z) if network.activations[0] == "relu" else torch.tanh(z)
        if network.activations[-1] == "softmax":
            return -torch.sum(y * torch.log_softmax(z, dim=0)) / y.shape[1]
        logits = torch.nn.functional.binary_cross_entropy_with_logits
        return logits(z, y, reduction="sum") / y.shape[1]

    values = case.problem.parameters.values()
    return loss, [torch.tensor(value, requires_grad=True) for value in values]


def torch_gradcheck(fast: bool) -> Callable[[Case], Callable[[], Any]]:
    """PyTorch's gradcheck of its own backward pass; answers yes or no."""

    def prepare(case: Case) -> Callable[[], Any]:
        import torch

        loss, tensors = torch_loss(case)
        options = {"fast_mode": fast, "raise_exception": False}
        return lambda: torch.autograd.gradcheck(loss, tensors, **options) and None

    return prepare


def torch_last_weight(case: Case) -> Callable[[], Any]:
    """The slow mode by W_L alone: a slice that costs the same for each entry as the whole."""
    import torch

    loss, tensors = torch_loss(case)
    for place, tensor in enumerate(tensors):
        tensor.requires_grad_(place == len(tensors) - 2)
    return lambda: torch.autograd.gradcheck(loss, tensors, raise_exception=False) and None


def jax_check(case: Case) -> Callable[[], Any]:
    """JAX's check_grads of its own reverse mode along one random direction; passes or raises."""
    import jax
    from jax.test_util import check_grads

    loss, parameters = jax_loss(case)
    jitted = jax.jit(loss)

    def check() -> None:
        try:
            check_grads(jitted, (parameters,), order=1, modes=["rev"])
        except AssertionError:
            return

    return check


def jax_loss(case: Case) -> tuple[Callable[[Any], Any], list[Any]]:
    """Return the loss of a list of parameters, and the parameters, as JAX arrays of float64."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y, network = jnp.array(case.problem.X), jnp.array(case.problem.Y), case.problem.network

    def loss(values: Any) -> Any:
        a = x
        for layer in range(network.depth):
            z = values[2 * layer] @ a + values[2 * layer + 1]
            a = jnp.maximum(z, 0) if network.activations[0] == "relu" else jnp.tanh(z)
        if network.activations[-1] == "softmax":
            return -jnp.sum(y * jax.nn.log_softmax(z, axis=0)) / y.shape[1]
        return jnp.sum(jax.nn.softplus(z) - y * z) / y.shape[1]

    return loss, [jnp.array(value) for value in case.problem.parameters.values()]


FULL = (
    Peer("textbook double loop", "numpy", textbook),
    Peer("CS231n in-place loop", "numpy", cs231n),
    Peer("SciPy approx_derivative 3-point", "scipy", scipy_differences("3-point")),
    Peer("SciPy approx_derivative cs", "scipy", scipy_differences("cs")),
    Peer("numdifftools Gradient", "numdifftools", numdifftools, share=20),
    Peer("torch gradcheck slow", "torch", torch_gradcheck(fast=False), slices=False),
)
ONE_DIRECTION = (
    Peer("torch gradcheck fast", "torch", torch_gradcheck(fast=True), slices=False),
    Peer("JAX check_grads", "jax", jax_check, slices=False),
)


def quiet(function: Callable[[], Any]) -> Any:
    """Call a function without the warnings of other people's code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function()
