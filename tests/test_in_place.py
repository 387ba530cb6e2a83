"""What is updated in place counts, whatever is returned beside it."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

TEXT = """
import numpy as np

def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dz = cache[f"A{L}"] - Y
    for l in range(L, 0, -1):
        a = cache[f"A{l - 1}"]
        dw, db = dz @ a.T / m, dz.mean(axis=1, keepdims=True)
        dz = weights[f"W{l}"].T @ dz * (1 - a**2)
        weights[f"W{l}"] = weights[f"W{l}"] - alpha * dw
        weights[f"b{l}"] = weights[f"b{l}"] - alpha * db
    return RETURNED
"""


@pytest.mark.parametrize(
    "returned",
    ["None", "weights", "True", "0.3", "weights, 0.3", "{'dW1': dw}", "[dw, db]"],
)
def test_the_weights_count(returned: str, grade_text: Grade) -> None:
    report = grade_text(TEXT.replace("RETURNED", returned), "update-in-place")
    assert report.all_correct


GRADIENTS = TEXT.replace("    m = Y", "    slopes, m = {}, Y").replace(
    "        dz = weights",
    '        slopes[f"W{l}"], slopes[f"b{l}"] = dw, db\n        dz = weights',
)


@pytest.mark.parametrize("returned", ["slopes", "slopes, 0.3"])
def test_gradients_under_the_names_of_weights_may_be_returned_as_well(
    returned: str, grade_text: Grade
) -> None:
    text = GRADIENTS.replace("RETURNED", returned)
    assert grade_text(text, "update-in-place").all_correct
    wrong = text.replace("- alpha * dw", "+ alpha * dw")
    assert not grade_text(wrong, "update-in-place").all_correct


def test_a_copy_that_is_neither_returned_nor_put_back_does_not_count(grade_text: Grade) -> None:
    text = TEXT.replace("    m = Y", "    weights = dict(weights)\n    m = Y")
    report = grade_text(text.replace("RETURNED", "True"), "update-in-place")
    assert report.score == 0


def test_a_method_may_put_a_new_dict_in_its_attribute(grade_text: Grade) -> None:
    text = """
class Net:
    def __init__(self, kind="tanh"):
        self.__weights = {}
        self.__kind = kind

    @property
    def weights(self):
        return self.__weights

    def gradient_descent(self, Y, cache, alpha, L):
        new, m = {}, Y.shape[1]
        dz = cache[f"A{L}"] - Y
        for l in range(L, 0, -1):
            a = cache[f"A{l - 1}"]
            new[f"W{l}"] = self.weights[f"W{l}"] - alpha * dz @ a.T / m
            new[f"b{l}"] = self.weights[f"b{l}"] - alpha * dz.mean(axis=1, keepdims=True)
            slope = 1 - a**2 if self.__kind == "tanh" else a * (1 - a)
            dz = self.weights[f"W{l}"].T @ dz * slope
        self.__weights = new
"""
    assert grade_text(text, "update-in-place").all_correct
    wrong = text.replace('kind="tanh"', 'kind="sig"')
    assert not grade_text(wrong, "update-in-place").all_correct
