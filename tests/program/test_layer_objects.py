"""Layer objects that an ``__init__`` makes from the weights, and what else it may call."""

import textwrap

import numpy as np
import pytest

LAYERS = """
    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b
        def forward(self, x):
            self.x = x
            return x @ self.W + self.b
    class Relu:
        def forward(self, x):
            return x * (x > 0)
    class Drawn:
        def __init__(self, n):
            self.W = np.random.randn(n)
    def slope(z):
        return z > 0
    def activation(name):
        table = {"relu": (Relu, slope)}
        if name not in table:
            raise ValueError(f"no {name}")
        return table[name]
    class Net:
        def __init__(self, nx, ny, kind="relu"):
            self.params = {}
            self.params["W1"] = 0.01 * np.random.randn(nx, ny)
            self.params["b1"] = np.zeros(ny)
            self.layers = OrderedDict()
            self.layers["one"] = Affine(self.params["W1"], self.params["b1"])
            self.layers["relu"] = Relu()
            self.layers["two"] = Affine(self.params["W2"], self.params["b2"])
            self.last = Relu()
            self.kind, self.slope = activation(kind)
            self.own, _ = self.chosen(kind)
            self.drawn = Drawn(3)
        def chosen(self, kind):
            return activation(kind)
        def backward(self, X, Y, output):
            a = X
            for layer in self.layers.values():
                a = layer.forward(a)
            return list(self.layers), a, self.kind, self.slope(a), self.own
"""
IMPORTS = "import numpy as np\nfrom collections import OrderedDict\n"


def network(student, text):
    target = {"functions": ("backward",), "arguments": ("X", "Y", "AL"), "owner": "*"}
    return student(IMPORTS + textwrap.dedent(text), **target)


def test_layer_objects_are_made_with_the_weights_of_the_call_and_keep_their_order(student):
    rng = np.random.default_rng(3)
    held = {"W1": rng.normal(size=(4, 3)), "b1": rng.normal(size=3)}
    held |= {"W2": rng.normal(size=(3, 2)), "b2": rng.normal(size=2)}
    X = rng.normal(size=(5, 4))
    program = network(student, LAYERS)
    for _ in range(2):
        order, a, kind, slope, own = program.call([X, None, None], {"params": dict(held)})
        right = np.maximum(X @ held["W1"] + held["b1"], 0) @ held["W2"] + held["b2"]
        assert order == ["one", "relu", "two"]
        assert np.array_equal(a, right)
        assert np.array_equal(slope, right > 0)
        assert kind is own
        held["W1"] = held["W1"] + 1


def test_a_layer_that_draws_weights_of_its_own_is_not_made(student):
    text = LAYERS.replace("return list(self.layers)", "return self.drawn")
    with pytest.raises(AttributeError, match="drawn"):
        network(student, text).call([np.ones((5, 4)), None, None], {"params": {}})


def test_what_is_given_is_not_made_again(student):
    text = """
        class Net:
            def __init__(self, kind="relu"):
                self.A1 = self.relu(self.Z1)
                self.size = len(self.Z1)
            def relu(self, z):
                return np.maximum(0, z)
            def backward(self, X, Y, output):
                return self.A1, self.size
    """
    given = {"Z1": np.ones((3, 2)), "A1": np.zeros((3, 2))}
    a1, size = network(student, text).call([1, 2, 3], {"cache": given})
    assert a1 is given["A1"]
    assert size == 3
