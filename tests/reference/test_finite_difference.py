"""Numerical gradients of any function: accurate, honest about their error, never fooled."""

from __future__ import annotations

import doctest
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck_grader.reference import (
    DerivativeError,
    UnreliableGradientWarning,
    central_difference,
    check,
    differentiate,
    finite_difference,
    numerical_gradient,
)
from gradcheck_grader.reference.network import Problem, backward, forward, loss

from .problems import every_kind, examples_of, problem

W = np.random.default_rng(1).standard_normal((5, 3))
POINT = np.random.default_rng(2).standard_normal((3, 4))

ANALYTIC = {
    "square": (lambda x: (x**2).sum(), lambda x: 2 * x),
    "exp": (lambda x: np.exp(3 * x).sum(), lambda x: 3 * np.exp(3 * x)),
    "log": (lambda x: np.log(x * x).sum(), lambda x: 2 / x),
    "relu": (lambda x: np.maximum(W @ x, 0).sum(), lambda x: W.T @ (W @ x > 0)),
    "where": (lambda x: np.where(x > 0, x, 0.1 * x).sum(), lambda x: np.where(x > 0, 1, 0.1)),
    "fast": (lambda x: np.sin(1000 * x).sum(), lambda x: 1000 * np.cos(1000 * x)),
    "tall": (lambda x: 1e9 + (x**3).sum(), lambda x: 3 * x**2),
    "constant": (lambda x: 3.0, lambda x: 0 * x),
}

# Functions that take complex numbers without complaint and then give a wrong complex step.
TREACHEROUS = {
    "abs": (lambda x: np.abs(x).sum(), np.sign),
    "abs squared": (lambda x: (np.abs(x) ** 2).sum(), lambda x: 2 * x),
    "conj": (lambda x: (x * np.conj(x)).sum(), lambda x: 2 * x),
    "vdot": (lambda x: np.vdot(x, x), lambda x: 2 * x),
    "norm": (lambda x: np.linalg.norm(x) ** 2, lambda x: 2 * x),
    "real": (lambda x: np.exp(x).real.sum(), np.exp),
    "a round beside the rest": (
        lambda x: (x - np.round(x)).sum() + (x**2).sum(),
        lambda x: 1 + 2 * x,
    ),
    "a small norm": (
        lambda x: 1e-8 * np.linalg.norm(x) + (x**2).sum(),
        lambda x: 1e-8 * x / np.linalg.norm(x) + 2 * x,
    ),
    "one small abs": (
        lambda x: 1e8 * (x[1:] ** 2).sum() + np.abs(x[0]).sum(),
        lambda x: np.concatenate([np.sign(x[:1]), 2e8 * x[1:]]),
    ),
}
ROUGH = {
    "float": (lambda x: sum(float(v) ** 2 for v in x.ravel()), lambda x: 2 * x),
    "astype": (lambda x: (x.astype(float) ** 2).sum(), lambda x: 2 * x),
    "floor": (lambda x: np.floor(x).sum() + (x**2).sum(), lambda x: 2 * x),
}


@pytest.mark.parametrize("name", ANALYTIC)
def test_an_analytic_function_is_differentiated_to_rounding(name):
    f, exact = ANALYTIC[name]
    result = differentiate(f, POINT)
    assert result.method == "complex"
    assert np.abs(result.gradient - exact(POINT)).max() <= 1e-15 * np.abs(exact(POINT)).max()
    assert not result.doubtful.any()


@pytest.mark.parametrize("name", [*TREACHEROUS, *ROUGH])
def test_a_function_that_fails_the_complex_step_is_never_trusted_with_it(name):
    f, exact = {**TREACHEROUS, **ROUGH}[name]
    result = differentiate(f, POINT)
    truth = exact(POINT)
    good = np.abs(result.gradient - truth) <= 1e-6 * np.abs(truth) + 1e-9 * np.abs(truth).max()
    assert np.all(good | result.unreliable)
    if name != "a round beside the rest":
        assert result.method == "central"
        assert good.all()
        assert not result.doubtful.any()


@pytest.mark.parametrize("name", [*ANALYTIC, *TREACHEROUS])
def test_central_differences_know_their_own_error(name):
    f, exact = {**ANALYTIC, **TREACHEROUS}[name]
    result = differentiate(f, POINT, method="central")
    assert result.method == "central"
    assert np.all(np.abs(result.gradient - exact(POINT)) <= result.error)
    assert not result.doubtful.any()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(size=st.floats(-8, 8), seed=st.integers(0, 2**32 - 1))
def test_the_step_follows_the_size_of_the_values(size, seed):
    x = 10.0**size * np.random.default_rng(seed).standard_normal(5)
    result = differentiate(lambda x: np.sum(np.abs(x) ** 3), x)
    truth = 3 * np.sign(x) * x**2
    assert result.method == "central"
    assert np.abs(result.gradient - truth).max() <= 1e-10 * np.abs(truth).max()


def test_an_entry_at_a_kink_is_named():
    x = POINT.copy()
    x[0, 0], x[1, 1] = 0.0, 1e-12
    with pytest.warns(UnreliableGradientWarning, match=r"2 of 12 .* x\[0, 0\], x\[1, 1\]$"):
        gradient = numerical_gradient(lambda x: np.abs(x).sum(), x)
    others = np.abs(x) > 1e-6
    assert np.allclose(gradient[others], np.sign(x[others]), rtol=1e-9)
    result = differentiate(lambda x: np.abs(x).sum(), x)
    assert result.unreliable.tolist() == (~others).tolist()
    # The true slope may be anything between the one-sided ones.
    assert np.all(result.error[~others] >= 0.99)


