"""What came back, made ready for the search: targets, and what is no attempt at a gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.descent import LOST, is_without_old
from gradcheck_grader.diagnosis.search.explanation import Case
from gradcheck_grader.diagnosis.search.target import Target, floor_of, target
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias, layer_of, parameter_of
from gradcheck_grader.reference.rounding import tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """The numbers of one submission on the diagnosis trials.

    Attributes
    ----------
    targets
        Gradients with finite numbers on every trial that are an attempt.
    correct
        Names that are right on every trial.
    plain
        Names that need no search, with the mistake's id: zeros, copies, constants, missing,
        exchanged.
    infinite
        Names whose numbers are not all finite, the nearest to the loss first.
    doubled
        Names under which a right gradient of another parameter came back that stands under a
        second key as well: their own was never handed back.
    """

    targets: Mapping[str, Target]
    correct: frozenset[str]
    plain: Mapping[str, str]
    infinite: tuple[str, ...]
    doubled: frozenset[str] = frozenset()


def sort_out(bench: Bench, part: Part, cases: Sequence[Case], accepted: frozenset[str]) -> Returned:
    """Return the numbers of a submission, sorted; ``accepted`` are names that count as right."""
    names = bench.trials[0].problem.network.gradient_names()
    found = {name: arrays for name in names if (arrays := _arrays(cases, name)) is not None}
    right = {name for name in names if _is_correct(part, cases, name)}
    correct = frozenset(right | (accepted & set(names)))
    plain = {name: "gradient-missing" for name in names if _is_missing(cases, name)}
    moved = _exchanged(bench, found, correct)
    plain |= dict.fromkeys(moved, "keys-swapped")
    borrowed = _borrowed(bench, found, correct | set(moved))
    plain |= dict.fromkeys(borrowed, "wrong-key")
    doubled = frozenset(name for name in borrowed if _stands_twice(found, name))
    found |= {name: _as_gradient(bench, found[source], name) for name, source in moved.items()}
    infinite = tuple(name for name, arrays in found.items() if not _is_finite(arrays))
    targets: dict[str, Target] = {}
    for name, arrays in found.items():
        if name in infinite or plain.get(name) == "wrong-key":
            continue
        idle = "" if name in correct else _idle(bench, part, found, name)
        if idle:
            plain[name] = idle
            continue
        floors = [
            floor_of(case.trial.bound[name]) + float(np.max(_slack(part, case, name)))
            for case in cases
        ]
        targets[name] = target(name, arrays, floors)
    return Returned(targets, correct, plain, infinite, doubled)


def _arrays(cases: Sequence[Case], name: str) -> list[Array] | None:
    """Return what came back for a gradient on every trial, or None if it did not on some."""
    arrays = []
    for case in cases:
        value = case.values.get(name)
        if value is None:
            value = case.raw.get(name)
        if value is None:
            return None
        arrays.append(np.asarray(value, dtype=np.float64))
    return arrays


def _is_missing(cases: Sequence[Case], name: str) -> bool:
    return all(case.values.get(name) is None and name not in case.raw for case in cases)


def _slack(part: Part, case: Case, name: str) -> Array:
    """Return the rounding of gradients that were read off a step: (before - after) / rate."""
    parameter = case.trial.problem.parameters[parameter_of(name)]
    if part.kind == "gradients":
        return np.zeros_like(parameter)
    return tolerance(2.0 * np.abs(parameter)) / case.trial.rate


def _is_correct(part: Part, cases: Sequence[Case], name: str) -> bool:
    for case in cases:
        value = case.values.get(name)
        if value is None:
            return False
        allowed = tolerance(case.trial.bound[name]) + _slack(part, case, name)
        if not np.all(np.abs(value - case.trial.truth[name]) <= allowed):
            return False
    return True


def _idle(bench: Bench, part: Part, found: Mapping[str, Sequence[Array]], name: str) -> str:
    """Return the mistake's id if the numbers hold no gradient or step at all, else nothing."""
    arrays = found[name]
    if part.kind == "descent" and is_without_old(arrays, bench.trials, name):
        return LOST
    if any(array.size == 0 for array in arrays):
        return ""
    if not any(array.any() for array in arrays):
        return "zero-gradient"
    weights = f"dW{layer_of(name)}"
    if weights in found and all(_is_noise(bench, n, found[n]) for n in (weights, name)):
        # Noise in db alone says more: its sum runs over the units of a softmax as well.
        return "zero-gradient"
    first = arrays[0].ravel()[0]
    if all((array == first).all() for array in arrays):
        return "constant-returned"
    if not is_bias(name) and _is_penalty(bench, name, arrays):
        return "parameter-returned"
    own = (f"{kind}{layer_of(name)}" for kind in ("W", "b"))
    return "parameter-returned" if any(_is_multiple(bench, p, arrays) for p in own) else ""


