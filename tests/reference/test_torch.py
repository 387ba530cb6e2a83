"""PyTorch's automatic differentiation confirms the reference on networks of every kind."""

from __future__ import annotations

import pytest

from gradcheck_grader.reference.activations import LEAKY_SLOPE
from gradcheck_grader.reference.by_node import node_gradient
from gradcheck_grader.reference.network import Problem, loss

from .problems import assert_within, every_kind, exact, examples_of, problem

torch = pytest.importorskip("torch")

ACTIVATION = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, LEAKY_SLOPE),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda z: torch.softmax(z, dim=0),
}


def torch_loss(case: Problem, parameters):
    network, y = case.network, torch.tensor(case.Y)
    a = torch.tensor(case.X)
    for layer in network.layers:
        z = parameters[f"W{layer}"] @ a + parameters[f"b{layer}"]
        a = ACTIVATION[network.activations[layer - 1]](z)
        if network.keep_prob and layer < network.depth:
            a = a * torch.tensor(case.masks[f"D{layer}"]) / network.keep_prob[layer - 1]
    if network.loss == "squared_error":
        total = 0.5 * torch.sum((a - y) ** 2)
    elif network.loss == "categorical_cross_entropy":
        total = -torch.sum(y * torch.log_softmax(z, dim=0))
    else:
        total = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")
    data = total / case.m if network.reduction == "mean" else total
    squares = sum(torch.sum(parameters[f"W{layer}"] ** 2) for layer in network.layers)
    factor = {"half_mean": 0.5 / case.m, "half": 0.5, "whole": 1.0}[network.penalty_form]
    return data + network.l2 * factor * squares


@pytest.mark.parametrize("network", every_kind(), ids=lambda n: f"{n.loss}-{n.activations}")
def test_automatic_differentiation_confirms_loss_reference_and_node_derivative(network):
    case = problem(network, examples_of(network), seed=5)
    parameters = {
        name: torch.tensor(values, requires_grad=True) for name, values in case.parameters.items()
    }
    value = torch_loss(case, parameters)
    value.backward()
    cache, gradients, allowed = exact(case)
    automatic = {f"d{name}": tensor.grad.numpy() for name, tensor in parameters.items()}
    assert loss(case) == pytest.approx(value.item(), rel=1e-13)
    assert_within(gradients, automatic, allowed)
    assert_within(node_gradient(case, cache), automatic, allowed)
