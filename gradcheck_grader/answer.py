"""From what the student's function returned to gradients: keys, kinds and shapes.

Nothing that came back is trusted. What is unambiguous is taken (floats, lists, matrices, keys in
any case, extra keys, a tuple in an order that fits); what is not has a fault in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.interface import layout_turn, named_value
from gradcheck_grader.models import Verdict
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias, kind_of, layer_of, parameter_of
from gradcheck_grader.sandbox.job import Opaque, Subclass, Value
from gradcheck_grader.thetas import gradients_of
from gradcheck_grader.trials import Trial

OTHER_KEYS = ("d{name}", "d_{name}", "grad_{name}", "d{kind}_{l}", "d{kind}[{l}]")
MOST_KEYS = 16  # that are told: four layers of weights, biases and what comes along
USUAL_KEYS = {
    "dW": (*OTHER_KEYS, "dweight{l}", "dweights{l}", "dweight_{l}"),
    "db": (*OTHER_KEYS, "dbias{l}", "dbiases{l}", "dbias_{l}"),
}
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
    found = _by_key(part, trial, answer)
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


def _by_key(part: Part, trial: Trial, answer: Value) -> Mapping[str, Value] | str:
    """Return the answer as a mapping, or words for why it is none."""
    if part.interface.thetas is not None:
        return _from_thetas(part, trial, answer)
    if isinstance(answer, Mapping):
        return {str(key): value for key, value in answer.items()}
    if isinstance(answer, tuple | list):
        return _from_sequence(part, trial, answer)
    if isinstance(answer, np.ndarray) and part.interface.unrolled:
        return _from_vector(part, trial, answer)
    return f"the function returned {describe(answer)}"


def _from_thetas(part: Part, trial: Trial, answer: Value) -> Mapping[str, Value] | str:
    found = gradients_of(answer, trial.problem.parameters, part.interface.thetas or "C")
    if isinstance(found, str):
        return found
    turned = layout_turn(part.interface)
    return {spelled(_patterns(part)[0], name): turned(value) for name, value in found.items()}


def _from_sequence(part: Part, trial: Trial, answer: Sequence[Value]) -> Mapping[str, Value] | str:
    """Return the gradients of ``(loss, grads)``, of a tuple in some order, or of lists.

    All widths of a trial differ, so shapes tell which order was meant.
    """
    dicts = [item for item in answer if isinstance(item, Mapping)]
    if dicts:
        chosen = max(dicts, key=lambda item: _known_keys(part, trial, item))
        if len(dicts) == 1 or _known_keys(part, trial, chosen):
            return {str(key): value for key, value in chosen.items()}
    arrays = [item for item in answer if isinstance(item, np.ndarray) and item.ndim == 1]
    if part.interface.unrolled and arrays:
        return _from_vector(part, trial, arrays[-1])
    flat = _flattened(answer)
    if len(flat) != len(trial.truth):
        kind = type(answer).__name__
        return f"the function returned a {kind} of {len(answer)} values"
    best = max(_orders(tuple(trial.truth)), key=lambda order: _fits(part, trial, order, flat))
    key = _patterns(part)[0]
    return {spelled(key, name): value for name, value in zip(best, flat, strict=True)}


def _known_keys(part: Part, trial: Trial, answer: Mapping[str, Value]) -> int:
    """Return how many of the asked-for values a dict has; with their full names they count more."""
    found = {str(key): value for key, value in answer.items()}
    kept = [_find_key(_patterns(part), name, found) for name in trial.truth]
    return sum(2 if key.startswith("d") else 1 for key in kept if key is not None)


def _flattened(answer: Sequence[Value]) -> list[Value]:
    """Return the arrays of a tuple, or of a tuple of lists such as ``([dW1, dW2], [db1, db2])``."""
    if answer and all(isinstance(item, list | tuple) for item in answer):
        inner: list[Value] = [value for item in answer for value in item]  # type: ignore[union-attr]
        if all(isinstance(value, np.ndarray | Subclass) for value in inner):
            return inner
    return list(answer)


def _orders(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the orders in which gradients are usually returned; the first is the most usual.

    ``names`` is dWL dbL ... dW1 db1.
    """
    weights = [name for name in names if not is_bias(name)]
    biases = [name for name in names if is_bias(name)]
    upwards = [name for pair in zip(weights[::-1], biases[::-1], strict=True) for name in pair]
    return [
        tuple(upwards),
        names,
        (*weights[::-1], *biases[::-1]),
        (*weights, *biases),
        (*biases[::-1], *weights[::-1]),
        tuple(name for pair in zip(biases[::-1], weights[::-1], strict=True) for name in pair),
        tuple(name for pair in zip(biases, weights, strict=True) for name in pair),
        (*biases, *weights),
        (*weights[::-1], *biases),
    ]


def _fits(part: Part, trial: Trial, order: Iterable[str], values: Sequence[Value]) -> int:
    """Return how many values have a shape that their place in this order asks for."""
    turned = layout_turn(part.interface)
    return sum(
        not isinstance(array := as_numbers(value), str)
        and _fitted(array, turned(trial.truth[name]).shape, bias=is_bias(name))[0] is not None
        for name, value in zip(order, values, strict=True)
    )


