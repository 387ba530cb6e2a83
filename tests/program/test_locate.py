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


def test_a_function_that_names_the_entries_takes_the_arguments(student, values):
    named = TWO.replace("parameters, cache, X, Y", "A1, A2, W2, X, Y, m")
    named = named.replace('return "right"', "return A2.shape, m")
    entries = (("W1", "b1", "W2", "b2"), ("A1", "A2"), (), ())
    assert student(named, entries=entries).call(values, {}) == ((1, 5), 5)
    assert student(named).loaded["function"] == "backward_propagation"


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


STEP_ONLY = """
class Network:
    def descend(self, parameters, cache, X, Y):
        self.__W1 = self.__W1 - 0.1 * X
"""


@pytest.mark.parametrize(
    ("target", "is_renamed"),
    [("self.__W1", False), ("self.dW1", True), ('self.grads["W1"]', True), ("self.d_W1", True)],
)
def test_what_only_changes_weights_is_not_to_be_renamed(refused, target, is_renamed):
    told = refused(STEP_ONLY.replace("self.__W1 =", f"{target} ="))["message"]
    assert ("Rename it" in told) is is_renamed
    assert ("`Network.descend`, which changes weights and hands nothing back" in told) != is_renamed


LOOP = """
def relu(z): return z * (z > 0)

for epoch in range(9):
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T
    W2 = W2 - dW2
"""


def test_gradients_in_a_loop_are_told_to_stand_outside_of_a_function(refused):
    told = refused(LOOP)["message"]
    assert "It computes gradients outside of any function: write `backward_propagation(" in told
    assert "outside" not in refused(LOOP.replace("dW2", "step"))["message"]


METHOD = """
    def back_prop(dA, slope):
        return dA * slope

    class Net:
        def back_prop(self, ARGUMENTS):
            return back_prop(3, 4)
"""


def test_a_method_that_takes_the_arguments_is_taken_for_a_function_that_does_not(student, values):
    program = student(METHOD.replace("ARGUMENTS", "parameters, cache, X, Y"))
    assert program.call(values, {}) == 12
    said = [note["message"] for note in program.loaded["notes"]]
    assert "`Net.back_prop` is graded: `back_prop` takes other arguments." in said


def test_the_function_is_told_where_the_method_cannot_be_called_either(student):
    program = student(METHOD.replace("ARGUMENTS", "dA"))
    assert program.loaded["signature"] == ["dA", "slope"]


LAYERS = """
    class Dense:
        def __init__(self, W, b):
            self.W, self.b, self.dW = W, b, None

        def forward(self, x):
            return x @ self.W + self.b

        def back_prop(self, dout):
            self.dW = self.x.T @ dout
            return dout @ self.W.T

    class Loss:
        def back_prop(self, dout=1):
            return self.y - self.t
"""
NETWORK = """
    class Net:
        def numerical_gradient(self, X, Y):
            grads = {"dW1": self.W1}
            grads["dW1"] = self.W1
            return grads

        def gradient(self, X, Y):
            grads = {}
            grads["dW1"], grads["db1"] = self.layer.dW, self.layer.db
            return grads
"""


def test_the_backward_pass_of_a_layer_is_not_taken_for_that_of_the_network(student, refused):
    network = NETWORK.replace("def gradient(", "def backward_propagation(")
    for text in (LAYERS + network, network + LAYERS):
        assert student(text).loaded["signature"] == ["X", "Y"]
    assert refused(LAYERS)["message"] == (
        "The file defines no `backward_propagation`. It has the backward pass of single layers, "
        "`Dense.back_prop` and `Loss.back_prop`, which is given the gradient of the layer above. "
        "Write `backward_propagation(parameters, cache, X, Y)`, which goes through all layers and "
        "returns the gradients of the whole network."
    )


def test_what_hands_out_gradients_is_the_one_to_rename(refused):
    for text in (LAYERS + NETWORK, NETWORK):
        told = refused(text)["message"]
        assert told.endswith("It defines `Net.gradient`: is that the one? Rename it.")
    trains = """
        class Net:
            def loss(self, X, Y=None):
                grads = {}
                grads["W1"] = X.T @ Y
                return 1.0, grads

            def train(self, X, Y, parameters, cache):
                loss, grads = self.loss(X, Y)
    """
    assert refused(trains)["message"].endswith("It defines `Net.loss`: is that the one? Rename it.")


def test_gradients_that_nobody_can_ask_for_are_told(refused):
    model = """
        def build_model(X, Y, passes=10):
            for _ in range(passes):
                dW1 = X.T @ Y
                W1 = -dW1
            return {"W1": W1}
    """
    heading = "`backward_propagation(parameters, cache, X, Y)`"
    assert refused(model)["message"].endswith(
        f"It computes gradients in `build_model`, which hands none back: write {heading}, which "
        "returns them."
    )
    alone = "def sigmoid(z):\n    return z\n\ndW2 = 1 / 3 * 4\n"
    assert refused(alone)["message"].endswith(
        f"It computes gradients outside of any function: write {heading}."
    )
    assert refused(alone.replace("1 / 3 * 4", "sigmoid(3)"))["message"].endswith(
        "It defines `sigmoid`."
    )
