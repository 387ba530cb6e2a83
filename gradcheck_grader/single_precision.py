"""What single precision leaves behind: errors of its size that look random, or known ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck_grader.comparison import Comparison, excess_error
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays, backward
from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF_SINGLE, tolerance
from gradcheck_grader.trials import Trial

LEAST_SAMPLES = 8  # entries, below which nothing is said about the distribution of their errors
LEAST_NETWORKS = 4  # below which nothing is said about how errors differ between networks
# Errors of single precision over 2**-24 S: at most 0.7 in any program that was seen, and in the
# middle 0.004 to 0.1. Those of a difference quotient mostly reach further out, or lie below.
MOST, LEAST_MEDIAN = 1.0, 0.003
LEAST_CORRELATION = 0.35  # of log error and log S; the noise of a difference quotient ignores S
# How far the share of positive errors may be from a half: beyond four sigma, since errors that come
# from one rounded number go together; and at most.
UNEVEN, MOST_UNEVEN = 0.1, 0.35
ONE_WAY = 0.9  # excess of one sign within an array, from which its errors are a single factor


def within(item: Comparison) -> bool:
    """Return whether no error is larger than single precision may make it."""
    assert item.values is not None
    allowed = tolerance(item.trial.bound[item.name], np.float32)
    excess = excess_error(item.values, item.trial.truth[item.name], allowed)
    return bool(excess.max(initial=0.0) <= 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """The errors of gradients, entry by entry, over all networks.

    ``bound`` is S of each entry, ``network`` the number of its trial, ``array`` that of its
    gradient, and ``mean_factor`` what 1/m rounded to single precision adds to it, relatively.
    """

    error: Array
    truth: Array
    bound: Array
    network: Array
    array: Array
    mean_factor: Array

    @property
    def off(self) -> Array:
        """Where an error is more than the rounding of double precision."""
        return np.asarray(np.abs(self.error) > tolerance(self.bound))

    def size(self) -> float:
        """Return the relative error of all entries together."""
        return float(np.linalg.norm(self.error) / np.linalg.norm(self.truth))

    def look_random(self) -> bool:
        """Return whether nearly every entry is off, without a preferred direction.

        Up as often as down, and as often towards zero as away from it: a constant offset, or a
        factor such as 1 + 1e-7, has one sign.
        """
        off = self.off
        if not self._mostly_off():
            return False
        relative = self.error * np.sign(self.truth)
        return _both_signs(self.error[off]) and _both_signs(relative[off])

    def look_random_by_network(self) -> bool:
        """Return the same where one rounded number moves many entries of a network together.

        Then networks are independent of each other, and entries are not; 1/m, which always rounds
        the same way for the same m, is taken out if that helps.
        """
        without = replace(self, error=self.error - self.mean_factor * self.truth)
        both = (self, without)
        return self._mostly_off() and any(errors._random_by_network() for errors in both)

    def are_of_single_precision(self) -> bool:
        """Return whether the errors are as large as single precision makes them, and go with S."""
        off = self.off
        ratio = np.abs(self.error[off]) / (UNIT_ROUNDOFF_SINGLE * self.bound[off])
        if ratio.size < LEAST_SAMPLES or ratio.max() > MOST or np.median(ratio) < LEAST_MEDIAN:
            return False
        logs = np.log(np.abs(self.error[off])), np.log(self.bound[off])
        # Entries of one S tell nothing of how errors go with it.
        return not np.ptp(logs[1]) or float(np.corrcoef(*logs)[0, 1]) >= LEAST_CORRELATION

    def _mostly_off(self) -> bool:
        count = np.count_nonzero(self.off)
        return bool(count >= max(LEAST_SAMPLES, 0.5 * np.count_nonzero(self.truth)))

    def _random_by_network(self) -> bool:
        if not self._mostly_off():
            return False
        relative = np.sign(self.error * self.truth)
        excess = [self._excess(signs, self.network) for signs in (np.sign(self.error), relative)]
        return self._mixed(relative) and all(map(_around_zero, excess))

    def _mixed(self, signs: Array) -> bool:
        """Return whether both signs occur within arrays; a factor of each array has one in it."""
        shares = np.abs(self._excess(signs, self.array))
        sizes = self._excess(np.ones(signs.shape), self.array, np.sum)
        return bool(np.average(shares, weights=sizes) < ONE_WAY)

    def _excess(
        self, signs: Array, number: Array, combine: Callable[[Array], Any] = np.mean
    ) -> Array:
        """Return by how much one sign outweighs the other, from -1 to 1, in each group."""
        off = self.off
        groups = [off & (number == one) for one in np.unique(number)]
        return np.array([combine(signs[group]) for group in groups if group.any()])


def errors_of(items: Sequence[Comparison]) -> Errors:
    """Return the errors of comparisons that all have numbers."""
    truths = [item.trial.truth[item.name] for item in items]
    pairs = list(zip(items, truths, strict=True))
    networks = {item.trial: number for number, item in enumerate(items)}

    def flat(values: Iterator[Array]) -> Array:
        return np.concatenate([array.ravel() for array in values])

    return Errors(
        error=flat(np.asarray(item.values) - truth for item, truth in pairs),
        truth=flat(truth for truth in truths),
        bound=flat(item.trial.bound[item.name] for item in items),
        array=flat(np.full(truth.shape, number) for number, truth in enumerate(truths)),
        network=flat(np.full(truth.shape, networks[item.trial]) for item, truth in pairs),
        mean_factor=flat(np.full(truth.shape, mean_factor(item.trial)) for item, truth in pairs),
    )


def mean_factor(trial: Trial) -> float:
    """Return the relative error of 1/m in single precision."""
    m = trial.problem.m
    return float(np.float32(1 / m)) * m - 1.0


def _both_signs(values: Array) -> bool:
    """Return whether positive and negative values are about equally frequent."""
    share = float(np.mean(values > 0))
    four_sigma = 2.0 / math.sqrt(values.size)
    return abs(share - 0.5) < min(MOST_UNEVEN, four_sigma + UNEVEN)


def _around_zero(values: Array) -> bool:
    """Return whether the mean is zero up to chance, to five sigma."""
    if values.size < LEAST_NETWORKS:
        return False
    return bool(abs(np.mean(values)) <= 5.0 * np.std(values, ddof=1) / math.sqrt(values.size))


def _from_delta(trial: Trial, delta: Array) -> Arrays | None:
    exact = "cross_entropy" in trial.problem.network.loss and trial.truth is trial.gradients
    return backward(trial.problem, trial.cache, delta)[0] if exact else None


def _rounded(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)


def _output(trial: Trial) -> Array:
    return trial.cache[f"A{trial.problem.network.depth}"]


# Single precision in one place of a computation in double: what comes out is known to the last
# digits. One rounded number moves whole networks, so that their errors do not look random.
ONE_PLACE: tuple[Callable[[Trial], Arrays | None], ...] = (
    lambda trial: _from_delta(trial, _rounded(_output(trial)) - trial.problem.Y),
    lambda trial: _from_delta(trial, _rounded(_output(trial) - trial.problem.Y)),
    lambda trial: _from_delta(trial, _rounded(_rounded(_output(trial)) - trial.problem.Y)),
    lambda trial: {k: value * (1.0 + mean_factor(trial)) for k, value in trial.gradients.items()},
)
