"""One gradient against the truth: rounding passes, everything else is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradcheck_grader.answer import Entry
from gradcheck_grader.comparison import compare, factor_in_words, relative_error
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.scoring import told_of
from gradcheck_grader.trials import Trial, draw_trials
from tests.conftest import built_in, made_of, source

FINITE = arrays.arrays(np.float64, (3, 2), elements=st.floats(-1e300, 1e300))


@pytest.fixture(scope="module")
def trial() -> Trial:
    return draw_trials(built_in("shallow-tanh").parts[0], 1)[0]


def judged(trial: Trial, name: str, values: Array) -> str:
    return compare(trial, name, Entry(values, values.shape, str(values.dtype))).verdict


def test_the_truth_itself_is_correct(trial: Trial) -> None:
    for name, value in trial.truth.items():
        assert judged(trial, name, value) == "correct"


def test_the_last_bit_may_differ(trial: Trial) -> None:
    for name, value in trial.truth.items():
        assert judged(trial, name, np.nextafter(value, np.inf)) == "correct"


@pytest.mark.parametrize("step", [1e-6, 1e-8, -1e-10])
def test_one_entry_that_is_off_fails(trial: Trial, step: float) -> None:
    value = trial.truth["dW1"].copy()
    value[1, 1] *= 1 + step
    result = compare(trial, "dW1", Entry(value, value.shape, "float64"))
    assert result.verdict == "wrong"
    assert result.worst == (1, 1)
    assert result.detail == "wrong in one entry"


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_fails(trial: Trial, hole: float) -> None:
    value = trial.truth["dW1"].copy()
    value[0, 1] = hole
    result = compare(trial, "dW1", Entry(value, value.shape, "float64"))
    assert result.verdict == "wrong"
    assert result.detail == "some entries are not finite"


def test_float32_is_correct_with_a_note_and_not_to_more_digits(trial: Trial) -> None:
    value = trial.truth["dW1"].astype(np.float32)
    result = compare(trial, "dW1", Entry(value, value.shape, "float32"))
    assert (result.verdict, result.notes) == ("correct", ("float32",))
    assert judged(trial, "dW1", value * np.float32(1.001)) == "wrong"


@settings(derandomize=True, deadline=None)
@given(FINITE, FINITE)
def test_the_relative_error_is_symmetric_and_between_0_and_1(a: Array, b: Array) -> None:
    error = relative_error(a, b)
    assert error == relative_error(b, a)
    assert 0.0 <= error <= 1.0 + 1e-12


@settings(derandomize=True, deadline=None)
@given(FINITE)
def test_the_relative_error_of_a_thing_with_itself_is_zero(a: Array) -> None:
    assert relative_error(a, a) == 0.0


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (3.0, "3 × too large"),
        (0.5, "2 × too small"),
        (-1.0, "the sign is flipped"),
        (-4.0, "4 × too large and the sign is flipped"),
    ],
)
def test_a_common_factor_is_said_in_words(trial: Trial, factor: float, words: str) -> None:
    assert factor_in_words(factor) == words
    value = factor * trial.truth["dW1"]
    assert compare(trial, "dW1", Entry(value, value.shape, "float64")).detail == words


def half_wrong(trial: Trial, name: str, change: tuple[slice, slice], **interface: object) -> str:
    """Return the words for numbers that are wrong in some places of our layout."""
    value = trial.truth[name].copy()
    value[change] *= np.arange(2, 2 + value[change].size).reshape(value[change].shape)
    asked = replace(built_in("shallow-tanh").parts[0].interface, **interface)
    return compare(trial, name, Entry(value, value.shape, "float64"), asked).detail


ALL, TWO = slice(None), slice(2)


def test_rows_and_columns_are_those_of_the_students_array(trial: Trial) -> None:
    rows, columns = trial.truth["dW1"].shape
    assert half_wrong(trial, "dW1", (TWO, ALL)) == f"wrong in 2 of {rows} rows"
    assert half_wrong(trial, "dW1", (ALL, TWO)) == f"wrong in 2 of {columns} columns"
    assert half_wrong(trial, "dW1", (TWO, ALL), layout="rows") == f"wrong in 2 of {rows} columns"
    assert half_wrong(trial, "dW1", (ALL, TWO), layout="rows") == f"wrong in 2 of {columns} rows"


def test_a_flat_bias_has_entries_and_no_rows() -> None:
    drawn = draw_trials(built_in("shallow-tanh").parts[0], 1)
    trial = next(one for one in drawn if one.truth["db1"].size > 3)
    size = trial.truth["db1"].size
    assert half_wrong(trial, "db1", (TWO, ALL)) == f"wrong in 2 of {size} rows"
    assert half_wrong(trial, "db1", (TWO, ALL), flat_biases=True) == f"wrong in 2 of {size} entries"


def test_an_entry_of_a_flat_bias_has_one_index(sandbox: Sandbox) -> None:
    values = asdict(built_in("shallow-tanh"))
    values["parts"][0]["interface"]["flat_biases"] = True
    exam = prepare(made_of(values), 1)
    text = "def backward_propagation(p, cache, X, Y): return {'d' + k: 2 + 0 * p[k] for k in p}"
    rows = grade(source(text), exam, sandbox).gradients
    assert [len(row.worst.entry) for row in rows if row.worst] == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda value, m: value * m, "m × too large"),
        (lambda value, m: value / m, "m × too small"),
        (lambda value, m: -3 * value, "3 × too large and the sign is flipped"),
        (lambda value, m: value**3, "wrong values"),
        (lambda value, m: 0 * value, "zero everywhere"),
    ],
)
def test_a_single_entry_has_a_factor_only_if_all_trials_agree(
    change: Callable[[Array, int], Array], words: str
) -> None:
    drawn = draw_trials(built_in("shallow-tanh").parts[0], 1)
    answers = {trial.number: change(trial.truth["db2"], trial.problem.m) for trial in drawn}
    wrong = [compare(t, "db2", Entry(answers[t.number], (1, 1), "float64")) for t in drawn]
    assert told_of(wrong) == words


def test_one_trial_alone_tells_no_factor_of_a_single_entry(trial: Trial) -> None:
    wrong = compare(trial, "db2", Entry(3 * trial.truth["db2"], (1, 1), "float64"))
    assert told_of([wrong]) == "wrong values"
