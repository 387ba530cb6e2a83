"""What a function may return: right numbers are found in whatever form they come."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import Grade, built_in, made_of, source

ONE_EXAMPLE = """
def bprop(known):
    error = known["a2"] - known["y"]
    below = known["W2"].T @ error * known["a1"] * (1 - known["a1"])
    dW2, dW1 = error @ known["a1"].T, below @ known["x"].T
    RETURN
"""
BESIDE = [
    "return {**known, 'dW1': dW1, 'db1': below, 'dW2': dW2, 'db2': error}",
    "return {'dW1': dW1, 'db1': below, 'dW2': dW2, 'db2': error} | known",
    "known.update(dW1=dW1, db1=below, dW2=dW2, db2=error); return known",
    "known.update(W1=dW1, b1=below, W2=dW2, b2=error); return known",
    "return dict(known, dw1=dW1, db1=below, W2=dW2, grad_b2=error)",
]


@pytest.mark.parametrize("returned", BESIDE)
def test_gradients_beside_the_parameters_of_their_names_are_found(
    returned: str, grade_text: Grade
) -> None:
    assert grade_text(ONE_EXAMPLE.replace("RETURN", returned), "single-example").all_correct


def test_a_parameter_that_comes_back_alone_is_the_answer(grade_text: Grade) -> None:
    report = grade_text(ONE_EXAMPLE.replace("RETURN", "return known"), "single-example")
    assert report.score == 0
    assert "parameter-returned" in {finding.id for finding in report.findings}


DEEP = """
def backward_propagation(parameters, cache, X, Y):
    depth, m, grads = len(parameters) // 2, X.shape[1], {}
    delta = (cache[f"A{depth}"] - Y) / m
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer}"] = PACK(delta @ below.T)
        grads[f"db{layer}"] = PACK(delta.sum(axis=1, keepdims=True))
        if layer > 1:
            delta = parameters[f"W{layer}"].T @ delta * SLOPE
    return grads
"""
LISTS = DEEP.replace("PACK", "(lambda array: array.tolist())")


def widened(name: str, width: int) -> Assignment:
    values = asdict(built_in(name))
    values["parts"][0]["network"]["width"] = values["parts"][0]["network"]["inputs"] = (
        width,
        width + 10,
    )
    return made_of(values)


@pytest.mark.parametrize(
    ("assignment", "slope"), [("shallow-tanh", "(1 - below**2)"), ("deep-relu", "(below > 0)")]
)
def test_large_gradients_may_be_nested_lists(assignment: str, slope: str, sandbox: Sandbox) -> None:
    exam = prepare(widened(assignment, 50), 1)
    assert grade(source(LISTS.replace("SLOPE", slope)), exam, sandbox).all_correct


def test_no_size_is_blamed_for_a_limit_of_ours(grade_text: Grade) -> None:
    flood = DEEP.replace("    return", "    if depth > 3: grads['more'] = [0] * 10**6\n    return")
    text = flood.replace("PACK", "").replace("SLOPE", "(1 - below**2)")
    report = grade_text(text, "backprop")
    assert report.problems[0].kind == "output"
    assert "one-depth" not in {finding.id for finding in report.findings}


HOLDERS = {
    "a read-only dict": "import types\nHeld = types.MappingProxyType",
    "a UserDict": "from collections import UserDict as Held",
    "a ChainMap": "import collections\ndef Held(grads):\n"
    "    low = {key: grads[key] for key in ('dW1', 'db1')}\n"
    "    return collections.ChainMap(low, {'dW2': grads['dW2'], 'db2': grads['db2']})",
    "a namespace": "import types\ndef Held(grads): return types.SimpleNamespace(**grads)",
    "a dataclass": "import dataclasses\ndef Held(grads):\n"
    "    kinds = [(name, object) for name in grads]\n"
    "    return dataclasses.make_dataclass('Gradients', kinds)(**grads)",
    "an object with slots": "class Held:\n    __slots__ = 'dW1', 'db1', 'dW2', 'db2', 'more'\n"
    "    def __init__(self, grads):\n"
    "        for name in grads: setattr(self, name, grads[name])",
    "an object": "class Held:\n    def __init__(self, grads):\n"
    "        self.__dict__.update(grads, parent=self, kept=[[[[[grads]]]]])",
    "a mapping": "from collections.abc import Mapping\nclass Held(Mapping):\n"
    "    def __init__(self, grads): self.grads = grads\n"
    "    def __getitem__(self, key): return self.grads[key]\n"
    "    def __iter__(self): return iter(self.grads)\n"
    "    def __len__(self): return 4",
    "what dict() takes": "class Held:\n    def __init__(self, grads): self.grads = [grads]\n"
    "    def keys(self): return self.grads[0].keys()\n"
    "    def __getitem__(self, key): return self.grads[0][key]",
    "a named tuple with more": "import collections\ndef Held(grads):\n"
    "    kind = collections.namedtuple('Gradients', 'db2 dW1 loss dW2 db1')\n"
    "    return kind(loss=0.5, **grads)",
    "masked arrays": "def Held(grads):\n"
    "    return {name: np.ma.masked_invalid(grads[name]) for name in grads}",
    "matrices": "def Held(grads): return {name: np.matrix(grads[name]) for name in grads}",
}
HELD = """
import numpy as np

