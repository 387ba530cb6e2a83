"""What comes back misshapen, under a wrong key, or not at all."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.search.bench import prepare
from gradcheck_grader.diagnosis.search.engine import explain
from gradcheck_grader.diagnosis.search.explanation import Case

from .conventions import part_of, room

A, F = "A tanh, sigmoid, mean", "F deep relu"


def ids(found: object) -> list[str]:
    return [cause.id for cause in found.causes]  # type: ignore[attr-defined]


def test_exchanged_keys_are_named() -> None:
    here = room(F)
    results = here.truth()
    for found in results:
        found["dW1"], found["dW2"] = found["dW2"], found["dW1"]
        found["db1"], found["db2"] = found["db2"], found["db1"]
    explanation = here.explain_results(results)
    assert ids(explanation) == ["keys-swapped"]
    assert set(explanation.causes[0].gradients) == {"dW1", "dW2", "db1", "db2"}


def test_flat_biases_under_each_others_keys_are_named() -> None:
    for name in (A, F):
        here = room(name)
        results = here.truth()
        for found in results:
            found["db1"], found["db2"] = found["db2"].ravel(), found["db1"].ravel()
        (cause,) = here.explain_results(results).causes
        assert (cause.id, set(cause.gradients)) == ("keys-swapped", {"db1", "db2"})


def test_a_flat_bias_under_the_key_of_another_hides_no_other_slip() -> None:
    here = room(A)
    results = here.truth()
    for found in results:
        found["db1"], found["db2"] = -found["db2"].ravel(), found["db1"].ravel()
    assert set(ids(here.explain_results(results))) == {"keys-swapped", "sign-flipped"}


def test_gradients_that_stand_one_layer_too_low_are_one_cause() -> None:
    here = room(F)
    results = here.truth()
    for found in results:
        for kind in ("dW", "db"):
            found[f"{kind}1"] = found[f"{kind}2"]
            found[f"{kind}2"] = found.pop(f"{kind}3")
    (missing, cause) = here.explain_results(results).causes
    assert (cause.id, set(cause.gradients)) == ("wrong-key", {"dW2", "db2", "dW1", "db1"})
    assert (missing.id, set(missing.gradients)) == ("gradient-missing", {"dW3", "db3"})


def test_the_bias_of_the_layer_above_alone_is_a_sum_over_the_wrong_delta() -> None:
    here = room(F)
    results = here.truth()
    for found in results:
        found["db1"] = found["db2"]
    assert ids(here.explain_results(results)) == ["db-of-wrong-layer"]


def test_exchanged_keys_do_not_hide_another_slip() -> None:
    here = room(A)
    results = here.truth()
    for trial, found in zip(here.bench.trials, results, strict=True):
        found["dW1"], found["dW2"] = found["dW2"], found["dW1"] * trial.problem.m
    assert set(ids(here.explain_results(results))) == {"keys-swapped", "missing-mean"}


def test_a_missing_gradient_is_told_and_does_not_stop_the_search() -> None:
    here = room(A)
    results = here.truth()
    for found in results:
        del found["db2"]
        found["dW1"] = -found["dW1"]
    explanation = here.explain_results(results)
    assert set(ids(explanation)) == {"gradient-missing", "sign-flipped"}


def test_a_value_that_is_not_finite_has_no_name() -> None:
    here = room(A)
    results = here.truth()
    for found in results:
        found["dW1"][0, 0] = np.nan
    explanation = here.explain_results(results)
    assert not explanation.causes
    assert explanation.gradients["dW1"].standing == "unknown"
    assert explanation.gradients["db1"].standing == "correct"


def test_flat_and_turned_sums_over_the_wrong_axis_are_named() -> None:
    here = room(F)
    for shape in (lambda a: a.ravel(), lambda a: a.T, lambda a: a):
        results = here.truth()
        for trial, found in zip(here.bench.trials, results, strict=True):
            delta = trial.deltas["dZ1"].sum(axis=0, keepdims=True) / trial.problem.m
            found["db1"] = shape(delta)
        assert ids(here.explain_results(results)) == ["db-wrong-axis"]


def test_a_mean_over_the_wrong_axis_is_one_mistake() -> None:
    for name in (A, F):
        here = room(name)
        results = here.truth()
        for trial, found in zip(here.bench.trials, results, strict=True):
            found |= {f"db{k}": trial.deltas[f"dZ{k}"].mean(axis=0) for k in (1, 2)}
        assert ids(here.explain_results(results)) == ["db-wrong-axis"]


def test_the_step_instead_of_the_gradient_is_named_with_its_rate() -> None:
    here = room(A)
    results = [
        {name: t.problem.parameters[name[1:]] - 0.01 * v for name, v in t.truth.items()}
        for t in here.bench.trials
    ]
    explanation = here.explain_results(results)
    assert ids(explanation) == ["returned-updated-parameter"]
    assert "0.01" in explanation.causes[0].evidence


def test_what_is_accepted_as_inexact_is_not_accused() -> None:
    here = room(A)
    results = here.truth()
    for found in results:
        found["dW1"] = np.round(found["dW1"], 4)
    cases = here.cases_of(results)
    found_ = explain(here.part, cases, here.bench, accepted=frozenset({"dW1"}))
    assert {charge.standing for charge in found_.gradients.values()} == {"correct"}


def test_nothing_is_said_without_cases() -> None:
    assert explain(part_of(A), [], room(A).bench).causes == ()


def test_two_trials_are_enough_to_say_something() -> None:
    here = room(A)
    cases = []
    for trial in here.bench.trials[:2]:
        values = {name: -value for name, value in trial.truth.items()}
        cases.append(Case(trial, values))
    bench = prepare([case.trial for case in cases], build())
    assert ids(explain(here.part, cases, bench)) == ["sign-flipped"]
