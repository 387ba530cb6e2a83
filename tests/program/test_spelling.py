"""Keys of the arguments are spelled as the function spells them."""

from __future__ import annotations

import ast

import pytest

from gradcheck_grader.sandbox.child.reading.places import values_placed
from gradcheck_grader.sandbox.child.reading.spelling import Spelling
from gradcheck_grader.sandbox.child.reading.tree import nodes
from tests.conftest import Grade, right_of

TEXT = """
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    return {
        "dW2": dz2 @ cache["A1"].T / m,
        "db2": dz2.sum(axis=1, keepdims=True) / m,
        "dW1": dz1 @ X.T / m,
        "db1": dz1.sum(axis=1, keepdims=True) / m,
    }
"""


@pytest.mark.parametrize(
    ("read", "keys"),
    [
        (["W1", "W2"], ["W1", "b1", "W2"]),
        (["w1", "w2"], ["w1", "b1", "w2"]),
        (["w{}"], ["w1", "b1", "w2"]),
        (["weight1", "bias{}"], ["weight1", "bias1", "W2"]),
        (["W_1", "b_1", "W_2"], ["W_1", "b_1", "W_2"]),
        (["w1", "W1"], ["W1", "b1", "W2"]),
        ([], ["W1", "b1", "W2"]),
    ],
)
def test_a_key_takes_the_spelling_that_is_read(read: list[str], keys: list[str]) -> None:
    argument = {"W1": 1, "b1": 2, "W2": 3}
    Spelling(read).apply([argument, "text", 3])
    assert list(argument) == keys
    assert list(argument.values()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("old", "new"),
    [('["A', '["a'), ('["W2', '["w2'), ('["W2', '["weight2'), ('"dW', '"dw'), ('"dW', '"dweight')],
)
def test_other_spellings_are_graded_as_they_are(old: str, new: str, grade_text: Grade) -> None:
    report = grade_text(TEXT.replace(old, new))
    assert report.score == 100
    assert not report.findings


@pytest.mark.parametrize(
    ("unpacked", "keys"),
    [([2], ["Z1", "A1"]), ([3], ["A0", "Z1", "A1"]), ([2, 3], ["A0", "Z1", "A1"]), ([1], None)],
)
def test_x_is_no_value_of_the_cache_for_who_unpacks_the_others(
    unpacked: list[int], keys: list[str] | None
) -> None:
    argument = {"A0": 0, "Z1": 1, "A1": 2}
    Spelling([], unpacked).apply([argument])
    assert list(argument) == (keys or ["A0", "Z1", "A1"])


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("A1 = list(cache.values())[1]", False),
        ("A0 = list(cache.values())[0]\nZ1 = list(cache.values())[1]", True),
        ("held = tuple(cache.values())\nZ1, a_1 = held[0], held[1]", False),
        ("held = list(cache.values())\nA1, A2 = held[2], held[4]", True),
        ("Z1, A1, *others = cache.values()", False),
        ("X, Z1, *others = cache.values()", True),
        ("A1 = list(cache.values())[-3]", True),
        ("Z1 = cache[0]", True),
    ],
)
def test_who_counts_in_the_values_of_a_cache_says_whether_x_is_among_them(
    text: str, is_meant: bool
) -> None:
    argument = {"A0": 0, "Z1": 1, "A1": 2, "Z2": 3, "A2": 4}
    Spelling([], placed=values_placed(nodes(ast.parse(text)))).apply([argument])
    assert ("A0" in argument) == is_meant


@pytest.mark.parametrize("values", ["cache.values()", "list(cache.values())"])
def test_the_values_of_a_cache_can_be_unpacked(values: str, grade_text: Grade) -> None:
    text = f"    Z1, A1, Z2, A2 = {values}\n"
    text = (
        TEXT.replace('cache["A1"]', "A1")
        .replace('cache["A2"]', "A2")
        .replace(":\n", f":\n{text}", 1)
    )
    report = grade_text(text)
    assert report.score == 100
    assert not report.findings