def _from_vector(part: Part, trial: Trial, vector: Array) -> Mapping[str, Value] | str:
    """Return the gradients of one unrolled vector: dW1, db1, dW2, ... each row by row."""
    turned = layout_turn(part.interface)
    order = _orders(tuple(trial.truth))[0]
    shapes = [turned(trial.truth[name]).shape for name in order]
    sizes = [int(np.prod(shape)) for shape in shapes]
    if vector.size != sum(sizes):
        return f"the function returned a vector of {vector.size} values instead of {sum(sizes)}"
    pieces = np.split(vector.ravel(), np.cumsum(sizes)[:-1])
    key = _patterns(part)[0]
    return {
        spelled(key, name): piece.reshape(shape)
        for name, piece, shape in zip(order, pieces, shapes, strict=True)
    }


def spelled(pattern: str, name: str) -> str:
    """Return the key of a gradient ``dW1``, or of a parameter ``W1``, in a spelling."""
    own = parameter_of(name)
    key = pattern.replace("{name}", own)
    return key.replace("{kind}", kind_of(own)).replace("{l}", str(layer_of(own)))


def _patterns(part: Part) -> tuple[str, ...]:
    return part.interface.keys if part.kind == "gradients" else ("{name}", *part.interface.keys)


def _entry(
    part: Part, trial: Trial, name: str, found: Mapping[str, Value], made: Mapping[str, Value]
) -> Entry:
    """Return what stands under a name; ``made`` is ``found`` without what was given back."""
    # A gradient that stands beside the parameter of its name is meant; alone, this is the answer.
    key = _find_key(_patterns(part), name, made) or _find_key(_patterns(part), name, found)
    if key is None:
        return Entry(None, fault="missing", detail=_not_among(found), lacks="key")
    array = as_numbers(found[key])
    if isinstance(array, str):
        return Entry(None, fault="wrong", detail=array, lacks=_lack(found[key], "value"))
    turned = layout_turn(part.interface)
    expected = turned(trial.truth[name]).shape
    flat = part.interface.flat_biases and is_bias(name)
    fitted, notes = _fitted(array, expected, bias=is_bias(name))
    if fitted is None:
        asked = (max(expected),) if flat else expected
        detail = f"shape {array.shape} instead of {asked}"
        raw = turned(array) if array.ndim == 2 else array
        return Entry(None, array.shape, _name(array), "wrong shape", detail, raw=raw)
    return Entry(turned(fitted), array.shape, _name(array), notes=() if flat else notes)


def _not_among(found: Mapping[str, Value]) -> str:
    keys = list(found)
    told = keys if len(keys) <= MOST_KEYS else [*keys[:MOST_KEYS], "..."]
    return f"not among the keys returned ({', '.join(told) or 'no keys at all'})"


def _name(array: Array) -> str:
    """Return the name of the array's dtype; NumPy takes its time to put it together."""
    return "float64" if array.dtype == np.float64 else str(array.dtype)


def _find_key(patterns: Iterable[str], name: str, found: Mapping[str, Value]) -> str | None:
    """Return the key under which a value came back: exact spelling first, then any case."""
    wanted: list[str] = []
    for pattern in (*patterns, *USUAL_KEYS.get(kind_of(name), ())):
        wanted.append(spelled(pattern, name))
        if wanted[-1] in found:
            return wanted[-1]
    folded: dict[str, str] = {key.casefold(): key for key in reversed(list(found))}
    return next((folded[key.casefold()] for key in wanted if key.casefold() in folded), None)


def as_numbers(value: Value) -> Array | str:
    """Return real numbers as an array, or words for what came instead of them."""
    if isinstance(value, Subclass):
        value = value.base
    if isinstance(value, list | tuple):
        value = _from_nested(value)
    if isinstance(value, bool | int | float):
        value = np.asarray(value, dtype=np.float64)
    if not isinstance(value, np.ndarray):
        return f"{describe(value)}, not numbers"
    if value.dtype.kind == "c":
        return "complex numbers"
    if value.dtype.kind not in "fiub":
        return f"an array of {value.dtype}, not numbers"
    return value if value.dtype in (np.float32, np.float16) else value.astype(np.float64)


def _from_nested(value: list[Any] | tuple[Any, ...]) -> Value:
    plain = [item.base if isinstance(item, Subclass) else item for item in value]
    rows = [_from_nested(item) if isinstance(item, list | tuple) else item for item in plain]
    try:
        array = np.array(rows)
    except (ValueError, TypeError):
        return Opaque("list of unequal rows")
    return array if array.dtype.kind in "fiubc" else Opaque("list that holds something else")


def _fitted(
    array: Array, expected: tuple[int, ...], *, bias: bool
) -> tuple[Array | None, tuple[str, ...]]:
    """Return the array in the expected shape, where that is unambiguous, and notes."""
    if array.shape == expected or (array.size == 1 and expected == (1, 1)):
        return array.reshape(expected), ()
    if 1 not in expected or array.size != max(expected):
        return None, ()
    if array.ndim == 1:
        return array.reshape(expected), ("shape-flat",)
    if bias and array.shape == expected[::-1]:
        return array.reshape(expected), ("shape-transposed",)
    return None, ()


def _lack(value: Value, what: Lack) -> Lack | None:
    """Return what is lacking where a value is the placeholder of a template."""
    is_ellipsis = isinstance(value, Opaque) and value.type_name == "ellipsis"
    return what if value is None or is_ellipsis else None


def describe(value: Value) -> str:
    """Return what a value is, in a student's words."""
    if value is None:
        return "None"
    if isinstance(value, Opaque | Subclass):
        name = value.type_name.removeprefix("ndarray of ")
        return f"an array of {name}s" if name != value.type_name else _with_article(name)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "text" if isinstance(value, str) else _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