def found(parameters, cache, X, Y):
    m, error = X.shape[1], cache["A2"] - Y
    below = parameters["W2"].T @ error * (1 - cache["A1"] ** 2)
    dW2, dW1 = error @ cache["A1"].T / m, below @ X.T / m
    return {"dW1": dW1, "db1": below.mean(1, keepdims=True),
            "dW2": dW2, "db2": error.mean(1, keepdims=True)}

def backward_propagation(parameters, cache, X, Y):
    return RETURN
"""


@pytest.mark.parametrize("returned", ["Held(GRADS)", "0.25, Held(GRADS)"])
@pytest.mark.parametrize("holder", HOLDERS)
def test_gradients_are_found_in_what_holds_them_by_name(
    holder: str, returned: str, grade_text: Grade
) -> None:
    text = HOLDERS[holder] + HELD.replace("RETURN", returned)
    assert grade_text(text.replace("GRADS", "found(parameters, cache, X, Y)")).all_correct


@pytest.mark.parametrize(
    "returned",
    [
        "np.array(list(grads.values()), dtype=object)",
        "packed(grads['dW1'], grads['dW2']), packed(grads['db1'], grads['db2'])",
        "{'dW': packed(grads['dW1'], grads['dW2']), 'db': packed(grads['db1'], grads['db2'])}",
    ],
)
def test_an_array_of_arrays_is_a_list_of_them(returned: str, grade_text: Grade) -> None:
    """Older NumPys made one of any list of arrays that differ in shape."""
    packed = "def packed(*arrays):\n    found = np.empty(2, object)\n    found[:] = arrays\n"
    head = HELD.split("def backward")[0] + packed + "    return found\n\n"
    text = "def backward_propagation(parameters, cache, X, Y):\n"
    text += f"    grads = found(parameters, cache, X, Y)\n    return {returned}\n"
    assert grade_text(head + text).all_correct


def test_a_named_tuple_with_other_names_goes_by_its_order(grade_text: Grade) -> None:
    kind = "import collections\nHeld = collections.namedtuple('Gradients', 'w1 b1 w2 b2')"
    grads = "found(parameters, cache, X, Y)"
    text = kind + HELD.replace("RETURN", f"Held(*{grads}.values())")
    assert grade_text(text).all_correct


NESTED = {
    "dicts of layers": "{f'layer {n}': {'dW': g[f'dW{n}'], 'db': g[f'db{n}']} for n in (2, 1)}",
    "pairs of layers": "{n: (g[f'dW{n}'], g[f'db{n}']) for n in (2, 1)}",
    "dicts of kinds": "{f'd{k}': {n: g[f'd{k}{n}'] for n in (2, 1)} for k in 'Wb'}",
    "dicts of kinds by name": "{f'd{k}': {f'{k}{n}': g[f'd{k}{n}'] for n in (2, 1)} for k in 'Wb'}",
    "a dict inside": "{'loss': 0.25, 'grads': g, 'more': {}}",
    "keys in two parts": "{(name[:2], int(name[2:])): value for name, value in g.items()}",
    "pairs with keys": "list(g.items())",
    "pairs with keys, one by one": "((name, value) for name, value in g.items())",
    "items": "g.items()",
    "arrays one by one": "map(g.get, ['dW1', 'db1', 'dW2', 'db2'])",
    "layers one by one": "zip([g['dW1'], g['dW2']], [g['db1'], g['db2']])",
    "kinds one by one": "(map(g.get, ['dW1', 'dW2']), map(g.get, ['db1', 'db2']))",
} | {
    f"keys such as {key}1": f"{{f'{key}{{name[2:]}}{more}': g[name] for name in g}}".replace(
        "W", "{name[1]}"
    )
    for key, more in [("grad_W", ""), ("W", "_grad"), ("gradW", ""), ("nabla_W", ""), ("dL_dW", "")]
}


@pytest.mark.parametrize("form", NESTED)
def test_gradients_are_found_in_dicts_of_dicts_and_in_what_gives_them_one_by_one(
    form: str, grade_text: Grade
) -> None:
    returned = f"(lambda g: {NESTED[form]})(found(parameters, cache, X, Y))"
    assert grade_text(HELD.replace("RETURN", returned)).all_correct


@pytest.mark.parametrize(
    "form",
    [
        "{'dW': {2: g['dW2'], 'top': g['dW1']}, 'db': {1: g['db1'], 2: g['db2']}}",
        "{'layer1': {'dW': g['dW1']}, 'layer2': {'dW': g['dW2'], 'db': g['db2']}}",
        "{'grads': g, 'other': dict(g)}",
        "{'W1': [g['dW1']], 'W2': [g['dW2']]}",
        "[('W1', g['dW1']), ('b1', g['db1']), ('W2', g['dW2']), ('b2', g['db2'])]",
    ],
)
def test_dicts_of_dicts_that_do_not_tell_what_is_what_are_not_guessed(
    form: str, grade_text: Grade
) -> None:
    returned = f"(lambda g: {form})(found(parameters, cache, X, Y))"
    report = grade_text(HELD.replace("RETURN", returned))
    assert report.score == 0


@pytest.mark.parametrize("order", ["w1, b1, w2, b2", "w1, w2, b1, b2", "W2, b2, W1, b1"])
def test_a_tuple_of_gradients_in_variables_named_as_parameters_goes_by_its_shapes(
    order: str, grade_text: Grade
) -> None:
    spelled = order.lower().replace(" ", "").split(",")
    taken = ", ".join(f"grads['d{name.upper().replace('B', 'b')}']" for name in spelled)
    call = "grads = found(parameters, cache, X, Y)"
    text = HELD.replace("return RETURN", f"{call}\n    {order} = {taken}\n    return {order}")
    assert grade_text(text).all_correct


def test_reading_an_answer_is_part_of_its_call(grade_text: Grade) -> None:
    """What a class of the student's own does there is his code's, with his line and his limits."""
    text = HOLDERS["a mapping"].replace("return self.grads[key]", "return self.grads[key + 'x']")
    report = grade_text(text + HELD.replace("RETURN", "Held({'dW1': 1})"))
    assert report.score == 0
    assert (report.problems[0].exception, report.problems[0].line) == ("KeyError", 4)


def test_an_object_without_gradients_is_told_by_what_it_holds(grade_text: Grade) -> None:
    text = HOLDERS["an object"] + HELD.replace("RETURN", "Held({'W1': parameters['W1']})")
    report = grade_text(text)
    assert report.score == 0
    assert "not among the keys returned (W1)" in report.findings[0].message


ONE_UNIT = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    error = (cache["A2"] - Y) / m
    below = parameters["W2"].T @ error * (1 - cache["A1"] ** 2)
    upper, lower = error @ cache["A1"].T, below @ X.T
    above, under = error.sum(axis=1), below.sum(axis=1)
    RETURN
"""
FLAT_AND_WITHOUT_NAMES = [
    "return lower, upper, under, above",
    "return [lower, upper], [under, above]",
    "return [under, above], [lower, upper]",
    "return lower, under, upper, above",
    "return [upper, lower], [above, under]",
    "return (lower, under), (upper, above)",
    "return [{'dW': lower, 'db': under}, {'dW': upper, 'db': above}]",
    "return [{'db': above, 'dW': upper}, {'db': under, 'dW': lower}]",
    "return {'dW': [lower, upper], 'db': [under, above]}",
    "return {'grad_W': (lower, upper), 'grad_b': (under, above)}",
    "return {2: upper, 1: lower}, {1: under, 2: above}",
    "return {'dW1': lower, 'dW2': upper}, {'db1': under, 'db2': above}",
]


