"""Functions that are methods of a class."""

import numpy as np
import pytest

NET = """
import numpy as np

class Base:
    def __init__(self, slope=0.5):
        self.slope = slope

class Net(Base):
    def __init__(self, sizes, reg=0.25, data=None):
        super().__init__()
        self.reg = reg
        self.name, self.ready = "net", True
        self.table = [1, 2]
        self.weights = np.random.randn(1 / 0)

    def backward(self, X, y, output):
        return X.sum() * self.scale, self.reg, self.slope, self.table
"""


def make(student, text=NET, **changed):
    target = {"functions": ("backward",), "arguments": ("X", "Y", "AL"), "owner": "*"}
    return student(text, **(target | changed))


def test_a_method_gets_an_object_that_was_never_initialised(student):
    program = make(student)
    X = np.ones((2, 3))
    assert program.call([X, None, None], {"scale": 2}) == (12, 0.25, 0.5, [1, 2])
    assert program.loaded["function"] == "backward"
    assert program.loaded["signature"] == ["X", "y", "output"]
    assert program.loaded["line"] == 16


def test_each_call_gets_an_object_of_its_own(student):
    text = """
    class Net:
        def __init__(self):
            self.seen = []
        def backward(self, X, y, output):
            self.seen.append(1)
            return len(self.seen)
    """
    program = make(student, text)
    assert [program.call([1, 2, 3], {}) for _ in range(2)] == [1, 1]


def test_attributes_are_given_back_as_the_method_left_them(student):
    text = """
    class Net:
        def backward(self, X, y, output):
            self.W = self.W - 1
            self.b -= 1
    """
    attributes = {"W": 3, "b": np.ones(2)}
    make(student, text).call([1, 2, 3], attributes)
    assert attributes["W"] == 2
    assert (attributes["b"] == 0).all()


def test_private_attributes_behind_a_property_are_set_and_given_back(student):
    text = """
    class Net:
        def __init__(self, nx):
            self.__W = nx
        @property
        def W(self):
            return self.__W
        def gradient_descent(self, X, Y, A, alpha=0.5):
            self.__W = self.__W - alpha * X
    """
    program = make(student, text, functions=("gradient_descent",))
    attributes = {"W": 3}
    program.call([2, None, None], attributes)
    assert attributes == {"W": 2}


def test_private_methods_are_found_by_the_class(student):
    text = """
    class Net:
        def __double(self, x):
            return 2 * x
        def backward(self, X, y, output):
            return self.__double(X)
    """
    assert make(student, text).call([4, None, None], {}) == 8


def test_the_class_whose_arguments_fit_best_is_taken(student, note_ids):
    text = """
    class Dense:
        def backward(self, delta):
            return 1
    class Network:
        def backward(self, X, Y, AL):
            return 2
    class Relu:
        def backward(self, delta):
            return 3
    """
    program = make(student, text)
    assert program.call([0, 0, 0], {}) == 2
    assert note_ids(program) == ["method"]


def test_a_named_class_is_taken(student):
    text = (
        "class A:\n  def backward(self, X): return 1\nclass B:\n  def backward(self, X): return 2"
    )
    assert make(student, text, owner="A").call([0, 0, 0], {}) == 1


def test_a_static_method_needs_no_object(student):
    text = """
    class Net:
        @staticmethod
        def backward(X, y, output):
            return X
        @classmethod
        def other(cls, X):
            return X
    """
    assert make(student, text).call([4, None, None], {}) == 4


def test_a_method_stands_in_for_a_function(student, values, note_ids):
    text = """
    class Net:
        def backward_propagation(self, parameters, cache, X, Y):
            return self.X is X
    """
    program = student(text)
    assert program.call(values, {}) is True
    assert program.loaded["notes"] == [
        {
            "id": "method",
            "message": "`backward_propagation` is taken as a method of class `Net`.",
            "line": 3,
        }
    ]


def test_a_method_without_its_class_is_a_function(student, values):
    text = "def backward_propagation(self, parameters, cache, X, Y):\n    return X\n"
    program = student(text)
    assert program.call(values, {}) is values[2]
    assert program.loaded["signature"] == ["parameters", "cache", "X", "Y"]


