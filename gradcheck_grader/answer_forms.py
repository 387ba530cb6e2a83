"""In what forms gradients come back, and under which keys: all become one mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np

from gradcheck_grader.answer_values import as_numbers, describe, fitted
from gradcheck_grader.assignment import Part
from gradcheck_grader.interface import layout_turn
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias, kind_of, layer_of, parameter_of
from gradcheck_grader.sandbox.job import Subclass, Value
from gradcheck_grader.thetas import gradients_of
from gradcheck_grader.trials import Trial

OTHER_KEYS = (
    "d{name}", "d_{name}", "d{kind}_{l}", "d{kind}[{l}]", "grad_{name}", "grad{name}",
    "{name}_grad", "{name}grad", "gradient_{name}", "{name}_gradient", "nabla_{name}",
    "dL_d{name}", "dLd{name}", "dJ_d{name}", "dJd{name}",
)  # fmt: skip
USUAL_KEYS = {
    "dW": (*OTHER_KEYS, "dweight{l}", "dweights{l}", "dweight_{l}"),
    "db": (*OTHER_KEYS, "dbias{l}", "dbiases{l}", "dbias_{l}"),
}


def by_key(part: Part, trial: Trial, answer: Value) -> Mapping[str, Value] | str:
    """Return the answer as a mapping, or words for why it is none."""
    if part.interface.thetas is not None:
        return _from_thetas(part, trial, answer)
    if isinstance(answer, Mapping):
        return _from_mapping(part, trial, answer)
    if isinstance(answer, tuple | list):
        return _from_sequence(part, trial, answer)
    if isinstance(answer, np.ndarray) and part.interface.unrolled:
        return _from_vector(part, trial, answer)
    return f"the function returned {describe(answer)}"


def _from_thetas(part: Part, trial: Trial, answer: Value) -> Mapping[str, Value] | str:
    found = gradients_of(answer, trial.problem.parameters, part.interface.thetas or "C")
    if isinstance(found, str):
        return found
    return {
        spelled(patterns_of(part)[0], name): layout_turn(part.interface, name)(value)
        for name, value in found.items()
    }


def _from_sequence(part: Part, trial: Trial, answer: Sequence[Value]) -> Mapping[str, Value] | str:
    """Return the gradients of ``(loss, grads)``, of a tuple in some order, or of lists.

    All widths of a trial differ, so shapes tell which order was meant.
    """
    pairs = [item for item in answer if isinstance(item, list | tuple) and len(item) == 2]
    if answer and len(pairs) == len(answer) and all(isinstance(key, str) for key, _ in pairs):
        return _from_mapping(part, trial, dict(pairs))  # type: ignore[arg-type]
    dicts = [item for item in answer if isinstance(item, Mapping)]
    layers = [_of_layer(part, item) for item in dicts]
    if len(layers) == len(answer) == len(trial.truth) // 2 and all(layers):
        return _in_order(part, trial, [value for pair in layers for value in pair], in_lists=True)
    if dicts:
        # ({"dW1": ..., "dW2": ...}, {"db1": ..., "db2": ...}) is one dict in two.
        together = {key: value for item in dicts for key, value in item.items()}
        dicts += [together] if len(dicts) > 1 and len(together) == sum(map(len, dicts)) else []
        chosen = max(dicts, key=lambda item: _known_keys(part, trial, item))
        if len(dicts) == 1 or _known_keys(part, trial, chosen):
            return _from_mapping(part, trial, chosen)
    arrays = [item for item in answer if isinstance(item, np.ndarray) and item.ndim == 1]
    if part.interface.unrolled and arrays:
        return _from_vector(part, trial, arrays[-1])
    inner = _inner([_by_layer(item) for item in answer])
    flat = list(answer) if inner is None else inner
    if len(flat) != len(trial.truth):
        kind = type(answer).__name__
        return f"the function returned a {kind} of {len(answer)} values"
    return _in_order(part, trial, flat, in_lists=inner is not None)


def _from_mapping(
    part: Part, trial: Trial, answer: Mapping[str, Value]
) -> Mapping[str, Value] | str:
    """Return the gradients of a dict, also of one that holds lists or dicts of them."""
    found = {str(key): value for key, value in answer.items()}
    if not any(isinstance(value, list | tuple | Mapping) for value in found.values()):
        return found  # nearly always, and every answer comes by
    if _known_keys(part, trial, found):
        return found
    for read in (_from_kinds, _from_layers, _from_inside):
        inner = read(part, trial, found)
        if isinstance(inner, Mapping):
            return inner
    return found


def _from_kinds(part: Part, trial: Trial, found: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """Return the gradients of ``{"dW": [dW1, dW2], "db": {1: db1, 2: db2}}``."""
    inner = _inner([_by_layer(value) for value in _of_layer(part, found)])
    if inner is None or len(inner) != len(trial.truth):
        return None
    return _in_order(part, trial, inner, in_lists=True)


def _from_layers(
    part: Part, trial: Trial, found: Mapping[str, Value]
) -> Mapping[str, Value] | str | None:
    """Return the gradients of ``{"layer1": {"dW": dW1, "db": db1}, "layer2": ...}``."""
    layers = _by_layer(dict(found))
    return _from_sequence(part, trial, layers) if isinstance(layers, list) else None


def _from_inside(
    part: Part, trial: Trial, found: Mapping[str, Value]
) -> Mapping[str, Value] | str | None:
    """Return the gradients of ``{"loss": loss, "grads": {"dW1": dW1, ...}}``."""
    dicts = [value for value in found.values() if isinstance(value, Mapping)]
    known = [value for value in dicts if _known_keys(part, trial, value)]
    return _from_mapping(part, trial, known[0]) if len(known) == 1 else None


def _by_layer(value: Value) -> Value:
    """Return the values of a dict whose keys hold a number each, in their order, as a list."""
    if not isinstance(value, Mapping):
        return value
    numbers = {key: re.findall(r"\d+", str(key)) for key in value}
    if any(len(found) != 1 for found in numbers.values()):
        return value
    order = {int(found[0]): key for key, found in numbers.items()}
    return [value[order[n]] for n in sorted(order)] if len(order) == len(value) else value


def _in_order(
    part: Part, trial: Trial, values: Sequence[Value], *, in_lists: bool
) -> dict[str, Value]:
    """Return values without keys under those of the order that fits them best."""
    orders = _orders(tuple(trial.truth))
    if not in_lists:
        orders += _mixed_orders(tuple(trial.truth))
    best = max(orders, key=lambda order: _fit(part, trial, order, values))
    key = patterns_of(part)[0]
    return {spelled(key, name): value for name, value in zip(best, values, strict=True)}


def _of_layer(part: Part, answer: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return what stands under ``dW`` and ``db``, keys without a layer; nothing unless both do."""
    found = {str(key).casefold(): value for key, value in answer.items()}
    pair = []
    for name in ("dW0", "db0"):
        keys = [spelled(pattern, name) for pattern in (*patterns_of(part), *USUAL_KEYS[name[:2]])]
        plain = [re.sub(r"_?\[?0\]?$", "", key).casefold() for key in keys]
        pair += [found[key] for key in plain if key in found][:1]
    return tuple(pair) if len(pair) == 2 else ()


