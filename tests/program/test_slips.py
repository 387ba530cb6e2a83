"""Slips of the pen and unfinished work: what is said instead of Python's own words."""

import bdb

import pytest


def body(*lines):
    return "\n".join(
        ["import numpy as np", "", "def backward_propagation(parameters, cache, X, Y):", *lines]
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "m = 3\n    return 1/m(np.sum(X))",
            "`m` is a number, and `(` after it calls it: is a `*` missing?",
        ),
        ("return X.T()", "`X.T` is an array, not a function: write it without `()`."),
        (
            "return 2 * X(1 - X)",
            "`X` is an array, and `(` after it calls it: is a `*` missing, or is `[` meant?",
        ),
        (
            "return X.shape(1)",
            "`X.shape` is a tuple, not a function: write `X.shape[1]` for its second number.",
        ),
        ("return 1 - X ^ 2", "`^` in `1 - X ^ 2` is no power in Python: a power is `**`."),
        (
            "m = X.shape\n    return (1 / m) * X",
            "`m` is all of `X.shape`, (3, 5), where one number is meant: `X.shape[0]` or "
            "`X.shape[1]`?",
        ),
        (
            "m = X.shape\n    return X.T / m",
            "`m` is all of `X.shape`, (3, 5), where one number is meant: `X.shape[0]` or "
            "`X.shape[1]`?",
        ),
        (
            "return 1 / X.shape",
            "`X.shape` is a whole shape, (3, 5), where one number is meant: `X.shape[0]` or "
            "`X.shape[1]`?",
        ),
        (
            "return X / np.shape(X)",
            "`np.shape(X)` is a whole shape, (3, 5), where one number is meant: `np.shape(X)[0]` "
            "or `np.shape(X)[1]`?",
        ),
        (
            "held = X, Y\n    return held['W3']",
            "`held` is a tuple of 2 items, which have numbers and no names: there is no "
            "`held['W3']`.",
        ),
        (
            "held, L = [X, Y], 2\n    return held[L]",
            "`held` has 2 items, with the numbers 0 to 1; there is no `[L]`, which is 2.",
        ),
        ("held = []\n    return held[-1]", "`held` is empty: it has no item `[-1]`."),
        (
            "return X.shape[2]",
            "`X.shape` is (3, 5): it has 2 items, and none with the number 2.",
        ),
        (
            "Z = X[:2]\n    X[Z <= 0] = 0",
            "The shapes in `X[Z <= 0]` do not fit: (3, 5) and (2, 5).",
        ),
        (
            "mask = X[:2] > 0\n    return X[mask]",
            "The shapes in `X[mask]` do not fit: (3, 5) and (2, 5).",
        ),
        (
            "l = 2\n    return cache['A' + l]",
            "`'A' + l` adds text and a number: `str(...)` around the number makes text of it.",
        ),
        (
            "l = 2\n    return cache[l + 'A']",
            "`l + 'A'` adds text and a number: `str(...)` around the number makes text of it.",
        ),
        (
            "held = X, Y\n    return held.shape[1]",
            "`held` is a tuple of 2 items and no array: it has no `shape`.",
        ),
        (
            "return cache.T",
            "`cache` is a dict of 2 items and no array: it has no `T`.",
        ),
        (
            "return np.dot(2 * X, X.transpose)",
            "`X.transpose` is a method that is not called: are its brackets missing?",
        ),
        (
            "return X.sum / 3",
            "`X.sum` is a method that is not called: are its brackets missing?",
        ),
        (
            "return X @ X.transpose",
            "`X.transpose` is a method that is not called: are its brackets missing?",
        ),
        (
            "turned = X.transpose\n    return X @ turned",
            "`turned` is the method `transpose` of an array, which is not called: are its brackets "
            "missing?",
        ),
        (
            "total = np.zeros(X.shape, dtype=int)\n    total += X",
            "`total` is an array of whole numbers, which cannot take in other ones. How is it "
            "made, and with which dtype?",
        ),
        (
            "X -= cache['A1']",
            "The shapes in `X -= cache['A1']` do not fit: (3, 5) and (4, 5).",
        ),
        ("d == X\n    return d", "`d ==` in line 4 only compares: `=` gives a value."),
        (
            "d == X\n    d = 1\n    return d",
            "`d ==` in line 4 only compares: `=` gives a value.",
        ),
        (
            "d = d + X\n    return d",
            "`d` is read before it has a value. The line needs it, and is the first that sets it.",
        ),
        (
            "e = d * 2\n    d = X\n    return e",
            "`d` is read before it has a value. The first line that sets it comes later: line 5.",
        ),
        (
            "d = X\n    del d\n    return d",
            "`d` is read after `del` in line 5 has removed it.",
        ),
        ("d: int\n    return d", "`d` is read before it has a value. Line 4 gives it none."),
        (
            "try:\n        d = X.missing\n    except AttributeError:\n        pass\n    return d",
            "`d` is read before it has a value. The line that sets it is inside a `try` that "
            "failed.",
        ),
    ],
)
def test_a_slip_is_told_with_what_to_write(failed, line, message):
    assert failed(body(f"    {line}"))["message"] == message


def test_an_endless_recursion_is_told_where_the_function_calls_itself(failed):
    text = body("    Z = np.sum(X)", "    return backward_propagation(parameters, cache, X, Z)")
    problem = failed(text)
    assert (problem["line"], problem["message"]) == (5, "It calls itself without end.")
    assert problem["frames"][0] == "backward_propagation, line 5"
    assert len(problem["frames"]) <= 3


