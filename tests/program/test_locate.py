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
    assert student(TWO).call(values, {}) == "right"


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


def missing(refused, *headings):
    return refused("\n".join(f"def {heading}: pass" for heading in headings))["message"]


def test_a_function_that_takes_the_arguments_is_advised_before_a_like_name(refused):
    told = missing(refused, "backward_step(dZ, vals)", "Net_Grads(params, memory, X, labels)")
    assert told.endswith("It defines `Net_Grads`: is that the one? Rename it.")


def test_a_like_name_that_takes_the_arguments_is_advised_first(refused):
    told = missing(refused, "backward_propagate(cache, Y)", "all_of(parameters, cache, X, Y)")
    assert told.endswith("It defines `backward_propagate`: is that the one? Rename it.")


def test_a_like_name_with_other_arguments_is_no_advice_to_rename(refused):
    told = missing(refused, "relu_back_prop(dZ, vals)", "predict(X)")
    assert told.endswith(
        "It defines `relu_back_prop`, but not with the arguments parameters, cache, X, Y."
    )


def test_the_way_forward_is_not_advised(refused):
    told = missing(refused, "forward_propagation(X, parameters)", "helper(z)")
    assert "Rename it" not in told