def test_a_function_stands_in_for_a_method(student):
    assert make(student, "def backward(X, y, yhat): return X").call([4, 5, 6], {}) == 4


def test_bases_that_are_not_here_are_left_away(student):
    text = """
    import torch.nn as nn
    from sklearn.base import BaseEstimator
    from framework import Layer
    class Net(nn.Module, BaseEstimator, Layer):
        def backward(self, X, y, output):
            return X
    """
    assert make(student, text).call([4, 5, 6], {}) == 4


def test_a_class_is_made_without_what_cannot_be_made(student, note_ids):
    text = """
    from framework import register
    @register("net")
    class Net(Missing, metaclass=Other):
        rate = schedule(3)
        reg = 2
        @lazy
        def scale(self):
            return self.reg
        @property
        def twice(self):
            return 2
        def backward(self, X, y, output=compute()):
            return X * self.scale() * self.twice
    """
    program = make(student, text)
    assert program.call([4, 5, 6], {}) == 16
    assert note_ids(program) == ["simplified"]


def test_objects_with_slots_or_a_constructor_in_c_are_made(student):
    for text in (
        "from abc import *\nclass Net(ABC):\n  @abstractmethod\n  def forward(self): pass\n"
        "  def backward(self, X, y, output): return self.W",
        "class Net:\n  __slots__ = ('W',)\n  def backward(self, X, y, output): return self.W",
        "class Net(dict):\n  def backward(self, X, y, output): return self.W",
    ):
        assert make(student, text).call([4, 5, 6], {"W": 1}) == 1


def test_an_object_that_cannot_be_made_is_a_problem(refused):
    text = "class Net(int):\n  def __new__(cls, n): pass\n  def backward(self, X): return X"
    problem = refused(text, functions=("backward",), owner="Net")
    assert problem["kind"] == "error"


def test_an_attribute_that_init_would_have_set_is_named(student):
    text = """
    class Net:
        def __init__(self, data):
            self.momentum = len(data)
        def backward(self, X, y, output):
            return self.momentum
    """
    program = make(student, text)
    try:
        program.call([1, 2, 3], {})
    except AttributeError as error:
        problem = program.explain(error)
    assert problem["message"] == (
        "`self.momentum` has no value: `__init__` is not run when the method is graded. "
        "Take it from the arguments."
    )


@pytest.mark.parametrize("owner", [None, "Net"])
def test_an_object_that_their_own_code_makes_has_had_its_init(student, owner):
    text = """
    class Layer:
        def __init__(self):
            self.size = 1
        def slope(self):
            return self.rate
    class Net:
        def __init__(self):
            self.rate = 0.5
        def backward(self, X, y, output):
            return Layer().slope()
    def backward(X, y, output):
        return Layer().slope()
    """
    program = make(student, text, owner=owner)
    with pytest.raises(AttributeError) as raised:
        program.call([1, 2, 3], {})
    said = program.explain(raised.value)["message"]
    assert said == "It stopped with AttributeError: 'Layer' object has no attribute 'rate'"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("self.kind = kind", "tanh"),
        ("self.__kind = kind", "tanh"),
        ("self.kind: Unknown = kind", "tanh"),
        ("self.kind, self.other = kind, 2", "tanh"),
        ("chosen = kind\n        self.kind = chosen", "tanh"),
        ("self.first = kind\n        self.kind = self.first", "tanh"),
        ("self.kind = self.TABLE[kind]", "slope"),
        ("self.kind = 'a' if kind == 'relu' else 'b'", "b"),
        ("if kind == 'tanh': self.kind = 1\n        else: self.kind = 2", 1),
        ("if size > 2: self.kind = 1\n        self.kind = 3", 3),  # nobody knows the size
    ],
)
def test_init_sets_what_can_be_told_without_running_it(student, line, expected):
    read = "self.__kind" if "__kind" in line else "self.kind"
    text = f"""
class Net:
    TABLE = {{"tanh": "slope"}}
    def __init__(self, size, kind="tanh"):
        {line}
        self.W = train(size)
    def backward(self, X, y, output):
        return {read}
"""
    assert make(student, text).call([0, 0, 0], {}) == expected