@pytest.mark.parametrize("returned", FLAT_AND_WITHOUT_NAMES)
def test_flat_biases_of_one_output_unit_hide_no_order(returned: str, grade_text: Grade) -> None:
    for seed in (1, 2):
        assert grade_text(ONE_UNIT.replace("RETURN", returned), "shallow-tanh", seed).all_correct


@pytest.mark.parametrize(
    "returned",
    [
        "return [lower, upper], [above, under]",
        "return [upper, lower], [under, above]",
        "return [under, above], [upper, lower]",
        "return {'dW': [lower, upper], 'db': [above, under]}",
        "return {'dW': {2: lower, 1: upper}, 'db': {1: under, 2: above}}",
        "return {2: lower, 1: upper}, {1: under, 2: above}",
    ],
)
def test_lists_of_which_one_is_turned_are_wrong(returned: str, grade_text: Grade) -> None:
    report = grade_text(ONE_UNIT.replace("RETURN", returned), "shallow-tanh")
    assert not report.all_correct


@pytest.mark.parametrize(
    "returned",
    [
        "return [{'dW': lower}, {'dW': upper}]",
        "return {'dW': [lower], 'db': [under]}",
        "return [{}]",
        "return {1: lower}, {1: under}",
    ],
)
def test_lists_of_layers_that_lack_something_have_nothing(returned: str, grade_text: Grade) -> None:
    report = grade_text(ONE_UNIT.replace("RETURN", returned), "shallow-tanh")
    assert {row.verdict for row in report.gradients} == {"missing"}
