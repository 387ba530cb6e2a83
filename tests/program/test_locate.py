"""Of several functions with accepted names, the one that can take the arguments is graded."""

import pytest

from gradcheck_grader.sandbox.child.program import LoadFailure

TWO = """
    def backward_propagation(x, theta):
        return x

    def back_prop(parameters, cache, X, Y):
        return "right"
"""


def test_the_function_of_another_exercise_is_passed_over(student, values):
    program = student(TWO)
    assert program.call(values, {}) == "right"
    (said,) = program.loaded["notes"]
    assert said["message"] == "`back_prop` is graded: `backward_propagation` takes other arguments."


def test_the_first_name_counts_where_both_can_be_called(student, values):
    program = student(TWO.replace("x, theta", "parameters, cache, X, Y, theta=1"))
    assert program.loaded["function"] == "backward_propagation"


def test_the_first_name_is_told_where_none_can_be_called(student):
    program = student(TWO.replace("parameters, cache, X, Y", "a, b"))
    assert program.loaded["function"] == "backward_propagation"


def test_static_methods_are_chosen_in_the_same_way(student, values):
    text = """
        class Exercises:
            @staticmethod
            def backward_propagation(x, theta):
                return x

            @staticmethod
            def back_prop(parameters, cache, X, Y):
                return "right"
    """
    assert student(text).call(values, {}) == "right"


STEP = {"functions": ("update", "descend"), "arguments": ("parameters", "grads", "learning_rate")}


@pytest.mark.parametrize(
    "signature",
    [
        "X, alpha, rounds, rate",
        "X, Y, rounds",
        "X, Y, learning_rate, rounds=9",
        "X, Y, parameters",
    ],
)
def test_an_optional_function_with_another_purpose_was_not_handed_in(student, signature):
    text = f"def descend({signature}): return X"
    with pytest.raises(LoadFailure) as caught:
        student(text, optional=True, **STEP)
    assert caught.value.problem["kind"] == "missing"
    assert student(text, **STEP).loaded["function"] == "descend"


@pytest.mark.parametrize(
    "signature",
    ["parameters, grads, learning_rate", "p, g, lr", "p, g, rate", "params, gradients, rate=0.1"],
)
def test_an_optional_function_that_is_meant_is_taken(student, signature):
    first, second = signature.split(", ")[:2]
    text = f"def descend({signature}):\n    return {first}['W1'] - 0.1 * {second}['dW1']"
    assert student(text, optional=True, **STEP).loaded["function"] == "descend"