@pytest.mark.parametrize(
    ("read", "key"),
    [
        (["X"], "X"),
        (["x"], "x"),
        (["X", "A0"], "A0"),
        (["X", "A{}"], "A0"),
        (["X", "a0"], "a0"),
        (["X", "a{}"], "X"),
        (["A1"], "A0"),
    ],
)
def test_x_is_read_from_the_cache_under_its_own_name(read: list[str], key: str) -> None:
    argument = {"A0": 0, "A1": 2}
    Spelling(read).apply([argument])
    assert next(iter(argument)) == key


@pytest.mark.parametrize("stem", ["a", "a_", "A_"])
def test_x_is_layer_0_in_the_spelling_of_the_other_layers(stem: str) -> None:
    argument = {"A0": 0, "Z1": 1, "A1": 2}
    Spelling([f"{stem}{{}}", "z1"]).apply([argument])
    assert list(argument) == [f"{stem}0", "z1", f"{stem}1"]


OBJECT = """
class Layers:
    def __init__(self, weights, came, blame):
        self.second, self.came, self.blame = weights["W2"], came, blame

    def slopes(self):
        hidden = self.second.T @ self.blame * (1 - self.came["A1"] ** 2)
        return {"w2": self.blame @ self.came["A1"].T, "w1": hidden @ self.came["A0"].T,
                "b2": self.blame.sum(axis=1), "b1": hidden.sum(axis=1)}

def backward_propagation(parameters, cache, X, Y):
    found = Layers(parameters, cache, (cache["A2"] - Y) / Y.shape[1]).slopes()
    dW = {"dW1": found["w1"], "dW2": found["w2"]}
    return {**dW, "db1": found["b1"].reshape(-1, 1), "db2": found["b2"].reshape(-1, 1)}
"""


def test_keys_of_a_dict_of_ones_own_do_not_respell_what_a_helper_reads(grade_text: Grade) -> None:
    report = grade_text(OBJECT)
    assert report.score == 100
    assert not report.findings


@pytest.mark.parametrize(
    ("from_arguments", "in_helpers", "key"),
    [([], [], "w1"), ([], ["W1"], "W1"), ([], ["W{}"], "W1"), (["w1"], ["W1"], "w1")],
)
def test_what_is_read_from_an_argument_tells_most(
    from_arguments: list[str], in_helpers: list[str], key: str
) -> None:
    argument = {"W1": 1}
    Spelling(["w1"], (), from_arguments, in_helpers).apply([argument])
    assert [*argument] == [key]


def test_what_a_hidden_layer_gives_may_be_called_h(grade_text: Grade) -> None:
    text = right_of("single-example")
    for layer in "12":
        text = text.replace(f"a{layer}", f"h{layer}")
    report = grade_text(text, "single-example")
    assert report.score == 100
    assert not report.findings


def test_h_beside_a_is_something_else() -> None:
    argument = {"Z1": 1, "A1": 2}
    Spelling(["h1", "A1"], from_arguments=["h1", "A1"]).apply([argument])
    assert list(argument) == ["Z1", "A1"]


def test_keys_of_gradients_do_not_hide_the_spelling_of_the_parameters(grade_text: Grade) -> None:
    text = TEXT.replace('parameters["W2"]', 'parameters["w2"]')
    text = text.replace("    return {", '    kept = {"W2": 0, "W1": 0}\n    return {')
    assert grade_text(text).score == 100


LOOP = """
def backward_propagation(parameters, cache, X, Y):
    top = len(parameters) // 2
    error = (cache["a%d" % top] - Y) / Y.shape[1]
    grads = {}
    for k in range(top, 0, -1):
        below = cache["a%d" % (k - 1)]
        grads["dw%d" % k] = error @ below.T
        grads["db%d" % k] = error.sum(axis=1, keepdims=True)
        error = parameters["w%d" % k].T @ error * (1 - below**2)
    return grads
"""


def test_a_loop_down_to_layer_0_is_graded_in_small_letters(grade_text: Grade) -> None:
    report = grade_text(LOOP)
    assert report.score == 100
    assert not report.findings
