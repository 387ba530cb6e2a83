"""The usual course helpers: the right numbers, in every name and calling convention."""

import numpy as np
import pytest

from gradcheck_grader.sandbox.child.running.helpers import SCIPY_SPECIAL, supply

Z = np.array([[-2.0, 0.5, 1.0], [3.0, -0.1, 0.0]])
S = 1 / (1 + np.exp(-Z))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid", S),
        ("Sigmoid", S),
        ("sigmoid_forward", S),
        ("relu", np.maximum(0, Z)),
        ("ReLU", np.maximum(0, Z)),
        ("tanh", np.tanh(Z)),
        ("leaky_relu", np.where(Z > 0, Z, 0.01 * Z)),
        ("softmax", np.exp(Z) / np.exp(Z).sum(axis=0)),
        ("sigmoid_derivative", S * (1 - S)),
        ("sigmoid_prime", S * (1 - S)),
        ("d_sigmoid", S * (1 - S)),
        ("dsigmoid", S * (1 - S)),
        ("derivative_sigmoid", S * (1 - S)),
        ("sigmoidGradient", S * (1 - S)),
        ("tanh_derivative", 1 - np.tanh(Z) ** 2),
        ("dtanh", 1 - np.tanh(Z) ** 2),
        ("relu_derivative", (Z > 0) * 1.0),
        ("relu_prime", (Z > 0) * 1.0),
        ("leaky_relu_derivative", np.where(Z > 0, 1, 0.01)),
    ],
)
def test_a_helper_is_known_by_its_usual_names(name, expected):
    helper = supply(name)
    assert helper is not None
    np.testing.assert_allclose(helper(Z), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("sigmoid_backward", S * (1 - S)),
        ("relu_backward", (Z > 0) * 1.0),
        ("tanh_backward", 1 - np.tanh(Z) ** 2),
    ],
)
def test_backward_forms_take_the_cache_in_any_form(name, slope):
    backward = supply(name)
    assert backward is not None
    dA = np.arange(6.0).reshape(2, 3)
    for call in (
        lambda: backward(dA, Z),
        lambda: backward(dA, cache=Z),
        lambda: backward(dA, activation_cache=Z),
        lambda: backward(dA, Z=Z),
        lambda: backward(dA, (Z, np.tanh(Z))),
        lambda: backward(dA, {"Z": Z}),
        lambda: dA * backward(Z),
    ):
        np.testing.assert_allclose(call(), dA * slope, rtol=1e-15)


def test_the_backward_form_of_softmax_is_its_jacobian():
    backward, step = supply("softmax_backward"), 1e-6
    softmax = supply("softmax")
    assert backward is not None
    assert softmax is not None
    dA, direction = np.cos(Z), np.sin(3 * Z + 1)
    change = (softmax(Z + step * direction) - softmax(Z - step * direction)) / (2 * step)
    assert np.sum(backward(dA, Z) * direction) == pytest.approx(np.sum(dA * change), rel=1e-8)


def test_a_closed_relu_lets_no_infinite_gradient_through():
    backward = supply("relu_backward")
    assert backward is not None
    assert backward(np.array([np.inf, 1]), np.array([-1.0, 1])).tolist() == [0, 1]


def test_a_forward_helper_gives_a_pair_when_asked():
    sigmoid = supply("sigmoid", as_pair=True)
    assert sigmoid is not None
    A, cache = sigmoid(Z)
    np.testing.assert_allclose(A, S)
    assert cache is Z


@pytest.mark.parametrize(
    "name",
    ["linear_backward", "backward_propagation", "compute_cost", "d", "softmax_derivative",
     "forward", "backward", "derivative", "x"],
)  # fmt: skip
def test_nothing_else_is_supplied(name):
    assert supply(name) is None


def test_large_arguments_do_not_overflow():
    with np.errstate(all="raise"):
        for name in ("sigmoid", "softmax"):
            helper = supply(name)
            assert helper is not None
            assert np.isfinite(helper(np.array([[500.0], [10.0], [100.0]]))).all()


def test_softmax_takes_an_axis_as_scipy_does():
    softmax = supply("softmax")
    assert softmax is not None
    np.testing.assert_allclose(softmax(Z, axis=1).sum(axis=1), [1, 1])
    np.testing.assert_allclose(SCIPY_SPECIAL["softmax"](Z).sum(), 1)
    np.testing.assert_allclose(SCIPY_SPECIAL["logsumexp"](Z, axis=0), np.log(np.exp(Z).sum(0)))


@pytest.mark.parametrize("name", ["softmax", "softmax_backward"])
def test_softmax_of_examples_in_rows_goes_along_each_row(name):
    columns, rows = supply(name), supply(name, axis=lambda: 1)
    assert columns is not None
    assert rows is not None
    given = (Z, Z + 1)[: 1 + name.endswith("backward")]
    turned = [value.T for value in given]
    np.testing.assert_allclose(rows(*turned), columns(*given).T, rtol=1e-14)


def test_softmax_of_a_single_example_goes_along_what_there_is():
    rows = supply("softmax", axis=lambda: 1)
    assert rows is not None
    np.testing.assert_allclose(rows(Z[0]).sum(), 1)
