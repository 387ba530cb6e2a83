"""Arguments go out in the student's layout and names; answers come back in any honest form."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gradcheck_grader.answer import read_answer
from gradcheck_grader.assignment import Part
from gradcheck_grader.errors import AssignmentError, visible
from gradcheck_grader.in_place import updated_in_place
from gradcheck_grader.interface import (
    call_arguments,
    call_attributes,
    symbolic_shape,
)
from gradcheck_grader.sandbox.job import Opaque, Subclass, Value
from gradcheck_grader.trials import Trial, draw_trials
from tests.conftest import built_in


def part_and_trial(name: str) -> tuple[Part, Trial]:
    part = built_in(name).parts[0]
    return part, draw_trials(part, 1)[0]


def fault(answer: Value, name: str = "dW1", assignment: str = "shallow-tanh") -> str | None:
    part, trial = part_and_trial(assignment)
    return read_answer(part, trial, answer)[name].fault


def test_the_four_arguments_are_those_of_the_handout() -> None:
    part, trial = part_and_trial("shallow-tanh")
    parameters, cache, X, Y = call_arguments(part, trial)
    assert isinstance(parameters, dict)
    assert isinstance(cache, dict)
    assert list(parameters) == ["W1", "b1", "W2", "b2"]
    assert list(cache) == ["A0", "Z1", "A1", "Z2", "A2"]
    assert np.array_equal(X, trial.problem.X)
    assert np.array_equal(Y, trial.problem.Y)


def test_the_cache_is_consistent_with_the_parameters() -> None:
    """A student who recomputes the forward pass is right."""
    part, trial = part_and_trial("shallow-tanh")
    parameters, cache, X, _ = call_arguments(part, trial)
    assert np.allclose(np.tanh(parameters["W1"] @ X + parameters["b1"]), cache["A1"], rtol=1e-15)


def test_nothing_of_ours_is_shared_with_the_call() -> None:
    part, trial = part_and_trial("shallow-tanh")
    parameters, cache, X, Y = call_arguments(part, trial)
    for array in (*parameters.values(), *cache.values(), X, Y):
        array[...] = 0.0
    assert trial.problem.X.any()
    assert trial.cache["A1"].any()
    assert trial.problem.parameters["W1"].any()


def test_rows_turn_every_array() -> None:
    part, trial = part_and_trial("squared-error")
    parameters, cache, X, _ = call_arguments(part, trial)
    inputs, hidden, _ = trial.problem.network.widths
    assert X.shape == (trial.problem.m, inputs)
    assert parameters["W1"].shape == (inputs, hidden)
    assert parameters["b1"].shape == (1, hidden)
    assert np.allclose(X @ parameters["W1"] + parameters["b1"], cache["Z1"], rtol=1e-14)
    assert symbolic_shape(part, "dW1") == "(n0, n1)"
    assert symbolic_shape(part, "db1") == "(1, n1)"


def test_one_dict_holds_everything_under_the_texts_own_names() -> None:
    part, trial = part_and_trial("single-example")
    (everything,) = call_arguments(part, trial)
    assert {"x", "y", "z1", "a1", "z2", "a2", "loss", "W1", "b1", "W2", "b2"} == set(everything)
    assert everything["loss"].shape == (1, 1)


@pytest.mark.parametrize("keys", [("W1", "b1", "W2", "b2"), ("dW1", "db1", "dW2", "db2")])
def test_the_single_example_takes_both_spellings(keys: tuple[str, ...]) -> None:
    part, trial = part_and_trial("single-example")
    answer = {key: trial.truth["d" + key.removeprefix("d")] for key in keys}
    assert all(entry.fault is None for entry in read_answer(part, trial, answer).values())


def test_the_cache_has_the_order_of_the_starter() -> None:
    part, trial = part_and_trial("single-example")
    (cache,) = call_arguments(part, trial)
    expected = "x y z1 a1 z2 a2 loss W1 b1 W2 b2"
    assert list(cache) == expected.split()  # type: ignore[arg-type]


def test_keys_count_in_any_case_and_extra_keys_are_ignored() -> None:
    part, trial = part_and_trial("shallow-tanh")
    answer = {name.lower(): value for name, value in trial.truth.items()} | {"dZ2": Opaque("x")}
    assert all(entry.fault is None for entry in read_answer(part, trial, answer).values())


@pytest.mark.parametrize("answer", [None, 3.0, Opaque("module"), "text", [], {}])
def test_what_is_no_dict_of_gradients_is_missing(answer: Value) -> None:
    assert fault(answer) == "missing"


@pytest.mark.parametrize(
    "value",
    [None, "text", Opaque("function"), [[1.0], [2.0, 3.0]], [None, None], 1j, np.ones((2, 2)) * 1j],
)
def test_what_is_no_number_is_wrong(value: Value) -> None:
    assert fault({"dW1": value}) == "wrong"


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (2, 2, 2), (0,), (0, 0)])
def test_another_size_is_a_wrong_shape(shape: tuple[int, ...]) -> None:
    assert fault({"dW1": np.ones(shape)}) == "wrong shape"


def test_a_transposed_weight_gradient_is_a_wrong_shape() -> None:
    part, trial = part_and_trial("shallow-tanh")
    for name in ("dW1", "dW2"):
        assert read_answer(part, trial, {name: trial.truth[name].T})[name].fault == "wrong shape"


@pytest.mark.parametrize("assignment", ["shallow-tanh", "squared-error"])
def test_a_flat_bias_is_taken_with_a_note(assignment: str) -> None:
    part, trial = part_and_trial(assignment)
    truth = trial.truth["db1"]
    for value, note in ((truth.ravel(), "shape-flat"), (truth.T, "shape-transposed")):
        given = np.ascontiguousarray(value.T) if assignment == "squared-error" else value
        entry = read_answer(part, trial, {"db1": given})["db1"]
        assert entry.notes == (note,)
        assert entry.values is not None
        assert np.array_equal(entry.values, truth)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda v: v.tolist(),
        lambda v: Subclass("matrix", v),
        lambda v: [Subclass("matrix", row) for row in v],
        lambda v: v.astype(np.float32).astype(np.float64),
        lambda v: np.asfortranarray(v),
    ],
)
def test_lists_and_matrices_are_numbers(wrap) -> None:  # type: ignore[no-untyped-def]
    part, trial = part_and_trial("shallow-tanh")
    entry = read_answer(part, trial, {"dW1": wrap(trial.truth["dW1"])})["dW1"]
    assert entry.values is not None
    assert entry.values.shape == trial.truth["dW1"].shape


@pytest.mark.parametrize("value", [0.25, 1, np.float64(0.25), np.ones(1), np.ones((1, 1))])
def test_one_number_serves_for_one_unit(value: Value) -> None:
    part, trial = part_and_trial("shallow-tanh")
    assert read_answer(part, trial, {"db2": value})["db2"].values is not None


def test_a_list_of_caches_has_an_item_for_every_layer() -> None:
    part = built_in("l-model-backward").parts[0]
    for trial in draw_trials(part, 1)[:3]:
        AL, _, caches = call_arguments(part, trial)
        assert len(caches) == trial.problem.network.depth
        for (_, Z), ((A_prev, W, b), Z_next) in pairwise(caches):
            assert np.array_equal(A_prev, np.maximum(Z, 0))
            assert np.allclose(W @ A_prev + b, Z_next, rtol=1e-14)
        assert np.allclose(1 / (1 + np.exp(-caches[-1][1])), AL, rtol=1e-14)


def test_a_flat_tuple_leaves_out_the_mask_that_the_output_layer_does_not_have() -> None:
    part, trial = part_and_trial("dropout")
    _, _, cache, keep_prob = call_arguments(part, trial)
    assert isinstance(cache, tuple)
    Z1, D1, A1, _, _, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    assert np.allclose(A1, np.maximum(Z1, 0) * D1 / keep_prob, rtol=1e-14)
    assert np.allclose(A2, np.maximum(W2 @ A1 + b2, 0) * D2 / keep_prob, rtol=1e-14)
    assert np.allclose(W3 @ A2 + b3, Z3, rtol=1e-14)
    assert Z2.shape == D2.shape
    assert A3.shape == Z3.shape


def test_keep_probabilities_come_as_a_list_where_layers_differ() -> None:
    part, _ = part_and_trial("dropout")
    several = replace(part, interface=replace(part.interface, one_keep_prob=False))
    trial = draw_trials(several, 1)[0]
    assert call_arguments(several, trial)[-1] == list(trial.problem.network.keep_prob)


def test_an_argument_without_a_question_mark_must_be_there() -> None:
    part, trial = part_and_trial("dropout")
    strict = replace(part.interface, cache=("Z{l}", "D{l}"))
    with pytest.raises(AssignmentError, match="'D3', which no trial has"):
        call_arguments(replace(part, interface=strict), trial)


def test_flat_biases_and_class_numbers_go_out_as_the_handout_says() -> None:
    part, trial = part_and_trial("two-layer-net")
    X, y, parameters, cache = call_arguments(part, trial)
    inputs, hidden, classes = trial.problem.network.widths
    assert [value.shape for value in parameters.values()] == [
        (inputs, hidden), (hidden,), (hidden, classes), (classes,),
    ]  # fmt: skip
    assert y.dtype == np.int64
    assert np.array_equal(np.eye(classes)[y].T, trial.problem.Y)
    assert np.allclose(X @ parameters["W1"] + parameters["b1"], cache["Z1"], rtol=1e-14)
    assert symbolic_shape(part, "db1") == "(n1,)"


def test_flat_bias_gradients_are_passed_to_a_step_flat() -> None:
    part, _ = part_and_trial("two-layer-net")
    interface = replace(part.interface, arguments=("parameters", "grads"))
    points = {name.removeprefix("d"): number for name, number in part.points.items()}
    step = replace(part, interface=interface, kind="step", points=points)
    parameters, grads = call_arguments(step, draw_trials(step, 1)[0])
    for name, value in parameters.items():
        assert grads[f"d{name}"].shape == value.shape


@pytest.mark.parametrize(
    "order", [("W1", "b1", "W2", "b2"), ("W2", "b2", "W1", "b1"), ("W1", "W2", "b1", "b2")]
)
def test_a_tuple_of_flat_biases_is_read_by_its_shapes(order: tuple[str, ...]) -> None:
    part, trial = part_and_trial("two-layer-net")
    student = {name: trial.truth[f"d{name}"].T for name in order}
    answer = tuple(v.ravel() if "b" in name else v for name, v in student.items())
    for form in (answer, (0.5, dict(zip(order, answer, strict=True)))):
        entries = read_answer(part, trial, form)
        assert all(np.array_equal(entries[name].values, trial.truth[name]) for name in entries)
        assert not any(entry.notes for entry in entries.values())


def test_the_dict_that_is_updated_in_place_comes_back() -> None:
    part, trial = part_and_trial("update-in-place")
    assert updated_in_place(part, 2) == {"weights": "parameters"}
    assert updated_in_place(part_and_trial("dropout")[0], 3) == {}
    Y, weights, cache, alpha, L = call_arguments(part, trial)
    assert list(weights) == list(trial.problem.parameters)
    assert Y.shape == cache[f"A{L}"].shape
    assert alpha == trial.rate


ORDERS = ["W1 b1 W2 b2", "W2 b2 W1 b1", "b1 W1 b2 W2", "b2 W2 b1 W1", "W1 W2 b2 b1", "b2 b1 W2 W1"]


@pytest.mark.parametrize("order", ORDERS)
def test_shapes_tell_the_order_of_a_tuple(order: str) -> None:
    part, trial = part_and_trial("shallow-tanh")
    answer: Value = tuple(trial.truth[f"d{name}"] for name in order.split())
    entries = read_answer(part, trial, answer)
    assert all(np.array_equal(entries[name].values, trial.truth[name]) for name in trial.truth)  # type: ignore[arg-type]


def test_a_tuple_is_read_whatever_spells_the_keys() -> None:
    part, trial = part_and_trial("shallow-tanh")
    interface = replace(part.interface, keys=("grad_{kind}[{l}]",))
    part = replace(part, interface=interface)
    answer: Value = tuple(trial.truth[name] for name in ("dW1", "db1", "dW2", "db2"))
    assert not [entry.fault for entry in read_answer(part, trial, answer).values() if entry.fault]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_dicts_the_one_with_gradients_counts(turn: int) -> None:
    part, trial = part_and_trial("shallow-tanh")
    parameters: Value = dict(trial.problem.parameters)
    answer = (dict(trial.truth), parameters)[::turn]
    entries = read_answer(part, trial, answer)
    assert all(np.array_equal(entries[name].values, trial.truth[name]) for name in trial.truth)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("{W1: W1}", "a key is"),
        ("{1: A1}", "a key is"),
        ("{**parameters}", "a key is"),
        ("{f(x): W1, 'b': b1}", "a key is"),
        ("W1 + b1", "neither a name nor a display"),
        ("(W1", "'(' was never closed"),
    ],
)
def test_a_form_that_is_no_display_of_names_is_an_authors_error(form: str, why: str) -> None:
    part, trial = part_and_trial("shallow-tanh")
    update = {"arguments": ("weights",), "values": {"weights": form}}
    interface = replace(part.interface, **update)
    with pytest.raises(AssignmentError, match="cannot be read") as caught:
        call_arguments(replace(part, interface=interface), trial)
    assert caught.value.exit_code == 2
    assert f"cannot be read: {why}" in caught.value.message


def test_an_attribute_without_a_form_is_an_authors_error() -> None:
    part, trial = part_and_trial("update-in-place")
    interface = replace(part.interface, arguments=(), attributes={"W{l}": ""})
    part = replace(part, interface=interface, learning_rate=(0.1, 0.1))
    assert updated_in_place(part, 2) == {}
    with pytest.raises(AssignmentError, match="cannot be read"):
        call_attributes(part, trial)


def with_interface(part: Part, **update: object) -> Part:
    return replace(part, interface=replace(part.interface, **update))


def test_an_attribute_with_layers_in_its_form_is_a_list_over_the_layers() -> None:
    part, trial = part_and_trial("shallow-tanh")
    forms = {"weights": "W{l}", "bias_{l}": "b{l}", "before": "(A{l-1}, W{l})"}
    found = call_attributes(with_interface(part, attributes=forms), trial)
    assert list(found) == ["weights", "bias_1", "bias_2", "before"]
    expected = [trial.problem.parameters[name] for name in ("W1", "W2")]
    assert all(map(np.array_equal, found["weights"], expected))  # type: ignore[arg-type]
    assert np.array_equal(found["before"][0][0], trial.problem.X)  # type: ignore[index, call-overload]


def test_the_gradients_of_a_step_may_have_names_of_the_assignments_own() -> None:
    part, _ = part_and_trial("shallow-tanh")
    step = replace(part, kind="step", points={"W1": 25, "b1": 25, "W2": 25, "b2": 25})
    values, attributes = {"grads": "{'w1': dW1, 'b1': db1}"}, {"dW{l}": "dW{l}"}
    step = with_interface(step, arguments=("grads",), values=values, attributes=attributes)
    trial = draw_trials(step, 1)[0]
    (grads,) = call_arguments(step, trial)
    assert list(grads) == ["w1", "b1"]  # type: ignore[call-overload, arg-type]
    assert np.array_equal(grads["w1"], trial.given["dW1"])  # type: ignore[index, call-overload, arg-type]
    assert np.array_equal(call_attributes(step, trial)["dW2"], trial.given["dW2"])  # type: ignore[arg-type]
    of_gradients = with_interface(part, arguments=("dW1",))
    with pytest.raises(AssignmentError, match="passes 'dW1', which no trial has"):
        call_arguments(of_gradients, draw_trials(part, 1)[0])


def test_forms_may_name_the_assignments_own_arguments() -> None:
    part, trial = part_and_trial("shallow-tanh")
    values = {"both": "(x, layers)", "x": "A0", "layers": "{'w': W{l}}", "cache": "(cache, m)"}
    part = with_interface(part, arguments=("both", "cache"), values=values)
    part = with_interface(part, attributes={"held": "[layers]"})
    (x, layers), (cache, m) = call_arguments(part, trial)  # type: ignore[misc]
    assert np.array_equal(x, trial.problem.X)
    assert np.array_equal(layers[1]["w"], trial.problem.parameters["W2"])
    assert list(cache) == ["A0", "Z1", "A1", "Z2", "A2"]  # within its own form: the standard one
    assert m == trial.problem.m
    assert len(call_attributes(part, trial)["held"][0]) == 2  # type: ignore[index, call-overload, arg-type]


def test_arguments_that_are_made_of_each_other_are_an_authors_error() -> None:
    part, trial = part_and_trial("shallow-tanh")
    part = with_interface(part, arguments=("one",), values={"one": "[two]", "two": "[one]"})
    with pytest.raises(AssignmentError, match="passes 'one', which no trial has"):
        call_arguments(part, trial)


def test_the_number_of_all_widths_has_a_name() -> None:
    """Networks that are made from a list of sizes often count its items, the input included."""
    part, trial = part_and_trial("shallow-tanh")
    part = with_interface(part, attributes={"num_layers": "len_layers_dims"})
    assert call_attributes(part, trial) == {"num_layers": 3}


def test_a_long_text_among_numbers_takes_no_memory() -> None:
    """NumPy would make room for the text at every number beside it."""
    answer: Value = {"dW1": ["x" * 1_000_000, *[0.0] * 100]}
    part, trial = part_and_trial("shallow-tanh")
    tracemalloc.start()
    entry = read_answer(part, trial, answer)["dW1"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert entry.fault == "wrong"
    assert peak < 10_000_000


def test_many_numbers_of_a_wrong_shape_are_not_kept() -> None:
    part, trial = part_and_trial("shallow-tanh")
    entry = read_answer(part, trial, {"dW1": np.ones((1000, 1000), np.int8)})["dW1"]
    assert (entry.fault, entry.shape, entry.raw) == ("wrong shape", (1000, 1000), None)


def test_long_keys_are_cut_where_they_are_told() -> None:
    part, trial = part_and_trial("shallow-tanh")
    entry = read_answer(part, trial, {"dw" * 100_000: np.ones(3)})["dW1"]
    assert entry.fault == "missing"
    assert len(entry.detail) < 100


def test_what_hides_in_a_key_is_told_to_be_seen() -> None:
    """Else a key would be said to be absent from keys among which it seems to stand."""
    part, trial = part_and_trial("shallow-tanh")
    answer: Value = {"dW1\u200b": np.ones(3), "\u202edb1\n::error::": 1.0}
    entry = read_answer(part, trial, answer)["dW1"]
    assert entry.detail == r"not among the keys returned (dW1\u200b, \u202edb1 ::error::)"


def test_the_name_of_a_type_is_told_without_what_acts() -> None:
    part, trial = part_and_trial("shallow-tanh")
    answer: Value = {"dW1": Opaque("E\x9b31m\u202e\nvil" + "x" * 200)}
    detail = read_answer(part, trial, answer)["dW1"].detail
    assert detail.startswith("an E31m vilx")
    assert visible(detail) == detail
    assert len(detail) < 100
