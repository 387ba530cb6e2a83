"""Gradients that contain the parameter itself: penalties, and steps returned as gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck_grader.diagnosis.mistakes.mistake import Variant
from gradcheck_grader.diagnosis.search.closing import Close, Closer, Delta, Kind
from gradcheck_grader.diagnosis.search.target import Target, same
from gradcheck_grader.reference.activations import Array

# Multiples of the right penalty that are met: forgotten, subtracted, the 2 of the square kept or
# lost, not averaged. By the powers of m.
SCALES = (
    ("l2-missing", "", 0.0, 0),
    ("l2-sign-flipped", "", -1.0, 0),
    ("l2-wrong-scale", "2", 2.0, 0),
    ("l2-wrong-scale", "1/2", 0.5, 0),
    ("l2-wrong-scale", "m", 1.0, 1),
    ("l2-wrong-scale", "1/m", 1.0, -1),
    ("l2-wrong-scale", "m/2", 0.5, 1),
    ("l2-wrong-scale", "2 m", 2.0, 1),
    ("l2-wrong-scale", "m^2", 1.0, 2),
    ("l2-wrong-scale", "m^2/2", 0.5, 2),
)
# What stands for the weights in a penalty that is no multiple of the right one, or is by a number
# of its own on every network. The plainer names come first.
SHAPES: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("l2-wrong-scale", lambda W: W),
    ("l2-one-number", np.ones_like),
    ("l2-squared-weights", np.square),
    ("l2-sign-of-weights", np.sign),
)
# What the penalty's factor may be multiplied by where one number is added to every bias.
NUMBERS: dict[str, Callable[[Array], float]] = {
    "": lambda _: 1.0,
    " and the sum of the weights": lambda W: float(W.sum()),
    " and the sum of the squared weights": lambda W: float(np.square(W).sum()),
}


def with_parameter(closer: Closer, kind: Kind, delta: Delta) -> list[Close]:
    """Return the explanations of a gradient with a multiple of its parameter in it."""
    target = closer.targets.get(f"{kind}{delta.layers[0].number}")
    if target is None or not _fits(target, kind, delta):
        return []
    right = closer.bench.catalogue.variants[kind][0]
    arrays = [a for a in closer.apply(right.formula, delta) if a is not None]
    parameters = [at.W if kind == "dW" else at.b for at in delta.layers]
    if closer.bench.decay.any() and kind == "dW":
        found = [*_scaled_penalty(closer, target, arrays, parameters, delta)]
        found = found or [*_other_penalty(closer, target, arrays, parameters, delta)]
    else:
        found = [*_added(closer, target, arrays, parameters, delta, kind)]
        if closer.bench.decay.any():
            found += _one_number_added(closer, target, arrays, delta)
    found += _updated(closer, target, arrays, parameters, delta)
    return sorted(found, key=lambda close: close.cost)


def _fits(target: Target, kind: Kind, delta: Delta) -> bool:
    pairs = zip(target.arrays, delta.layers, strict=True)
    return all(array.shape == (at.W if kind == "dW" else at.b).shape for array, at in pairs)


Arrays = Sequence[Array]


def times_the_parameter(k: float, further: str = "") -> str:
    """Return the words for a multiple of the parameter that stands in its gradient."""
    return f"{k:.4g}{further} times the parameter"


def _scaled_penalty(
    closer: Closer, target: Target, arrays: Arrays, parameters: Arrays, delta: Delta
) -> Iterator[Close]:
    """Yield the penalty of this loss with another factor, or the factor on everything."""
    decay = closer.bench.decay
    m = np.array([at.m for at in delta.layers], dtype=np.float64)
    pairs = zip(arrays, decay, parameters, strict=True)
    total = [array + k * weight for array, k, weight in pairs]
    factor = closer.factor(target, total)
    if factor is not None and (close := closer.close(target.name, (), factor, delta.scale, 0.0)):
        yield close
    for id, words, number, power in SCALES:
        scale = number * m**power
        rest = target.less([s * k * w for s, k, w in zip(scale, decay, parameters, strict=True)])
        factor = closer.factor(rest, arrays)
        if factor is None:
            continue
        note = f"the penalty times {words}" if words else ""
        if close := closer.close(target.name, (id,), factor, delta.scale, 1.0, note=note):
            yield close


def _other_penalty(
    closer: Closer, target: Target, arrays: Arrays, parameters: Arrays, delta: Delta
) -> Iterator[Close]:
    """Yield a right gradient of the data, and beside it a multiple of what stands for the weights.

    One constant a trial: weights have several entries, and the gradient of the data no factor.
    """
    m = np.array([at.m for at in delta.layers], dtype=np.float64)
    sizes = np.array([weight.size for weight in parameters], dtype=np.float64)
    for factor in _distinct((delta.scale, np.ones_like(delta.scale))):
        rest = target.less([c * array for c, array in zip(factor, arrays, strict=True)])
        for id, shape in SHAPES:
            k = _constants(closer, rest, [shape(weight) for weight in parameters])
            if k is None:
                continue
            note = _in_words(k, closer.bench.decay, m, sizes) if id == "l2-wrong-scale" else ""
            if close := closer.close(target.name, (id,), factor, delta.scale, 1.0, note=note):
                yield close
            return


def _in_words(k: Array, decay: Array, m: Array, sizes: Array) -> str:
    """Return what multiplies the weights in words, where it has some: a factor, or a number."""
    ratio = k / decay
    for words, base in (("{}", np.ones_like(m)), ("{} m", m), ("{} m^2", m**2), ("{}/m", 1 / m)):
        if same(ratio / base, np.full_like(m, ratio[0] / base[0]), 1e-9):
            return f"the penalty times {words.format(f'{ratio[0] / base[0]:.4g}')}"
    for further, base in (("", np.ones_like(m)), ("/m", 1 / m)):
        if same(k / base, np.full_like(m, k[0] / base[0]), 1e-9):
            return times_the_parameter(float(k[0] / base[0]), further)
    if same(ratio * sizes / m, np.ones_like(m), 1e-9):
        return "divided by the number of weights instead of m"
    if same(k, 1.0 - decay, 1e-9):
        return "1 less the penalty's factor, as in a step that shrinks the weights"
    return ""


def _added(
    closer: Closer, target: Target, arrays: Arrays, parameters: Arrays, delta: Delta, kind: Kind
) -> Iterator[Close]:
    """Yield a multiple of the parameter on top, the same one on every trial or that over m."""
    id = "regularisation-added" if kind == "dW" else "l2-on-biases"
    m = np.array([at.m for at in delta.layers], dtype=np.float64)
    one = np.ones_like(m)
    decay = closer.bench.decay
    shapes = {"": one}
    shapes |= {"/m": one / m} if (m > 1).any() else {}
    shapes |= {" times the penalty's factor": decay} if decay.any() else {}
    usual = (delta.scale, one, m, one / m, -one, 2.0 * one, 0.5 * one)
    for factor in _distinct(usual):
        scaled = [c * array for c, array in zip(factor, arrays, strict=True)]
        rest = target.less(scaled)
        for words, shape in shapes.items():
            terms = [s * value for s, value in zip(shape, parameters, strict=True)]
            k = _one_constant(closer, rest, terms)
            if k is None:
                continue
            note = times_the_parameter(k, words)
            if close := closer.close(target.name, (id,), factor, delta.scale, 1.0, note=note):
                yield close


def _one_number_added(
    closer: Closer, target: Target, arrays: Arrays, delta: Delta
) -> Iterator[Close]:
    """Yield one number in every entry of db: the penalty's factor, times a sum or by itself."""
    rest = target.less([c * array for c, array in zip(delta.scale, arrays, strict=True)])
    pairs = list(zip(closer.bench.decay, delta.layers, strict=True))
    for words, number in NUMBERS.items():
        k = _one_constant(closer, rest, [c * number(at.W) * np.ones_like(at.b) for c, at in pairs])
        if k is None:
            continue
        note = f"{k:.4g} times the penalty's factor{words}"
        ids = ("l2-one-number-on-biases",)
        if close := closer.close(target.name, ids, delta.scale, delta.scale, 1.0, note=note):
            yield close


