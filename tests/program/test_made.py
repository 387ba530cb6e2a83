"""Functions and objects that a call at the top of a file makes: there if it costs nothing."""

import pytest


def returned(program, values):
    return program.call(values, {})


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "print('made')",
        "return load('made.npz')",
        "for k in range(10 ** 9): pass",
        "global kept\n    kept = 1",
        "yield 3",
        "return make()",
    ],
)
def test_a_function_that_does_more_than_put_together_is_not_called(body, refused):
    text = f"def make():\n    {body}\n\n\nbackward_propagation = make()\n"
    assert "`backward_propagation = make()`, which is not run" in refused(text)["message"]


def test_a_function_that_another_one_returns_is_taken(student, values):
    program = student(
        """
        def make(scale):
            factor = 2 * scale
            def inner(parameters, cache, X, Y):
                return factor * X.sum()
            return inner

        backward_propagation = make(scale=1.5)
        """
    )
    assert returned(program, values) == 3 * values[2].sum()


NETWORK = """
import numpy as np

class Net:
    def __init__(self, sizes=(2, 3)):
        {body}

    def total(self, X):
        return X.sum()

net = Net([4, 3, 1])

def backward_propagation(parameters, cache, X, Y):
    return net.total(X)
"""


@pytest.mark.parametrize(
    "body",
    [
        "np.random.seed(1); self.w = 2 * np.random.random((3, 1)) - 1",
        "self.w = [np.random.randn(n, k) * 0.1 for k, n in zip(sizes[:-1], sizes[1:])]",
        "self.w = []\n        for n in sizes: self.w.append(np.zeros((n, 1)))",
        "n = len(sizes); self.w = {i: np.ones(i) for i in range(n)}",
    ],
)
def test_an_object_that_begins_a_network_of_its_own_is_there(body, student, values):
    assert returned(student(NETWORK.format(body=body)), values) == values[2].sum()


@pytest.mark.parametrize(
    "body", ["self.data = np.load('train.npz')", "print(sizes)", "while sizes: pass", "self.fit()"]
)
def test_an_object_that_does_more_when_it_is_made_is_not(body, student, values):
    with pytest.raises(NameError):
        returned(student(NETWORK.format(body=body)), values)