@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-4, 1e-5])
def test_a_kink_within_the_first_step_is_seen_and_avoided(distance):
    x = np.array([1.0, -2.0])

    def f(x):
        return np.abs(x[0] - 1.0 + distance) + np.abs(x[1])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient = numerical_gradient(f, x)
    assert np.allclose(gradient, [1.0, -1.0], rtol=0, atol=1e-6)


def test_dicts_tuples_lists_and_numbers_keep_their_structure():
    a, b = np.arange(6.0).reshape(2, 3), np.ones((2, 1))
    by_name = numerical_gradient(lambda p: ((p["a"] + p["b"]) ** 2).sum(), {"a": a, "b": b})
    assert list(by_name) == ["a", "b"]
    assert np.allclose(by_name["a"], 2 * (a + b))
    in_tuple = numerical_gradient(lambda p: ((p[0] + p[1]) ** 2).sum(), (a, b))
    assert isinstance(in_tuple, tuple)
    assert np.allclose(in_tuple[1], 2 * (a + b).sum(axis=1, keepdims=True))
    assert isinstance(numerical_gradient(lambda p: (p[0] ** 2).sum(), [a]), list)
    assert np.allclose(numerical_gradient(lambda x: (x**2).sum(), [1, 2]), [2, 4])
    assert numerical_gradient(lambda x: x**2, 3.0) == pytest.approx(6.0)
    assert numerical_gradient(lambda x: np.array([[x**3]]), 2).shape == ()


def test_a_function_that_writes_into_its_argument_does_no_harm():
    def f(x):
        x *= 2
        return (x**2).sum()

    x = POINT.copy()
    assert np.allclose(numerical_gradient(f, x), 8 * POINT)
    assert np.array_equal(x, POINT)


def test_a_given_step_asks_for_central_differences():
    result = differentiate(lambda x: (x**4).sum(), POINT, step=1e-2)
    assert result.method == "central"
    assert np.allclose(result.gradient, 4 * POINT**3, rtol=1e-9)
    with pytest.raises(ValueError, match="unknown method"):
        differentiate(lambda x: x.sum(), POINT, method="backprop")


@pytest.mark.parametrize(
    ("f", "x", "message"),
    [
        (lambda x: x, POINT, r"must return one number, not an array of shape \(3, 4\)"),
        (lambda x: None, POINT, "must return one number, not NoneType"),
        (lambda x: np.nan, POINT, "gives nan at this point"),
        (lambda x: np.random.default_rng().random(), POINT, "fix the seed"),
        (lambda x: x.sum(), POINT + 1j, "complex128, not of real numbers"),
        (lambda x: 1.0, np.zeros((0, 2)), "nothing to differentiate by"),
    ],
)
def test_what_has_no_gradient_is_refused_in_words(f, x, message):
    with pytest.raises(DerivativeError, match=message):
        numerical_gradient(f, x)


def test_a_complex_slope_that_is_no_number_spoils_no_other_error_estimate():
    def pole(x):
        return np.sum(x**2) + (0.0 if x[0].imag == 0 else complex(0.0, np.nan))

    result = differentiate(pole, np.array([1.0, 2.0]), method="complex")
    assert result.doubtful.tolist() == [True, False]
    assert result.values[1] == 4.0
    assert result.errors[1] < 1e-13


@pytest.mark.parametrize("step", [0.0, -1e-3, np.nan])
def test_a_step_that_leads_nowhere_is_refused(step):
    with pytest.raises(ValueError, match="step must be above zero"):
        differentiate(lambda x: (x**2).sum(), POINT, step=step)


def test_complex_without_a_check_says_why_it_fails():
    with pytest.raises(DerivativeError, match="the complex step fails: ComplexWarning"):
        differentiate(lambda x: x.astype(float).sum(), POINT, method="complex")
    unchecked = differentiate(lambda x: (x**2).sum(), POINT, method="complex")
    assert unchecked.reason == "complex step, unchecked"
    assert unchecked.evaluations == 2 + POINT.size


@pytest.mark.parametrize("module", [finite_difference, check])
def test_the_examples_in_the_documentation_are_true(module):
    found = doctest.testmod(module, extraglobs={"np": np})
    assert found.attempted
    assert not found.failed


def parameter_loss(case: Problem):
    network = case.network
    return lambda parameters: loss(Problem(network, parameters, case.X, case.Y, case.masks))


@pytest.mark.parametrize("network", every_kind()[::5], ids=lambda n: f"{n.loss}-{n.activations}")
def test_the_loss_of_a_network_is_differentiated_like_any_function(network):
    case = problem(network, examples_of(network), seed=10)
    gradients, _ = backward(case, forward(case))
    # float() inside the loss refuses complex numbers, so these are central differences.
    result = differentiate(parameter_loss(case), dict(case.parameters))
    textbook = central_difference(parameter_loss(case), dict(case.parameters))
    scale = max(1.0, *(float(np.abs(values).max()) for values in gradients.values()))
    for name, values in result.gradient.items():
        distance = np.abs(values - gradients[f"d{name}"])
        assert np.all((distance <= result.error[name]) | result.unreliable[name])
        assert np.all(distance <= 1e-8 * scale)
        assert np.allclose(textbook[name], gradients[f"d{name}"], rtol=0, atol=1e-6 * scale)
