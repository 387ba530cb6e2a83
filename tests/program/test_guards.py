"""A module that is not here raises where the file is ready for that, and nowhere else."""

import pytest

FALLBACK = """
try:
    import cupy as np
    fast = True
except {caught}:
    import numpy as np
    fast = False

def backward_propagation(parameters, cache, X, Y):
    return np.add(1, 1), fast
"""


@pytest.mark.parametrize(
    "caught", ["ImportError", "ModuleNotFoundError", "Exception", "(ImportError, OSError)"]
)
def test_the_fallback_is_taken(student, values, caught):
    assert student(FALLBACK.format(caught=caught)).call(values, {}) == (2, False)


def test_a_bare_except_may_define_what_is_not_there(student, values):
    text = """
    try:
        from course_helpers import slope
    except:
        def slope(a):
            return 7
    def backward_propagation(parameters, cache, X, Y):
        return slope(1)
    """
    assert student(text).call(values, {}) == 7


def test_another_exception_is_no_fallback(student, values):
    program = student(FALLBACK.format(caught="KeyError"))
    with pytest.raises(Exception, match="cupy is not available"):
        program.call(values, {})


@pytest.mark.parametrize(
    "line",
    ["from six.moves import range", "from past.builtins import xrange as range", "import six"],
)
def test_names_of_another_python_are_the_ones_of_this(student, values, line):
    text = f"{line}\ndef backward_propagation(parameters, cache, X, Y): return list(range(2))"
    assert student(text).call(values, {}) == [0, 1]


@pytest.mark.parametrize(
    "test",
    ["isinstance(X, pd.DataFrame)", "isinstance(X, (torch.Tensor, dict))", "sparse.issparse(X)"],
)
def test_nothing_is_of_a_class_that_is_not_here(student, values, test):
    text = f"""
    import pandas as pd, torch
    from scipy import sparse
    def backward_propagation(parameters, cache, X, Y):
        return 1 if {test} else 2
    """
    assert student(text).call(values, {}) == 2
