"""Everything about a set of diagnosis trials that does not depend on a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.chain import (
    Flow,
    Layer,
    descend,
    gated,
    layers_of,
    propagated,
    right_gate,
    right_propagate,
    start,
)
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.factors import Table, table
from gradcheck_grader.diagnosis.search.stack import Stack, stack_deltas, with_common_ways
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.trials import Trial

SIEVE = 0  # the trial on which all candidates are tried; the survivors meet the others


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Diagnosis trials made ready for any number of submissions.

    Attributes
    ----------
    trials
        The last one verifies if there are at least three; ``seen`` is the number of the others.
    rows
        The facts of every layer, by trial.
    flows
        What the right chain hands down at each layer, by layer and trial.
    weight, decay
        Factor of each example's loss (1/m or 1), and k in dpenalty/dW = k W; one number a trial.
    stacks
        Every candidate for the delta of a layer below right layers, on the trial ``SIEVE``; of the
        output layer, which may have a single unit and then tells little by one trial, on all: the
        same candidates in the same order.
    """

    trials: tuple[Trial, ...]
    catalogue: Catalogue
    rows: tuple[dict[int, Layer], ...]
    flows: dict[int, tuple[Flow, ...]]
    weight: Array
    decay: Array
    factors: Table
    stacks: dict[int, tuple[Stack, ...]]

    @property
    def seen(self) -> int:
        """Number of trials that decide."""
        return deciding(len(self.trials))

    @property
    def depth(self) -> int:
        """Number of layers of every trial."""
        return self.trials[0].problem.network.depth

    def layers(self, number: int) -> tuple[Layer, ...]:
        """Return the facts of one layer in every trial."""
        return tuple(rows[number] for rows in self.rows)


def deciding(count: int) -> int:
    """Return how many of so many trials decide; the rest verify."""
    return count - 1 if count >= 3 else count


def prepare(trials: Sequence[Trial], catalogue: Catalogue) -> Bench:
    """Return a bench for trials of one depth; some milliseconds."""
    networks = [trial.problem.network for trial in trials]
    sizes = [trial.problem.m for trial in trials]
    rows = tuple(layers_of(trial) for trial in trials)
    flows = _right_flows(rows, networks[0].depth)
    weight = np.array([n.example_weight(m) for n, m in zip(networks, sizes, strict=True)])
    decay = np.array([n.penalty_slope(m) for n, m in zip(networks, sizes, strict=True)])
    with np.errstate(all="ignore"):  # a candidate may divide by zero: it then fits nothing
        stacks = {number: _stacks(catalogue, rows, flows, number, weight) for number in flows}
    factors = table(networks, sizes, deciding(len(trials)))
    return Bench(tuple(trials), catalogue, rows, flows, weight, decay, factors, stacks)


def _stacks(
    catalogue: Catalogue,
    rows: Sequence[dict[int, Layer]],
    flows: dict[int, tuple[Flow, ...]],
    number: int,
    weight: Array,
) -> tuple[Stack, ...]:
    """Return the candidates for the delta of one layer below right layers."""
    sizes = usual_sizes(weight)
    above = flows.get(number + 1)
    return with_common_ways(
        [
            stack_deltas(
                catalogue,
                rows[trial][number],
                descend(above[trial], None) if above else None,
                tuple(float(size[trial]) for size in sizes),
            )
            for trial in (range(len(rows)) if above is None else (SIEVE,))
        ]
    )


def usual_sizes(weight: Array) -> tuple[Array, ...]:
    """Return the sizes that a right delta may have, by trial: 1/m late, or 1/m early."""
    one = np.ones_like(weight)
    return (one,) if (weight == 1.0).all() else (one, weight)


def _right_flows(rows: Sequence[dict[int, Layer]], depth: int) -> dict[int, tuple[Flow, ...]]:
    """Return what the right chain hands down, from the output layer on."""
    flows = {depth: tuple(start(row[depth], row[depth].right) for row in rows)}
    for number in range(depth - 1, 0, -1):
        flows[number] = tuple(
            right_descent(row[number], flow, None)
            for row, flow in zip(rows, flows[number + 1], strict=True)
        )
    return flows


def right_descent(at: Layer, above: Flow, dW_above: Array | None) -> Flow:
    """Return the flow at a layer that does the right thing with what comes from above."""
    flow = descend(above, dW_above)
    flow = propagated(at, flow, right_propagate(at, flow))
    return gated(flow, right_gate(at, flow))
