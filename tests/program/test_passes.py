"""A method finds on its object what the class's own forward pass leaves there."""

import numpy as np
import pytest

NET = """
    import numpy as np

    class Net:
        def __init__(self, n_x, n_h):
            self.W1 = np.random.randn(n_h, n_x)
            self.b1 = np.zeros((n_h, 1))
            self.W2 = np.random.randn(1, n_h)
            self.b2 = np.zeros((1, 1))

        def forward(self, X):
            self.hidden = np.tanh(self.W1 @ X + self.b1)
            self.z2 = self.hidden
            self.out = 1 / (1 + np.exp(-(self.W2 @ self.hidden + self.b2)))
            return self.out

        def backward_propagation(self, X, Y):
            return {"hidden": self.hidden, "out": self.out}
"""
BACK = 'return {"hidden": self.hidden, "out": self.out}'


def test_what_the_own_pass_leaves_is_there(student, values):
    got = student(NET).call(values, {})
    np.testing.assert_allclose(got["hidden"], values[1]["A1"])
    np.testing.assert_allclose(got["out"], values[1]["A2"])


def test_a_name_of_ours_holds_what_the_class_puts_there(student, values):
    values[1]["Z2"] = values[1]["A2"] - 7
    program = student(NET.replace(BACK, "return self.z2"))
    np.testing.assert_allclose(program.call(values, {}), values[1]["A1"])


@pytest.mark.parametrize(
    ("old", "new"), [("self, X):", "self, X, other):"), ("return self.out", "1 / 0")]
)
def test_a_pass_that_cannot_be_run_leaves_nothing(student, values, old, new):
    program = student(NET.replace(old, new))
    with pytest.raises(AttributeError):
        program.call(values, {})


def test_a_pass_changes_nothing_that_is_given(student, values):
    text = NET.replace("            self.hidden =", "            X *= 1\n            self.hidden =")
    values[2].setflags(write=False)
    assert (student(text).call(values, {})["out"] == values[1]["A2"]).all()