@pytest.mark.parametrize("name", ["params", "__params", "_parameters", "parameters"])
def test_an_object_has_the_arguments_under_names_of_one_meaning(student, values, name):
    text = f"""
    class Net:
        def __init__(self):
            self.{name} = {{}}
        def backward_propagation(self, X, Y):
            return self.{name}["W1"]
    """
    assert student(text).call(values, {}) is values[0]["W1"]


def test_attributes_of_one_meaning_are_kept_apart_where_both_are_given(student, values):
    text = """
    class Net:
        def __init__(self):
            self.cache = {}
        def backward_propagation(self, X, Y):
            self.cache["Z1"] = X
            self.caches.append(X)
    """
    given = {"cache": {}, "caches": []}
    student(text).call(values, given)
    assert set(given["cache"]) == {"Z1"}
    assert len(given["caches"]) == 1


def test_an_object_has_the_entries_one_by_one(student, values):
    text = """
    class Net:
        def A2(self):
            return "its own"
        def backward_propagation(self, X, Y):
            return self.W1, self.a1, self.A2()
    """
    found = student(text).call(values, {})
    assert found[0] is values[0]["W1"]
    assert found[1] is values[1]["A1"]
    assert found[2] == "its own"


def test_what_a_class_says_that_it_is_stays_so(student, values):
    text = """
    class Net:
        def __init__(self, t=7):
            self.t = t  # means a target elsewhere
        def backward_propagation(self, X, Y):
            return self.t
    """
    assert student(text).call(values, {}) == 7


def test_an_argument_that_a_method_puts_anew_is_given_back(student, values):
    text = """
    class Net:
        def backward_propagation(self, X, Y):
            self.parameters = {"W1": 1}
    """
    attributes = {}
    student(text).call(values, attributes)
    assert attributes == {"parameters": {"W1": 1}}


@pytest.mark.parametrize("attached", ["Net.backward_propagation = backward_propagation", "pass"])
def test_a_method_outside_its_class_has_an_object_of_it(student, values, attached):
    text = f"""
    class Net:
        def double(self, x):
            return 2 * x
    def backward_propagation(self, X, Y):
        return self.double(self.cache["A1"]), self.params["W1"]
    {attached}
    """
    doubled, W1 = student(text).call(values, {})
    assert (doubled == 2 * values[1]["A1"]).all()
    assert W1 is values[0]["W1"]


UNSET = """
    class Net:
        def __init__(self, nx, data):
            self.W_hidden = np.random.randn(nx, 3) * 0.1
            self.rate = len(data)
        def forward(self, X, rate):
            self.A, self.Z = X * self.rate, X
            return X
        def predict(self, X, rate):
            self.hidden = X @ self.W_hidden
        def backward(self, X, y, output):
            return self.{name}
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "W_hidden",
            "`__init__` is not run when the method is graded. A weight or a bias of the call is "
            "there under the number of its layer, as `self.W1` or `self.b1`.",
        ),
        (
            "hidden",
            "`__init__` is not run when the method is graded. A weight or a bias of the call is "
            "there under the number of its layer, as `self.W1` or `self.b1`.",
        ),
        ("rate", "`__init__` is not run when the method is graded. Take it from the arguments."),
        (
            "A",
            "`forward`, which would set it, was not run before or stopped. Take it from the "
            "arguments.",
        ),
    ],
)
def test_what_is_never_set_is_told_by_what_would_set_it(student, name, said):
    program = make(student, UNSET.format(name=name))
    with pytest.raises(AttributeError) as raised:
        program.call([np.ones((2, 2)), 2, 3], {})
    also = ", as `self.W_hidden` has none" if name == "hidden" else ""
    assert program.explain(raised.value)["message"] == f"`self.{name}` has no value{also}: {said}"