def _is_multiple(bench: Bench, parameter: str, arrays: Sequence[Array]) -> bool:
    """Return whether one and the same multiple of a parameter came back on all networks."""
    own = [trial.problem.parameters[parameter] for trial in bench.trials]
    if [a.shape for a in arrays] != [p.shape for p in own]:
        return False
    k = arrays[0].ravel()[0] / own[0].ravel()[0]
    pairs = zip(arrays, own, strict=True)
    return all(np.allclose(array, k * value, rtol=1e-9, atol=0.0) for array, value in pairs)


def _is_penalty(bench: Bench, name: str, arrays: Sequence[Array]) -> bool:
    """Return whether nothing but the penalty of the weights came back."""
    own = [trial.problem.parameters[parameter_of(name)] for trial in bench.trials]
    if not bench.decay.any() or [a.shape for a in arrays] != [w.shape for w in own]:
        return False
    triples = zip(arrays, bench.decay, own, strict=True)
    return _is_noise(bench, name, [array - k * weight for array, k, weight in triples])


def _is_noise(bench: Bench, name: str, arrays: Sequence[Array]) -> bool:
    """Return whether nothing but rounding errors came back, as from a sum that cancels."""
    floors = [floor_of(trial.bound[name]) for trial in bench.trials]
    return all(np.abs(a).max() <= floor for a, floor in zip(arrays, floors, strict=True))


def _exchanged(
    bench: Bench, found: Mapping[str, Sequence[Array]], correct: frozenset[str]
) -> dict[str, str]:
    """Return the gradients that stand under another one's key: name to the key where they are."""
    moved: dict[str, str] = {}
    for name, other in _pairs([name for name in found if name not in correct]):
        if name in moved or other in moved:
            continue
        if _belongs(bench, found[name], other) and _belongs(bench, found[other], name):
            moved |= {name: other, other: name}
    return moved


def _borrowed(
    bench: Bench, found: Mapping[str, Sequence[Array]], settled: frozenset[str] | set[str]
) -> list[str]:
    """Return the names under which another gradient came back, right in itself.

    The bias gradient of the layer above alone in the place of this one is a mistake with a name of
    its own: a sum over the wrong delta. With the weights' one beside it the keys are what is off.
    """
    borrowed = []
    for name, arrays in found.items():
        layer, others = layer_of(name), {*bench.trials[0].truth} - {name}
        if not _is_moved_down(bench, found, layer):
            others -= {f"db{layer + 1}"}
        if name not in settled and any(_equals(bench, arrays, other) for other in others):
            borrowed.append(name)
    return borrowed


def _is_moved_down(bench: Bench, found: Mapping[str, Sequence[Array]], layer: int) -> bool:
    """Return whether the weights' gradient of the layer above stands under this layer's key."""
    above, arrays = f"dW{layer + 1}", found.get(f"dW{layer}")
    return arrays is not None and above in bench.trials[0].truth and _equals(bench, arrays, above)


def _stands_twice(found: Mapping[str, Sequence[Array]], name: str) -> bool:
    """Return whether the same arrays came back under another name as well."""
    return any(
        other != name and all(map(np.array_equal, found[name], arrays))
        for other, arrays in found.items()
    )


def _equals(bench: Bench, arrays: Sequence[Array], name: str) -> bool:
    """Return whether the arrays are the right gradient ``name``."""
    truths = [trial.truth[name] for trial in bench.trials]
    return all(
        array.shape == truth.shape and np.abs(array - truth).max() <= 1e-9 * np.abs(truth).max()
        for array, truth in zip(_as_gradient(bench, arrays, name), truths, strict=True)
    )


def _as_gradient(bench: Bench, arrays: Sequence[Array], name: str) -> list[Array]:
    """Return the arrays as they are read under a key: a bias gradient may be flat, or a row."""
    shapes = [trial.truth[name].shape for trial in bench.trials]
    if not is_bias(name) or any(map(_cannot_be, arrays, shapes)):
        return list(arrays)
    return [array.reshape(shape) for array, shape in zip(arrays, shapes, strict=True)]


def _cannot_be(array: Array, shape: tuple[int, ...]) -> bool:
    """Return whether an array does not hold one number for each unit of a bias."""
    return array.size != shape[0] or array.size not in (1, *array.shape)


def _is_finite(arrays: Sequence[Array]) -> bool:
    return all(np.isfinite(array).all() for array in arrays)


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            yield name, other


def _belongs(bench: Bench, arrays: Sequence[Array], name: str) -> bool:
    """Return whether the arrays are the gradient ``name``: by shape, or else by value."""
    if not _has_shape_of(bench, arrays, name):
        return False
    return _equals(bench, arrays, name) or not _shape_elsewhere(bench, arrays)


def _has_shape_of(bench: Bench, arrays: Sequence[Array], name: str) -> bool:
    """Return whether the arrays have the shapes of the gradient ``name``."""
    shapes = [array.shape for array in _as_gradient(bench, arrays, name)]
    return shapes == [trial.truth[name].shape for trial in bench.trials]


def _shape_elsewhere(bench: Bench, arrays: Sequence[Array]) -> bool:
    """Return whether another gradient has these shapes too, so that shape alone proves nothing."""
    return sum(_has_shape_of(bench, arrays, name) for name in bench.trials[0].truth) > 1
