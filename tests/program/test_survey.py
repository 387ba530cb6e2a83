"""Facts about a whole file, and running whichever of some functions is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck_grader.sandbox import File, Sandbox
from gradcheck_grader.sandbox.child.survey import Survey
from gradcheck_grader.sandbox.facts import read_function
from gradcheck_grader.sandbox.survey import Question, survey

TARGET: dict[str, Any] = {"functions": [], "arguments": [], "owner": None, "main": None}
FILE = '''
import numpy as np
from missing_course_module import sigmoid

class Net:
    def forward(self, X):
        self.A1 = np.tanh(self.W1 @ X)

def backward_propagation(parameters, cache, X, Y, *rest, lambd=0.1, **more):
    """Says cache["Z9"] in words only."""
    (Z1, A1), *others = cache
    W2 = parameters["W2"]
    A2 = cache.get("A2")
    grads = {}
    for l in range(3):
        grads["dW" + str(l)] = cache[f"A{l - 1}"] * parameters["b%d" % l]
    grads["db1"] = helper(Z1)
    return grads

def doubled(Z):
    return sigmoid(Z) * 2

def broken(Z):
    return undefined
'''


def facts_of(text: str, name: str) -> dict[str, Any]:
    found = Survey([("student.py", text.encode())], TARGET).call([[], [], {}], {})
    return next(facts for facts in found if facts["name"] == name)


def test_a_function_is_described_by_what_it_addresses() -> None:
    facts = facts_of(FILE, "backward_propagation")
    assert facts["parameters"] == [
        ("parameters", "required"),
        ("cache", "required"),
        ("X", "required"),
        ("Y", "required"),
        ("rest", "args"),
        ("lambd", "optional"),
        ("more", "kwargs"),
    ]
    keys = facts["keys"]
    assert {("parameters", "W2"), ("cache", "A2"), ("cache", "A{}")} <= set(keys)
    assert {("parameters", "b{}"), ("", "dW{}"), ("", "db1")} <= set(keys)
    assert not any(key == "Z9" for _, key in keys)
    assert facts["unpacks"] == [("cache", ["_", "*"])]
    assert facts["loops"]
    assert "helper" in facts["uses"]


def test_a_method_has_an_owner_and_no_self() -> None:
    facts = facts_of(FILE, "forward")
    assert (facts["owner"], facts["parameters"]) == ("Net", [("X", "required")])


def test_the_first_function_that_runs_answers() -> None:
    asked = Survey([("student.py", FILE.encode())], TARGET)
    value, _ = asked.call([["missing", "broken", "doubled"], [["Z"]], {"Z": np.zeros(2)}], {})
    assert value == pytest.approx(np.ones(2))
    with pytest.raises(NameError):
        asked.call([["broken"], [["Z"]], {"Z": 1.0}], {})


def test_what_a_method_keeps_is_handed_back() -> None:
    asked = Survey([("student.py", FILE.encode())], TARGET)
    given = {"X": np.eye(2), "W1": np.ones((1, 2))}
    value, kept = asked.call([["forward"], [["X", "W1"]], given], {"A1": None})
    assert value is None
    assert kept["A1"] == pytest.approx(np.tanh(np.ones((1, 2))))


def test_every_readable_file_is_described(sandbox: Sandbox) -> None:
    files = (
        File("a.py", b"def f(x): return x"),
        File("b.py", b"def ("),
        File("c.py", b"def g(): pass"),
    )
    question = Question(("g", "f"), (("x",),), {"x": 2.0})
    seen = survey(sandbox, files, None, [question])
    assert [facts.name for facts in seen.functions] == ["f", "g"]
    assert seen.problem is None


def test_a_file_that_cannot_be_read_is_a_problem(sandbox: Sandbox) -> None:
    seen = survey(sandbox, (File("b.py", b"def ("),), None, [Question(("f",), ((),), {})])
    assert seen.problem is not None
    assert (seen.functions, seen.answers) == ((), (None,))


GOOD = {
    "name": "f", "owner": None, "line": 1, "parameters": [("x", "required")], "layout": (0, 2),
}  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        None,
        {},
        GOOD | {"line": "one"},
        GOOD | {"parameters": [("x",)]},
        GOOD | {"keys": 3},
        GOOD | {"unpacks": [("cache", 3)]},
        GOOD | {"uses": [1]},
        GOOD | {"layout": (1, 2, 3)},
    ],
)
def test_nonsense_from_the_child_tells_nothing(facts: Any) -> None:
    assert read_function(GOOD) is not None
    assert read_function(facts) is None
