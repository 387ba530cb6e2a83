"""Whatever is handed in: a program, or a `LoadFailure` that can be sent; never anything else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck_grader.sandbox.child.program import LoadFailure, load

from .conftest import make_target

WHOLE = b'''"""Homework."""
import numpy as np
from planar_utils import *
import matplotlib.pyplot as plt
lr, m = 0.1, 3

class Net(object):
    """A net."""
    def __init__(self, n=3):
        self.n = n
    def back_prop(self, parameters, cache, X, Y):
        return X

@np.vectorize
def half(x, by=m):
    return x / by

def backward_propagation(parameters, cache, X, Y, lambd=lr):
    """Return gradients."""
    dZ2 = cache["A2"] - Y
    if lambd > 0:
        dW2 = 1. / m * np.dot(dZ2, cache["A1"].T)
    for l in range(2):
        print("layer", l)
    return {"dW2": dW2, "db2": half(dZ2)}

if __name__ == "__main__":
    plt.plot([1, 2, 3])
'''


def check(path: str, content: bytes) -> None:
    try:
        facts = load([(path, content)], make_target()).loaded
    except LoadFailure as failure:
        facts = failure.problem
        assert facts["message"]
    json.dumps(facts)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)), st.binary(max_size=4))
def test_a_damaged_file_never_breaks_the_loader(start, end, put):
    check("student.py", WHOLE[:start] + put + WHOLE[end:])


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@pytest.mark.parametrize("path", ["a.py", "a.ipynb"])
def test_arbitrary_bytes_never_break_the_loader(path, content):
    check(path, content)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["cells", "cell_type", "source", "worksheets"]), inner, max_size=3
            )
        ),
        max_leaves=10,
    )
)
def test_arbitrary_notebooks_never_break_the_loader(document):
    check("a.ipynb", json.dumps(document).encode())
