"""A function that is written for its file's own cache gets that, if its forward pass is right."""

from __future__ import annotations

from textwrap import dedent

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, changed

SHALLOW = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def HEADING:
    pre = p["W1"] @ X + p["b1"]
    hidden = np.tanh(pre)
    out = sigmoid(p["W2"] @ hidden + p["b2"])
    return RETURNED

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    hidden, out = TAKEN
    dZ2 = out - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - hidden ** 2)
    return {
        "dW2": dZ2 @ hidden.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
        "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m,
    }
"""
BY_NAME = 'cache["hidden"], cache["out"]'
FORMS = {
    "dict and output": ("out, {'hidden': hidden, 'out': out}", BY_NAME),
    "dict first": ("{'hidden': hidden, 'out': out}, out", BY_NAME),
    "dict alone": ("{'hidden': hidden, 'out': out}", BY_NAME),
    "tuple": ("out, (pre, hidden, out)", "cache[1:]"),
    "flat": ("pre, hidden, out", "cache[1:]"),
    "nested": ("out, [(X, hidden), {'o': [out]}]", 'cache[0][1], cache[1]["o"][0]'),
}
DEEP = """
    import numpy as np

    def model_forward(X, params):
        A, caches, L = X, [(None, None, None, X)], len(params) // 2
        for l in range(1, L + 1):
            W, b = params["W" + str(l)], params["b" + str(l)]
            Z = W @ A + b
            A = 1 / (1 + np.exp(-Z)) if l == L else np.maximum(Z, 0)
            caches.append((W, b, Z, A))
        return A, caches

    def L_model_backward(AL, Y, caches):
        grads, dZ, m = {}, AL - Y, Y.shape[1]
        for l in range(len(caches) - 1, 0, -1):
            grads[f"dW{l}"] = dZ @ caches[l - 1][3].T / m
            grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
            if l > 1:
                dZ = caches[l][0].T @ dZ * (caches[l - 1][2] > 0)
        return grads
"""


TWO_NAMES = """
    import numpy as np

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def forward(X, p):
        A1 = p["W1"] @ X + p["b1"]
        Z1 = sigmoid(A1)
        A2 = p["W2"] @ Z1 + p["b2"]
        Z2 = sigmoid(A2)
        return Z2, {"A1": A1, "Z1": Z1, "A2": A2, "Z2": Z2}

    def backward(p, cache, X, Y):
        m = X.shape[1]
        Z1, Z2 = cache["Z1"], cache["Z2"]
        d2 = Z2 - Y
        d1 = p["W2"].T @ d2 * Z1 * (1 - Z1)
        return {
            "dW2": d2 @ Z1.T / m, "db2": d2.sum(axis=1, keepdims=True) / m,
            "dW1": d1 @ X.T / m, "db1": d1.sum(axis=1, keepdims=True) / m,
        }
