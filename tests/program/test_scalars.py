"""Arrays of one entry are taken for numbers, whatever NumPy is installed."""

import numpy as np
import pytest


def returned(student, body, *, values, beside=""):
    text = "import math\nimport numpy as np\n\n" + beside
    text += "def backward_propagation(parameters, cache, X, Y):\n"
    program = student(text + "".join(f"    {line}\n" for line in body.split("\n")))
    return program.call(values, {})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return int(np.array([[3.7]]))", 3),
        ("return float(np.array([2.5])) + 1", 3.5),
        ("return math.exp(np.zeros((1, 1)))", 1.0),
        ("d = np.zeros((2, 2))\nd[0, 1] = np.array([[4.0]])\nreturn d[0, 1]", 4.0),
        ("d = np.zeros((2, 2))\ni = 1\nd[1][i] = np.ones(1)\nreturn d[1, 1]", 1.0),
        ("d = np.zeros((2, 2))\nd[1, 0] += np.array([[4.0]])\nreturn d[1, 0]", 4.0),
    ],
)  # fmt: skip
def test_an_array_of_one_entry_is_a_number(student, values, body, expected):
    assert returned(student, body, values=values) == expected


@pytest.mark.parametrize(
    "body",
    [
        "return float(np.ones(2))",
        "return math.exp(np.ones((2, 1)))",
        "d = np.zeros((2, 2))\nd[0, 1] = np.ones(2)",
        "return int('three')",
    ],
)
def test_what_no_numpy_takes_stays_an_error(student, values, body):
    with pytest.raises((TypeError, ValueError)):
        returned(student, body, values=values)


def test_a_list_or_a_dict_keeps_the_array(student, values):
    body = "held, k = [0, 0], 1\nheld[k] = np.ones((1, 1))\nreturn held[1]"
    assert returned(student, body, values=values).shape == (1, 1)
    body = 'held, k = {}, "db"\nheld[k] = np.ones((1, 1))\nreturn held["db"]'
    assert returned(student, body, values=values).shape == (1, 1)


def test_a_row_is_filled_as_before(student, values):
    body = "d = np.zeros((2, 3))\nd[1] = np.full((1, 1), 7.0)\nreturn d"
    assert np.array_equal(returned(student, body, values=values)[1], [7.0, 7.0, 7.0])


def test_types_are_the_ones_of_python(student, values):
    body = "x = float(1)\nreturn isinstance(x, float) and np.zeros(2, dtype=float).dtype == float"
    assert returned(student, body, values=values) is True


def test_the_line_of_an_error_is_the_one_that_was_written(student, values):
    text = """
        def backward_propagation(parameters, cache, X, Y):
            total = X * 0.0
            total[0, 0] = Y[0, 0]
            return float(missing)
    """
    program = student(text)
    with pytest.raises(NameError) as caught:
        program.call(values, {})
    problem = program.explain(caught.value)
    assert problem["line"] == 5
    assert problem["source"].strip() == "return float(missing)"
