"""From what the student's function returned to gradients: keys, kinds and shapes.

Nothing that came back is trusted. What is unambiguous is taken (floats, lists, matrices, keys in
any case, extra keys, a tuple in an order that fits); what is not has a fault in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from gradcheck_grader.answer_forms import by_key, find_key, patterns_of
from gradcheck_grader.answer_values import as_numbers, fitted
from gradcheck_grader.assignment import Part
from gradcheck_grader.errors import visible
from gradcheck_grader.interface import layout_turn, named_value
from gradcheck_grader.models import Verdict
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias
from gradcheck_grader.sandbox.job import Opaque, Value
from gradcheck_grader.trials import Trial

MOST_KEYS = 16  # that are told: four layers of weights, biases and what comes along
LONGEST_KEY = 40  # as much of a key is told
LARGEST = 100_000  # entries of a wrong shape that are kept: more than any network here has
Lack = Literal["answer", "key", "value"]  # what is not there, or None, or an ellipsis


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One gradient as it came back.

    ``values`` is features x examples, of the truth's shape; None if it cannot be compared, and
    then ``fault`` says why, ``lacks`` what is not there at all, and ``raw`` holds what numbers
    there are. ``notes`` are ids of findings, e.g. ``shape-flat``.
    """

    values: Array | None
    shape: tuple[int, ...] = ()
    dtype: str = ""
    fault: Verdict | None = None
    detail: str = ""
    notes: tuple[str, ...] = ()
    raw: Array | None = None
    lacks: Lack | None = None


def read_answer(part: Part, trial: Trial, answer: Value) -> dict[str, Entry]:
    """Return an entry for every value that the trial grades."""
    found = by_key(part, trial, answer)
    if isinstance(found, str):
        nothing = Entry(None, fault="missing", detail=found, lacks=_lack(answer, "answer"))
        return dict.fromkeys(trial.truth, nothing)
    given = _given_back(part, trial, found)
    made = {key: value for key, value in found.items() if key not in given}
    return {name: _entry(part, trial, name, found, made) for name in trial.truth}


def _given_back(part: Part, trial: Trial, found: Mapping[str, Value]) -> set[str]:
    """Return the keys that hold what the call was given under them, such as the cache's ``W1``."""
    passed = found.keys() & trial.arrays().keys()
    return {key for key in passed if _same(found[key], named_value(part, trial, key))}


def _same(value: Value, given: Value) -> bool:
    array, own = as_numbers(value), as_numbers(given)
    return not isinstance(array, str) and not isinstance(own, str) and np.array_equal(array, own)


def _entry(
    part: Part, trial: Trial, name: str, found: Mapping[str, Value], made: Mapping[str, Value]
) -> Entry:
    """Return what stands under a name; ``made`` is ``found`` without what was given back."""
    # A gradient that stands beside the parameter of its name is meant; alone, this is the answer.
    key = find_key(patterns_of(part), name, made) or find_key(patterns_of(part), name, found)
    if key is None:
        return Entry(None, fault="missing", detail=_not_among(found), lacks="key")
    array = as_numbers(found[key])
    if isinstance(array, str):
        return Entry(None, fault="wrong", detail=array, lacks=_lack(found[key], "value"))
    turned = layout_turn(part.interface, name)
    expected = turned(trial.truth[name]).shape
    flat = part.interface.flat_biases and is_bias(name)
    shaped, notes = fitted(array, expected, bias=is_bias(name))
    if shaped is None:
        asked = (max(expected),) if flat else expected
        detail = f"shape {array.shape} instead of {asked}"
        raw = turned(array) if array.ndim == 2 else array
        # Those of all trials together could fill the memory.
        kept = raw if raw.size <= LARGEST else None
        return Entry(None, array.shape, _name(array), "wrong shape", detail, raw=kept)
    return Entry(turned(shaped), array.shape, _name(array), notes=() if flat else notes)


def _not_among(found: Mapping[str, Value]) -> str:
    keys = [_told(key) for key in islice(found, MOST_KEYS)]
    told = keys if len(found) <= MOST_KEYS else [*keys, "..."]
    return f"not among the keys returned ({', '.join(told) or 'no keys at all'})"


def _told(key: str) -> str:
    """Return a key as it is told: on one line, and what hides in it to be seen."""
    short = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}..."
    return " ".join(visible(short).split())


def _name(array: Array) -> str:
    """Return the name of the array's dtype; NumPy takes its time to put it together."""
    return "float64" if array.dtype == np.float64 else str(array.dtype)


def _lack(value: Value, what: Lack) -> Lack | None:
    """Return what is lacking where a value is the placeholder of a template."""
    is_ellipsis = isinstance(value, Opaque) and value.type_name == "ellipsis"
    return what if value is None or is_ellipsis else None