"""
BY_DEPTH = """
    import numpy as np

    def forward(X, p, L):
        held = {"A0": X}
        for l in range(1, L + 1):
            held[f"W{l}"] = p[f"W{l}"]
            Z = p[f"W{l}"] @ held[f"A{l - 1}"] + p[f"b{l}"]
            held[f"A{l}"] = 1 / (1 + np.exp(-Z)) if l == L else np.maximum(Z, 0)
        return held[f"A{L}"], held

    def L_model_backward(AL, Y, caches):
        grads, dZ, m = {}, AL - Y, Y.shape[1]
        for l in range(len(caches) // 2, 0, -1):
            A = caches[f"A{l - 1}"]
            grads[f"dW{l}"] = dZ @ A.T / m
            grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
            dZ = caches[f"W{l}"].T @ dZ * (A > 0)
        return grads
"""
IN_PLACE = """
    import numpy as np

    def forward(X, weights, L):
        held = [X]
        for l in range(1, L + 1):
            Z = weights[f"W{l}"] @ held[-1] + weights[f"b{l}"]
            E = np.exp(Z - Z.max(axis=0))
            held.append(E / E.sum(axis=0) if l == L else np.tanh(Z))
        return held

    def gradient_descent(Y, weights, cache, alpha, L):
        dZ, m = cache[-1] - Y, Y.shape[1]
        for l in range(L, 0, -1):
            W, A = weights[f"W{l}"].copy(), cache[l - 1]
            weights[f"W{l}"] -= alpha * (dZ @ A.T) / m
            weights[f"b{l}"] -= alpha * dZ.sum(axis=1, keepdims=True) / m
            dZ = W.T @ dZ * (1 - A**2)
"""
SCORES = """
    import numpy as np

    def forward(X, p):
        hidden = np.maximum(0, X @ p["W1"] + p["b1"])
        scores = hidden @ p["W2"] + p["b2"]
        return scores, {"hidden": hidden, "scores": scores}

    def backward(X, y, p, cache):
        E = np.exp(cache["scores"] - cache["scores"].max(axis=1, keepdims=True))
        d2 = E / E.sum(axis=1, keepdims=True)
        d2[np.arange(len(y)), y] -= 1
        d2 /= len(y)
        d1 = d2 @ p["W2"].T * (cache["hidden"] > 0)
        return {
            "W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": cache["hidden"].T @ d2, "b2": d2.sum(axis=0)
        }
"""
OBJECTS = {
    "named tuple": 'namedtuple("Cache", "hidden out")',
    "object": "SimpleNamespace",
    "default dict": "partial(defaultdict, list)",
}


def shallow(returned: str, taken: str, heading: str = "forward(X, p)") -> str:
    return changed(SHALLOW, ("RETURNED", returned), ("TAKEN", taken), ("HEADING", heading))


def ids(report: GradeReport) -> list[str]:
    return [finding.id for finding in report.findings]


@pytest.mark.parametrize("form", FORMS)
def test_a_cache_of_any_form_is_passed(form: str, grade_text: Grade) -> None:
    report = grade_text(shallow(*FORMS[form]))
    assert report.score == 100
    assert ids(report) == ["own-cache"]
    assert "the file's own `forward` makes" in report.findings[0].message


@pytest.mark.parametrize(
    "heading", ["propagate(p, X)", "fprop(data, p)", "feed_forward(X, p, quiet=True)"]
)
def test_the_pass_may_be_called_otherwise(heading: str, grade_text: Grade) -> None:
    text = shallow(*FORMS["tuple"], heading=heading)
    text = text.replace("@ X + p", "@ data + p") if "data" in heading else text
    assert grade_text(text).score == 100


def test_a_pass_that_takes_weights_one_by_one_gets_them(grade_text: Grade) -> None:
    text = shallow(*FORMS["dict alone"], heading="forward(X, W1, b1, W2, b2)")
    for name in ("W1", "b1", "W2", "b2"):
        text = text.replace(f'p["{name}"]', name)
    assert grade_text(text).score == 100


def test_a_cache_for_each_layer_may_have_another_form(grade_text: Grade) -> None:
    report = grade_text(dedent(DEEP), "l-model-backward")
    assert report.score == 100
    assert ids(report) == ["own-cache"]


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_cache_may_be_an_object(kind: str, grade_text: Grade) -> None:
    is_dict = kind == "default dict"
    taken = BY_NAME if is_dict else "cache.hidden, cache.out"
    text = shallow("out, Cache(hidden=hidden, out=out)", taken)
    imports = (
        "from collections import defaultdict, namedtuple\nfrom functools import partial\n"
        f"from types import SimpleNamespace\nCache = {OBJECTS[kind]}\n"
    )
    report = grade_text(imports + text)
    assert (report.score, ids(report)) == (100, ["own-cache"])


def test_scores_before_the_softmax_are_an_output(grade_text: Grade) -> None:
    assert grade_text(dedent(SCORES), "two-layer-net").score == 100


def test_of_several_passes_the_one_that_fits_is_taken(grade_text: Grade) -> None:
    others = """
def forward_old(X, p):
    return np.tanh(p["W1"] @ X + p["b1"])

def predict_forward(X, p):
    return forward(X, p)[0] > 0.5

def feed_and_train(X, Y, p):
    while True:
        _, cache = forward(X, p)
        backward_propagation(p, cache, X, Y)
"""
    assert grade_text(shallow(*FORMS["tuple"]) + others).score == 100


@pytest.mark.parametrize("size", ["layer_dims", "L", "m"])
def test_a_pass_that_takes_a_size_gets_it(size: str, grade_text: Grade) -> None:
    text = shallow(*FORMS["tuple"], heading=f"forward(X, p, {size})")
    right = {"layer_dims": "len(layer_dims) == 3", "L": "L == 2", "m": "m == X.shape[1]"}[size]
    assert grade_text(changed(text, ("    pre =", f"    assert {right}\n    pre ="))).score == 100


def test_a_step_in_place_is_taken_once(grade_text: Grade) -> None:
    report = grade_text(dedent(IN_PLACE), "update-in-place")
    assert (report.score, ids(report)) == (100, ["own-cache"])


def test_a_function_that_stops_only_in_some_networks_gets_it_in_all(grade_text: Grade) -> None:
    report = grade_text(dedent(BY_DEPTH), "l-model-backward")
    assert (report.score, ids(report)) == (100, ["own-cache"])


def test_other_things_under_the_names_of_the_task_are_read(grade_text: Grade) -> None:
    report = grade_text(dedent(TWO_NAMES), "shallow-sigmoid")
    assert (report.score, ids(report)) == (100, ["own-cache"])


def test_a_slip_is_found_behind_such_names(grade_text: Grade) -> None:
    text = changed(dedent(TWO_NAMES), ("d2 @ Z1.T / m", "d2 @ Z1.T"))
    report = grade_text(text, "shallow-sigmoid")
    assert report.score == 75
    assert set(ids(report)) == {"own-cache", "missing-mean"}


def test_names_that_no_pass_of_the_file_gives_stay_wrong(grade_text: Grade) -> None:
    text = changed(dedent(TWO_NAMES), ('{"A1": A1, "Z1": Z1,', '{"A1": Z1, "Z1": A1,'))
    text = changed(text, ('"A2": A2, "Z2": Z2', '"A2": Z2, "Z2": A2'))
    report = grade_text(text, "shallow-sigmoid")
    assert report.score == 0
    assert "own-cache" not in ids(report)


def test_a_slip_is_found_behind_it(grade_text: Grade) -> None:
    text = changed(shallow(*FORMS["tuple"]), ("1 - hidden ** 2", "hidden * (1 - hidden)"))
    report = grade_text(text)
    assert report.score == 50
    assert set(ids(report)) == {"own-cache", "wrong-derivative-sigmoid"}


def test_what_the_task_passes_is_used_where_it_can_be(grade_text: Grade) -> None:
    """The file's own pass would be a wrong one."""
    text = shallow("out, {'A1': 2 * hidden, 'A2': out}", 'cache["A1"], cache["A2"]')
    report = grade_text(text)
    assert (report.score, ids(report)) == (100, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.tanh(pre)", "np.maximum(pre, 0)"),
        ("'hidden': hidden", "'hiden': hidden"),
        ("return out", "return cache, out"),
        ("def forward", "def compute"),
    ],
    ids=["another network", "a key of neither", "a pass that stops", "no pass"],
)
def test_a_pass_that_does_not_help_changes_nothing(old: str, new: str, grade_text: Grade) -> None:
    report = grade_text(changed(shallow(*FORMS["dict and output"]), (old, new)))
    assert report.score == 0
    assert "own-cache" not in ids(report)
    assert "`cache` has no key 'hidden'" in report.problems[0].message


def test_what_a_pass_prints_or_changes_is_not_seen(grade_text: Grade) -> None:
    noisy = 'print("forward"); p["W1"] *= 1; X *= 1; X += 0; p["W2"] = p["W2"] * 1'
    text = changed(shallow(*FORMS["tuple"]), ("    pre =", f"    {noisy}\n    pre ="))
    report = grade_text(text)
    assert (report.score, report.output, ids(report)) == (100, "", ["own-cache"])