@pytest.mark.parametrize("call", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_a_debugger_is_to_be_removed(failed, call, monkeypatch):
    monkeypatch.setattr("sys.breakpointhook", _quit)
    monkeypatch.setattr("pdb.set_trace", _quit)
    shown = call.split("; ")[-1]
    assert failed(body(f"    {call}", "    return X"))["message"] == (
        f"`{shown}` in line 4 waits for somebody to type: remove it."
    )


def _quit(*_, **__):
    raise bdb.BdbQuit


def test_a_method_without_self_is_told_as_that(failed):
    text = """
        class Net:
            def backward_propagation(cache, X, Y):
                return cache["A1"]
    """
    assert failed(text)["message"] == (
        "`backward_propagation` stands in class `Net` and has no `self`: `cache` gets the object. "
        "Write `self` in front of it, or move the function out of the class."
    )


@pytest.mark.parametrize("attribute", ["A7", "slope(X)"])
def test_an_attribute_that_nothing_sets_is_told_as_that(failed, attribute):
    text = f"""
        class Net:
            def __init__(self):
                self.A1 = load()
            def backward_propagation(self, parameters, cache, X, Y):
                return self.{attribute} * 2
    """
    name = attribute.removesuffix("(X)")
    assert failed(text)["message"] == f"`self.{name}` has no value: nothing in the file sets it."


def test_a_name_that_a_star_import_may_have_given_is_told_as_that(failed):
    text = body("    return g_prime(X)").replace(
        "import numpy", "from course import *\nimport numpy"
    )
    assert failed(text)["message"] == (
        "`g_prime` is not defined in the file, and `course`, of which it imports everything, was "
        "not handed in."
    )


@pytest.mark.parametrize(
    ("helper", "message"),
    [
        ("def down(d):\n    g = None\n    return g", "`g = None` in line 2 is not filled in."),
        ("def down(d):\n    pass", "`pass` in line 2 is not filled in."),
        ("def down(d):\n    g = d * 2", "`down`, line 1, has no `return` with a value."),
        ("def down(d):\n    g = d * 2\n    print(g)\n    return",
         "`down`, line 1, has no `return` with a value."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("use", ["e = down(X)\n    return e * 2", "a, b = down(X)\n    return a"])
def test_nothing_from_a_helper_is_told_of_the_helper(failed, helper, message, use):
    text = f"{helper}\ndef back_prop(parameters, cache, X, Y):\n    {use}\n"
    assert failed(text)["message"] == message


def test_nothing_that_a_helper_is_given_is_told_of_the_caller(failed):
    text = "def down(d):\n    return d * 2.0\ndef back_prop(parameters, cache, X, Y):\n"
    text += "    e = None\n    return down(e)\n"
    assert failed(text)["message"] == "`e = None` in line 4 is not filled in."


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["    grads = X"], "`backward_propagation` has no `return` with a value."),
        (
            ["    grads = X", "    print(grads)"],
            "`backward_propagation` has no `return` with a value. It prints `grads`: return it.",
        ),
        (
            ["    grads = X", "    print({'dW1': grads})"],
            "`backward_propagation` has no `return` with a value. Its last line prints: what is "
            "printed is shown, and not handed back.",
        ),
        (
            ["    grads = X", "    print('done')"],
            "`backward_propagation` has no `return` with a value.",
        ),
        (
            ["    grads = cache", "return grads"],
            "`backward_propagation` has no `return` with a value. The one in line 5 stands outside "
            "of the function: indent it.",
        ),
    ],
)
def test_a_forgotten_return_is_noted(student, lines, message):
    notes = student(body(*lines)).loaded["notes"]
    assert [(note["id"], note["message"]) for note in notes] == [("no-return", message)]


@pytest.mark.parametrize("line", ["return 1 / m", "return m.T", "h['m'] = 2 * X,; return h['m'].T"])
def test_a_comma_that_makes_a_tuple_is_told_with_its_line(failed, line):
    text = body("    h, m = {}, X", "    m = X.shape[1],", *(f"    {s}" for s in line.split("; ")))
    name, number = ("h['m']", 6) if "h" in line else ("m", 5)
    assert (
        failed(text)["message"] == f"`{name}` is a tuple, by the comma at the end of line {number}."
    )


def test_a_tuple_that_is_meant_is_not_told_as_a_comma(failed):
    assert "comma" not in failed(body("    m = (X,)", "    return m.T"))["message"]


def test_a_shape_that_is_meant_as_a_shape_is_not_told(failed):
    message = failed(body("    s = X.shape", "    return np.zeros(s) - cache['A1']"))["message"]
    assert message == "The shapes in `np.zeros(s) - cache['A1']` do not fit: (3, 5) and (4, 5)."


def test_a_method_that_is_handed_on_is_not_told(failed):
    message = failed(body("    return [*map(X.dot, [None])]"))["message"]
    assert "brackets" not in message


@pytest.mark.parametrize(
    ("line", "more"),
    [
        (
            "for layer in reversed(self.layers): Y = layer.backward(Y)",
            " What its layers keep for themselves is not seen: return every dW and db.",
        ),
        (
            "self.W1 -= 0.1 * X",
            " It changes the weights of its object itself: return the gradients.",
        ),
        ("self.W[0] += X", " It changes the weights of its object itself: return the gradients."),
        ("self.backward_once(X)", ""),
        ("X -= 1", ""),
    ],
)
def test_where_the_gradients_are_that_a_method_does_not_return_is_told(student, line, more):
    text = f"class Net:\n    def backward(self, X, Y):\n        {line}\n"
    program = student(text, functions=("backward",), arguments=("X", "Y"))
    told = {note["id"]: note["message"] for note in program.loaded["notes"]}
    assert told["no-return"] == f"`backward` has no `return` with a value.{more}"
