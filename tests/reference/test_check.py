"""``check_gradient`` says which entries are wrong, and in words what is wrong with them."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck_grader.reference import DerivativeError, check_gradient

RNG = np.random.default_rng(0)
POINT = {"W": RNG.standard_normal((2, 3)), "x": RNG.standard_normal((3, 4))}


def squares(p):
    return np.sum(np.tanh(p["W"] @ p["x"]) ** 2)


def gradient(p):
    t = np.tanh(p["W"] @ p["x"])
    dz = 2 * t * (1 - t * t)
    return {"dW": dz @ p["x"].T, "dx": p["W"].T @ dz}


def test_a_right_gradient_passes_under_either_name_and_in_order():
    arrays = gradient(POINT)
    for given in (
        gradient,
        arrays,
        {"x": arrays["dx"], "W": arrays["dW"]},
        (arrays["dW"], arrays["dx"]),
    ):
        check = check_gradient(squares, given, POINT)
        assert check
        assert check.disagreeing == ()
        assert check.worst is None
        assert check.relative_error < 1e-15
    assert str(check).splitlines()[0].startswith("W  6 of 6 agree, relative error ")


@pytest.mark.parametrize("method", ["auto", "central"])
def test_one_entry_off_by_a_millionth_is_named(method):
    arrays = gradient(POINT)
    arrays["dW"][1, 2] *= 1 + 1e-6
    check = check_gradient(squares, arrays, POINT, method=method)
    assert not check
    assert check.disagreeing == ("W[1, 2]",)
    assert "1 of 6 wrong" in str(check)
    assert "worst: W[1, 2] is " in str(check)


def test_a_common_factor_is_said_in_words():
    arrays = gradient(POINT)
    check = check_gradient(squares, {**arrays, "dW": arrays["dW"] / 4}, POINT)
    assert "W  6 of 6 wrong, relative error 6.0e-01; every entry is 0.25 times" in str(check)
    assert "x  12 of 12 agree" in str(check)


def test_nan_is_wrong():
    arrays = gradient(POINT)
    arrays["dx"][0, 0] = np.nan
    check = check_gradient(squares, arrays, POINT)
    assert check.disagreeing == ("x[0, 0]",)
    assert "x[0, 0] is nan" in str(check)


def test_single_precision_is_judged_by_its_own_rounding():
    arrays = {name: values.astype(np.float32) for name, values in gradient(POINT).items()}
    assert check_gradient(squares, arrays, POINT)
    assert not check_gradient(squares, arrays, POINT, rtol=1e-12)


def test_a_tolerance_of_zero_leaves_the_error_of_the_numerical_gradient_alone():
    x = np.array([1.0, 2.0])
    near = 2 * x * (1 + 1e-9)
    assert check_gradient(lambda x: (x**2).sum(), near, x)
    assert check_gradient(lambda x: (x**2).sum(), 2 * x, x, rtol=0.0)
    assert not check_gradient(lambda x: (x**2).sum(), near, x, rtol=0.0)


def test_an_entry_at_a_kink_does_not_decide():
    x = np.array([0.0, 1.0])
    check = check_gradient(lambda x: np.abs(x).sum(), np.sign(x), x)
    assert check
    assert (
        str(check) == "x  1 of 2 agree, relative error 0.0e+00, 1 at a kink or too noisy to check"
    )


@pytest.mark.parametrize("method", ["auto", "central"])
def test_an_entry_without_a_slope_leaves_the_rest_of_its_array_to_be_checked(method):
    """The slope of the square root at zero is no number; those beside it are."""
    x = np.array([0.0, 1.0, 4.0])
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = 0.5 / np.sqrt(x)
        right = check_gradient(lambda x: np.sqrt(x).sum(), slopes, x, method=method)
        wrong = check_gradient(lambda x: np.sqrt(x).sum(), slopes * 1.001, x, method=method)
    assert right
    assert str(right).startswith("x  2 of 3 agree")
    assert wrong.disagreeing == ("x[1]", "x[2]")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dW": POINT["W"]}, "holds no x"),
        ({"dW": POINT["W"].T, "dx": POINT["x"]}, r"has shapes W \(3, 2\), x \(3, 4\)"),
        (POINT["W"], "must hold an array for each of"),
    ],
)
def test_a_gradient_of_another_structure_is_refused_in_words(given, message):
    with pytest.raises(DerivativeError, match=message):
        check_gradient(squares, given, POINT)
