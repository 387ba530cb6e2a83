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


def test_an_optional_function_with_another_purpose_was_not_handed_in(student):
    text = "def back_prop(X, alpha, iterations): pass"
    with pytest.raises(LoadFailure) as caught:
        student(text, optional=True)
    assert caught.value.problem["kind"] == "missing"
    assert student(text).loaded["function"] == "back_prop"
