"""Reference backpropagation and the numerical derivatives agree, on networks of every kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from gradcheck_grader.reference.by_node import Workspace, node_gradient
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.reference.network import forward

from .problems import assert_within, every_kind, exact, examples_of, problem, problems


@settings(derandomize=True, max_examples=150, deadline=None)
@given(case=problems())
def test_complex_and_tangent_methods_agree_with_backpropagation_within_rounding(case):
    cache, gradients, allowed = exact(case)
    workspace = Workspace()
    for method in ("complex", "tangent"):
        numerical = node_gradient(case, cache, method, workspace=workspace)
        assert_within(numerical, gradients, allowed)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(case=problems(max_depth=4))
def test_perturbing_the_parameters_themselves_gives_the_same_gradient(case):
    _, gradients, allowed = exact(case)
    assert_within(parameter_gradient(case), gradients, allowed)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(case=problems(max_depth=4))
def test_real_differences_agree_to_their_own_accuracy(case):
    cache, gradients, _ = exact(case)
    for numerical, accuracy in (
        (node_gradient(case, cache, "central2"), 1e-7),
        (node_gradient(case, cache, "central4"), 1e-9),
        (parameter_gradient(case, "central"), 1e-6),
    ):
        scale = max(1.0, *(float(np.abs(values).max()) for values in gradients.values()))
        for name, values in gradients.items():
            assert np.abs(numerical[name] - values).max() <= accuracy * scale


@pytest.mark.parametrize("network", every_kind(), ids=lambda n: f"{n.loss}-{n.activations}")
def test_every_kind_of_network_agrees_with_both_witnesses(network):
    case = problem(network, examples_of(network), seed=len(network.activations))
    cache, gradients, allowed = exact(case)
    assert_within(node_gradient(case, cache), gradients, allowed)
    assert_within(parameter_gradient(case), gradients, allowed)


def test_a_workspace_can_serve_networks_of_different_sizes():
    workspace = Workspace()
    for network in every_kind()[::-7]:
        case = problem(network, examples_of(network), seed=1)
        cache, gradients, allowed = exact(case)
        for method in ("complex", "tangent"):
            numerical = node_gradient(case, cache, method, workspace=workspace)
            assert_within(numerical, gradients, allowed)


def test_a_network_wider_than_one_pass_is_cut_into_slices(monkeypatch):
    monkeypatch.setattr("gradcheck_grader.reference.by_node._CHUNK", 24)
    for network in every_kind()[5::6]:
        case = problem(network, examples_of(network), seed=2)
        cache, gradients, allowed = exact(case)
        for method in ("complex", "tangent"):
            assert_within(node_gradient(case, cache, method), gradients, allowed)


def test_an_unknown_method_is_refused_by_name():
    network = every_kind()[0]
    case = problem(network, 3, seed=0)
    with pytest.raises(ValueError, match="unknown method 'dual'"):
        node_gradient(case, forward(case), "dual")
    with pytest.raises(ValueError, match="unknown method 'dual'"):
        parameter_gradient(case, "dual")
