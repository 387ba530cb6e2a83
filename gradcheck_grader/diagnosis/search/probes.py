"""The trials of a diagnosis: five networks of one depth on which mistakes differ in numbers.

Two have many examples. Two are *readable*: m is smaller than the width of every layer that feeds
another, so that the student's own deltas can be read off dW (``follow_through.py``). The fifth
decides nothing and only verifies: an explanation must predict the numbers on it as well.
"""

from __future__ import annotations

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.errors import NoTrialError
from gradcheck_grader.family import Family
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.draw import draw
from gradcheck_grader.reference.network import Network, Problem
from gradcheck_grader.trials import (
    ATTEMPTS,
    Trial,
    certified,
    draw_keep_prob,
    draw_rate,
    make_trial,
    tells,
)

READABLE = (2, 3)  # the others have many examples
PROBES = 5
LEAST_ERROR = 0.03  # of the mean of A_L - Y, without which averaging too soon hardly shows
STREAM = 0x70726F62  # keeps these draws apart from those of the graded trials


def draw_probes(part: Part, seed: int, depth: int) -> tuple[Trial, ...]:
    """Draw and certify the five diagnosis trials of a part, the verifying one last.

    Raises
    ------
    DisagreementError
        If no telling network is found, or reference and numerical derivative differ: our fault.
    """
    trials: list[Trial] = []
    # One learning rate for all of them: a slip in a step is then one number, as in a gradient.
    rate = draw_rate(part, np.random.default_rng([STREAM, *part.name.encode(), seed]))
    for number in range(PROBES):
        used = [(trial.problem.m, *trial.problem.network.widths) for trial in trials]
        trials.append(_draw_probe(part, seed, depth, number, used, rate))
    return tuple(trials)


Sizes = tuple[int, ...]  # m, n_0, n_1 ... of one probe


def _draw_probe(
    part: Part, seed: int, depth: int, number: int, used: list[Sizes], rate: float
) -> Trial:
    rng = np.random.default_rng([STREAM, *part.name.encode(), seed, depth, number])
    for attempt in range(ATTEMPTS):
        m, widths = _sizes(part.network, depth, rng, number, used)
        network = _network(part, widths, rng)
        trial = make_trial(part, number, draw(network, m, rng, number), rng, rate)
        if tells(trial) and (shows(trial, number) or attempt > ATTEMPTS // 2):
            return certified(trial)
    raise NoTrialError(
        f"no telling diagnosis trial was found in {ATTEMPTS} draws",
        where=f"part {part.name!r}, probe {number}",
        remedy="Widen the ranges of width, inputs or examples in assignment.toml.",
    )


def shows(trial: Trial, number: int) -> bool:
    """Return whether averaging too soon, or a mask, would change the numbers.

    A mask shows where a layer is on in some places and off in others: the layers that are a ReLU,
    and the output layer, which a student may take for one. Of trials with one example every other
    one must be predicted wrongly, or a delta of rounded predictions would be zero everywhere. Of
    classes, some network lacks one: "its class" and "any class of the batch" then differ.
    """
    problem: Problem = trial.problem
    network = problem.network
    error = trial.cache[f"A{network.depth}"] - problem.Y
    if np.abs(error.mean(axis=1)).min() < LEAST_ERROR:
        return False
    if problem.m == 1:
        return bool(number % 2 == 1 or np.abs(error).max() > 0.5)
    classes = network.loss == "categorical_cross_entropy"
    if classes and number in READABLE and problem.Y.any(axis=1).all():
        return False
    masked = [n for n in network.layers if n == network.depth or network.activation(n).kinked]
    return all(_is_mixed(trial.cache[f"Z{layer}"]) for layer in masked)


def _is_mixed(z: Array) -> bool:
    return bool((z > 0).any() and (z < 0).any())


def _network(part: Part, widths: Sizes, rng: np.random.Generator) -> Network:
    l2 = float(rng.uniform(*part.network.l2))
    return part.network_of(widths, l2=l2, keep_prob=draw_keep_prob(part, len(widths) - 1, rng))


def _sizes(
    family: Family, depth: int, rng: np.random.Generator, number: int, used: list[Sizes]
) -> tuple[int, Sizes]:
    """Return m and the widths: different within the probe and from probe to probe, if they can.

    A factor m / n_1 has a name of its own only if neither m nor n_1 is the same throughout.
    """
    low, high = family.examples
    ranges = [family.inputs, *[family.width] * (depth - 1)]
    m, least = _readable_size(family, ranges), 2
    if number == READABLE[1] and low < high:
        m -= 1
    if number in READABLE and m >= 2:
        least = m + 1
    else:
        m = _pick(range(low, high + 1), least=(low + high) // 2, avoid=[{row[0] for row in used}],
                  rng=rng)  # fmt: skip
    inner: list[int] = []
    for position, (first, last) in enumerate(ranges, start=1):
        here = {row[position] for row in used}
        width = _pick(
            range(first, last + 1), least=least, avoid=[{m, *inner}, here], rng=rng
        )  # fmt: skip
        inner.append(width)
    outputs = range(family.outputs[0], family.outputs[1] + 1)
    here = {row[-1] for row in used}
    inner.append(_pick(outputs, least=1, avoid=[{m, *inner}, here], rng=rng))
    return m, tuple(inner)


def _readable_size(family: Family, ranges: list[tuple[int, int]]) -> int:
    """Return the largest m that leaves room for different widths above it; 0 if none does.

    An author who fixes m means it; a range may be left towards its low end.
    """
    low, high = family.examples
    room = min(last for _, last in ranges) - len(ranges)
    if low < high:
        return min(low, room)
    return low if low <= room else 0


def _pick(sizes: range, *, least: int, avoid: list[set[int]], rng: np.random.Generator) -> int:
    """Return a size of at least ``least``, outside as many of the sets as can be."""
    wanted = [size for size in sizes if size >= least] or list(sizes)
    for count in range(len(avoid), -1, -1):
        barred = set().union(*avoid[:count])
        if free := [size for size in wanted if size not in barred]:
            return int(rng.choice(free))
    return wanted[-1]
