"""The names of arrays: what they say of themselves, and what is known by two of them."""

from __future__ import annotations

import pytest

from gradcheck_grader.reference.network import (
    gradient_of,
    is_bias,
    kind_of,
    layer_of,
    parameter_of,
)


@pytest.mark.parametrize(
    ("name", "kind", "layer"),
    [("dW2", "dW", 2), ("db1", "db", 1), ("W12", "W", 12), ("b3", "b", 3), ("dZ10", "dZ", 10)],
)
def test_a_name_is_a_kind_and_a_layer(name: str, kind: str, layer: int) -> None:
    assert (kind_of(name), layer_of(name)) == (kind, layer)


@pytest.mark.parametrize(("gradient", "parameter"), [("dW2", "W2"), ("db11", "b11")])
def test_gradient_and_parameter_are_named_after_each_other(gradient: str, parameter: str) -> None:
    assert gradient_of(parameter) == gradient_of(gradient) == gradient
    assert parameter_of(gradient) == parameter_of(parameter) == parameter


def test_biases_and_their_gradients_are_told_from_all_else() -> None:
    names = ("W1", "b1", "dW1", "db1", "dZ1", "D1", "A0", "X", "Y")
    assert [name for name in names if is_bias(name)] == ["b1", "db1"]