def _updated(
    closer: Closer, target: Target, arrays: Arrays, parameters: Arrays, delta: Delta
) -> Iterator[Close]:
    """Yield the parameter after a step: theta - rate * gradient, with one rate throughout."""
    rest = target.less(parameters)
    for factor in _distinct((delta.scale, np.ones_like(delta.scale))):
        terms = [-c * array for c, array in zip(factor, arrays, strict=True)]
        rate = _one_constant(closer, rest, terms)
        if rate is None:
            continue
        ids, note = ("returned-updated-parameter",), f"a step of {rate:.4g}"
        if close := closer.close(target.name, ids, factor, delta.scale, 1.0, note=note):
            yield close


def _one_constant(closer: Closer, rest: Target, terms: Arrays) -> float | None:
    """Return the one k with rest = k terms on all trials, by least squares; None if there is none.

    One constant for all trials, and not one a trial, or two terms would fit anything.
    """
    flat = [term.ravel() for term in terms]
    seen = range(closer.seen)
    size = sum(float(flat[t] @ flat[t]) for t in seen)
    k = sum(float(flat[t] @ rest.flat[t]) for t in seen) / size if size else 0.0
    peak = max(rest.peaks)
    if k == 0.0 or peak <= max(rest.floors):
        return None
    for values, term, floor in zip(rest.flat, flat, rest.floors, strict=True):
        if np.abs(values - k * term).max() > 10.0 * closer.precision.rtol * peak + floor:
            return None
    return k


def _constants(closer: Closer, rest: Target, terms: Arrays) -> Array | None:
    """Return k of every trial with rest = k term, if there are such numbers other than 0."""
    k = []
    for values, term, peak, floor in zip(
        rest.flat, (term.ravel() for term in terms), rest.peaks, rest.floors, strict=True
    ):
        k.append(float(term @ values) / float(term @ term))
        off = np.abs(values - k[-1] * term).max()
        if peak <= floor or off > 10.0 * closer.precision.rtol * peak + floor:
            return None
    several = sum(term.size > 1 for term in terms)
    return np.array(k) if several >= min(2, len(k)) else None


def _distinct(factors: Sequence[Array]) -> list[Array]:
    kept: list[Array] = []
    for factor in factors:
        if not any(same(factor, other, 1e-12) for other in kept):
            kept.append(factor)
    return kept


def updated_weights(closer: Closer, delta: Delta, moved: Delta) -> tuple[float, Array] | None:
    """Return the rate with which W was updated before the blame was carried back.

    ``delta`` is what W gives, ``moved`` what the student's own dW in its place gives.
    """
    right: Variant = closer.bench.catalogue.variants["dW"][0]
    target = closer.target("dW", delta)
    if target is None:
        return None
    straight = [a for a in closer.apply(right.formula, delta) if a is not None]
    aside = [a for a in closer.apply(right.formula, moved) if a is not None]
    for factor in _distinct((delta.scale, np.ones_like(delta.scale))):
        rest = target.less([c * a for c, a in zip(factor, straight, strict=True)])
        terms = [-c * a for c, a in zip(factor, aside, strict=True)]
        if [t.shape for t in terms] != [a.shape for a in rest.arrays]:
            return None
        rate = _one_constant(closer, rest, terms)
        if rate is not None:
            return rate, factor
    return None