def _known_keys(part: Part, trial: Trial, answer: Mapping[str, Value]) -> int:
    """Return how many of the asked-for values a dict has; with their full names they count more."""
    found = {str(key): value for key, value in answer.items()}
    kept = [find_key(patterns_of(part), name, found) for name in trial.truth]
    return sum(2 if key.startswith("d") else 1 for key in kept if key is not None)


def _inner(answer: Sequence[Value]) -> list[Value] | None:
    """Return the arrays of lists such as ``([dW1, dW2], [db1, db2])``, None for anything else."""
    if not answer or not all(isinstance(item, list | tuple) for item in answer):
        return None
    inner: list[Value] = [value for item in answer for value in item]  # type: ignore[union-attr]
    return inner if all(isinstance(value, np.ndarray | Subclass) for value in inner) else None


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
    ]


def _mixed_orders(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return orders that are met in one tuple; lists of which one is turned are a slip."""
    weights = [name for name in names if not is_bias(name)]
    return [(*weights[::-1], *(name for name in names if is_bias(name)))]


def _fit(part: Part, trial: Trial, order: Iterable[str], values: Sequence[Value]) -> int:
    """Return how well values have the shapes that their places in this order ask for.

    An exact one counts more than one that only fits: with one output unit, dW2 fits where b1 is
    expected, turned, and a flat db1 where dW2 is.
    """
    total = 0
    for name, value in zip(order, values, strict=True):
        array, expected = as_numbers(value), _shape(part, trial, name)
        if isinstance(array, str):
            continue
        is_flat = part.interface.flat_biases and is_bias(name)
        exact = array.shape == ((max(expected),) if is_flat else expected)
        total += 2 if exact else fitted(array, expected, bias=is_bias(name))[0] is not None
    return total


def _shape(part: Part, trial: Trial, name: str) -> tuple[int, ...]:
    """Return the shape of a right answer in the student's layout, biases with two dimensions."""
    return layout_turn(part.interface, name)(trial.truth[name]).shape


def _from_vector(part: Part, trial: Trial, vector: Array) -> Mapping[str, Value] | str:
    """Return the gradients of one unrolled vector: dW1, db1, dW2, ... each row by row."""
    order = _orders(tuple(trial.truth))[0]
    shapes = [_shape(part, trial, name) for name in order]
    sizes = [int(np.prod(shape)) for shape in shapes]
    if vector.size != sum(sizes):
        return f"the function returned a vector of {vector.size} values instead of {sum(sizes)}"
    pieces = np.split(vector.ravel(), np.cumsum(sizes)[:-1])
    key = patterns_of(part)[0]
    return {
        spelled(key, name): piece.reshape(shape)
        for name, piece, shape in zip(order, pieces, shapes, strict=True)
    }


def spelled(pattern: str, name: str) -> str:
    """Return the key of a gradient ``dW1``, or of a parameter ``W1``, in a spelling."""
    own = parameter_of(name)
    key = pattern.replace("{name}", own)
    return key.replace("{kind}", kind_of(own)).replace("{l}", str(layer_of(own)))


def patterns_of(part: Part) -> tuple[str, ...]:
    """Return the spellings of keys that an answer of this part may have."""
    return part.interface.keys if part.kind == "gradients" else ("{name}", *part.interface.keys)


def find_key(patterns: Iterable[str], name: str, found: Mapping[str, Value]) -> str | None:
    """Return the key under which a value came back: exact spelling first, then any case."""
    wanted = _keys_of(tuple(patterns), name)
    exact = next((key for key in wanted if key in found), None)
    if exact is not None:
        return exact
    folded: dict[str, str] = {key.casefold(): key for key in reversed(list(found))}
    return next((folded[key.casefold()] for key in wanted if key.casefold() in folded), None)


@cache
def _keys_of(patterns: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the keys of a value in these spellings and the usual ones; each answer asks for it."""
    return tuple(spelled(key, name) for key in (*patterns, *USUAL_KEYS.get(kind_of(name), ())))
