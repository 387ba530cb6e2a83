"""The search: walk back from the loss, and explain each layer given the deltas above it.

The chain factorises. Given the delta of a layer, its two gradients are explained each by itself;
given the layers above, the delta of the next one is one of some hundreds. So the cost of several
slips is the sum of their layers' candidates and not the product. A mistake's place and size are
separate questions: directions are compared first, the factors between them are named afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, descend, gated
from gradcheck_grader.diagnosis.mistakes.propagate import UPDATED_WEIGHTS
from gradcheck_grader.diagnosis.search.bench import SIEVE, Bench, right_descent, usual_sizes
from gradcheck_grader.diagnosis.search.closing import KINDS, Close, Closer, Delta, Kind, handed_down
from gradcheck_grader.diagnosis.search.follow_through import delta_is_wrong
from gradcheck_grader.diagnosis.search.hypothesis import (
    Hypothesis,
    LayerStory,
    cost_of_layers,
    explains_layer,
    is_half_told,
    is_plain,
    layer_ids,
    pruned,
    story_ids,
)
from gradcheck_grader.diagnosis.search.penalties import updated_weights, with_parameter
from gradcheck_grader.diagnosis.search.sieve import Sieve, Stacks
from gradcheck_grader.diagnosis.search.stack import Way, follow, stack_deltas
from gradcheck_grader.diagnosis.search.target import same
from gradcheck_grader.reference.activations import Array

MOST_IN_A_LAYER = 2  # different mistakes, where none of the layer's steps is right
CLOSES = 3  # explanations of one gradient that are combined with those of the other


Stage = Callable[[Hypothesis | None, Delta], Iterator[Hypothesis]]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One search over the numbers of one submission."""

    bench: Bench
    closer: Closer
    sieve: Sieve

    def run(self) -> list[Hypothesis]:
        """Return the hypotheses for all layers, the cheapest first."""
        beam: Sequence[Hypothesis | None] = (None,)
        for number in range(self.bench.depth, 0, -1):
            found = [next_ for above in beam for next_ in self._layer(above, number)]
            beam = pruned(found)
        return [hypothesis for hypothesis in beam if hypothesis]

    def _layer(self, above: Hypothesis | None, number: int) -> list[Hypothesis]:
        """Return the ways to go on through one layer, the plain ones before the exotic."""
        right = self._right(above, number)
        simple = self._with_right_closes(above, right)
        if simple:
            return [simple]
        if self._came_back("dW", right) and self.closer.right("dW", right):
            return list(self._extended(above, right, None))  # so the delta is right, and db is not
        found: list[Hypothesis] = []
        for stage in self._stages(right):
            found += stage(above, right)
            if any(is_plain(hypothesis) for hypothesis in found):
                return found
        if not (any(map(explains_layer, found)) or self.closer.right("db", right)):
            found += self._by_delta_and_close(above, right)
        # Several mistakes that explain one gradient and leave the other open are a coincidence.
        sound = [one for one in found if explains_layer(one) or len(layer_ids(one)) <= 1]
        half = any(map(is_half_told, sound))
        if half and delta_is_wrong(self.bench, self.closer.targets, number):
            sound = [one for one in sound if not is_half_told(one)]
        return sound or [self._hypothesis(above, right, None, None)]

    def _stages(self, right: Delta) -> Sequence[Stage]:
        """Return the kinds of explanation to try, the plain ones first."""
        rare = (self._by_given_dW, self._by_step)
        if self.closer.right("db", right):
            # The delta may be right, with dW alone wrong, or wrong with the same sum over the
            # examples. The layers below will tell.
            return (self._by_dW_or_delta, *rare)
        return (self._by_delta_in_dW, self._by_delta_in_db, self._by_close, *rare)

    def _right(self, above: Hypothesis | None, number: int) -> Delta:
        """Return the delta of a layer that does the right thing with what comes from above."""
        layers, one = self.bench.layers(number), np.ones(len(self.bench.trials))
        if above is None:
            return Delta(layers, self.bench.flows[number], one)
        given = self._given(number)
        if above.is_right:
            pairs = zip(self.bench.flows[number], given, strict=True)
            flows = tuple(replace(flow, dW_above=dW) for flow, dW in pairs)
        else:
            triples = zip(layers, above.flows, given, strict=True)
            flows = tuple(right_descent(at, flow, dW) for at, flow, dW in triples)
        return Delta(layers, flows, above.scale)

    def _given(self, number: int) -> tuple[Array | None, ...]:
        """Return what the student gave for dW of the layer above."""
        target = self.closer.targets.get(f"dW{number + 1}")
        return target.arrays if target else (None,) * len(self.bench.trials)

    def _with_right_closes(self, above: Hypothesis | None, right: Delta) -> Hypothesis | None:
        """Return the way on if both gradients are right given this delta, factors aside."""
        dW, db = (self.closer.right(kind, right) for kind in KINDS)
        if dW and not db:
            db = self.closer.right("db", replace(right, scale=dW.factor))
        elif db and not dW:
            dW = self.closer.right("dW", replace(right, scale=db.factor))
        if any(
            self._came_back(kind, right) and close is None
            for kind, close in zip(KINDS, (dW, db), strict=True)
        ):
            return None
        return self._hypothesis(above, right, dW, db)

    def _came_back(self, kind: Kind, delta: Delta) -> bool:
        return f"{kind}{delta.layers[0].number}" in self.closer.targets

    def _extended(
        self, above: Hypothesis | None, delta: Delta, way: Way | None, note: str = "",
        ids: tuple[str, ...] = (),
    ) -> Iterator[Hypothesis]:  # fmt: skip
        """Yield ways on with this delta: each explanation of dW with each of db."""
        if way is not None and way.mean_is_open:
            delta = self._own_scale(delta)
        ids = ids or (way.ids if way else ())
        dWs: list[Close | None] = [*self._closes("dW", delta)]
        dbs: list[Close | None] = [*self._closes("db", delta)]
        # A factor on the delta and another on one gradient: the other gradient shows the first.
        for dW in dWs or [self._beside("dW", delta, close) for close in dbs[:1]] or [None]:
            for db in dbs or [self._beside("db", delta, dW)]:
                yield self._hypothesis(above, delta, dW, db, note, ids)

    def _beside(self, kind: Kind, delta: Delta, other: Close | None) -> Close | None:
        """Return the cheapest explanation of a gradient beside the other one's factor."""
        if other is None or same(other.factor, delta.scale, 1e-6):
            return None
        return next(iter(self._closes(kind, replace(delta, scale=other.factor))), None)

    def _own_scale(self, delta: Delta) -> Delta:
        """Return the delta with the m or 1/m that its mistake leaves open, read off a gradient."""
        for kind in KINDS:
            free = self.closer.right(kind, delta)
            bound = self.closer.right(kind, delta, mean_is_open=True)
            if free and bound and bound.name.cost < free.name.cost:
                return replace(delta, scale=delta.scale * (free.factor / bound.factor))
        return delta

    def _closes(self, kind: Kind, delta: Delta) -> list[Close]:
        right = self.closer.right(kind, delta)
        if right is not None:
            return [right]
        found = self.closer.wrong(kind, delta) or with_parameter(self.closer, kind, delta)
        return list(found[:CLOSES])

    def _hypothesis(
        self, above: Hypothesis | None, delta: Delta, dW: Close | None, db: Close | None,
        note: str = "", ids: tuple[str, ...] = (),
    ) -> Hypothesis:  # fmt: skip
        number = delta.layers[0].number
        absorbed = delta.scale / above.scale if above else delta.scale
        story = LayerStory(number, ids, dW, db, absorbed, delta.flows, note)
        layers = (*above.layers, story) if above else (story,)
        closes: tuple[tuple[Kind, Close | None], ...] = (("dW", dW), ("db", db))
        open_ = tuple(
            f"{kind}{number}"
            for kind, close in closes
            if close is None and self._came_back(kind, delta)
        )
        is_open = (*above.open, *open_) if above else open_
        cost = cost_of_layers(self.bench.catalogue, layers, story_ids(layers), is_open)
        is_right = (above is None or above.is_right) and not ids
        return Hypothesis(layers, delta.flows, handed_down(delta, dW, db), is_right, is_open, cost)

    def _by_delta_in_dW(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with a wrong delta that dW is rightly made of."""
        yield from self._through(above, right, self._stacks(above, right), "dW")
        for dW, db in self.closer.both_wrong(right):  # the same numbers: the layers below will tell
            yield self._hypothesis(above, right, dW, db)

    def _by_delta_in_db(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with a wrong delta that db is rightly made of."""
        yield from self._through(above, right, self._stacks(above, right), "db")

    def _by_close(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with the right delta and wrong gradients."""
        yield from self._extended(above, right, None)

    def _by_dW_or_delta(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with the right delta, and those with a wrong one that dW is made of."""
        yield from self._by_close(above, right)
        yield from self._by_delta_in_dW(above, right)

    def _by_given_dW(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with the student's own dW in the place of W."""
        flow = right.flows[SIEVE]
        if above is None or flow.dW_above is None:
            return
        sizes = tuple(float(size[SIEVE]) for size in self._sizes(above))
        stack = stack_deltas(
            self.bench.catalogue,
            right.layers[SIEVE],
            descend(above.flows[SIEVE], flow.dW_above),
            sizes,
            only=lambda variant: variant.id == "prop-uses-dW",
        )
        for kind in KINDS:
            yield from self._through(above, right, (stack,), kind)

    def _through(
        self, above: Hypothesis | None, right: Delta, stacks: Stacks, kind: Kind
    ) -> Iterator[Hypothesis]:
        for way in self.sieve.survivors(stacks, right, kind):
            yield from self._along(above, right, way, kind)

    def _by_delta_and_close(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the ways on with a wrong delta and both gradients wrongly made of it.

        By the same mistake, such as reading one example only: three different ones in one layer
        are a formula that nobody has catalogued, and its coincidence with three that are. So are
        two for dW alone, so it is not for a layer whose db is right as it stands.
        """
        stacks = self._stacks(above, right)
        for way in self.sieve.odd_survivors(stacks, right):
            for hypothesis in self._along(above, right, way):
                if len(layer_ids(hypothesis)) <= MOST_IN_A_LAYER:
                    yield hypothesis

    def _sizes(self, above: Hypothesis | None) -> tuple[Array, ...]:
        """Return the sizes that the delta above may have in the student's code."""
        usual = usual_sizes(self.bench.weight)
        if above is None or same(above.scale, np.ones_like(above.scale), 1e-9):
            return usual
        return (*usual, *(size * above.scale for size in usual))

    def _stacks(self, above: Hypothesis | None, right: Delta) -> Stacks:
        """Return the candidates for a delta; below right layers they are ready."""
        sizes = self._sizes(above)
        usual = len(sizes) == len(usual_sizes(self.bench.weight))
        if above is None or (above.is_right and usual):
            return self.bench.stacks[right.layers[0].number]
        flow = descend(above.flows[SIEVE], None)
        here = tuple(float(size[SIEVE]) for size in sizes)
        return (stack_deltas(self.bench.catalogue, right.layers[SIEVE], flow, here),)

    def _along(
        self, above: Hypothesis | None, right: Delta, way: Way, kind: Kind | None = None
    ) -> Iterator[Hypothesis]:
        """Yield the ways on if this candidate explains a gradient on every trial.

        ``kind`` is the gradient that it explained on one trial, rightly summed, if it was so.
        """
        flows: list[Flow] = []
        size = self._sizes(above)[way.size]
        for trial, at in enumerate(right.layers):
            flow = None
            if above is not None:
                flow = descend(above.flows[trial], right.flows[trial].dW_above)
            went = follow(way, at, flow, float(size[trial]))
            if went is None:
                return
            flows.append(went)
        delta = replace(right, flows=tuple(flows))
        if kind and not self.closer.right(kind, delta):
            return
        for hypothesis in self._extended(above, delta, way):
            if hypothesis.layers[-1].closes():
                yield hypothesis

    def _by_step(self, above: Hypothesis | None, right: Delta) -> Iterator[Hypothesis]:
        """Yield the way on if the weights above had already taken a step."""
        if above is None or any(flow.dW_above is None for flow in right.flows):
            return
        moved: list[Flow] = []
        for at, flow in zip(right.layers, right.flows, strict=True):
            if flow.dW_above is None or flow.dW_above.shape != at.above.W.shape:
                return
            undropped = flow.dW_above.T @ flow.above
            da = undropped if at.mask is None else undropped * at.mask
            moved.append(gated(flow, da * at.slope))
        found = updated_weights(self.closer, right, replace(right, flows=tuple(moved)))
        if found is None or not found[0] > 0.0:
            return
        rate, _ = found
        flows = tuple(
            gated(flow, flow.delta - rate * step.delta)
            for flow, step in zip(right.flows, moved, strict=True)
        )
        delta, note = replace(right, flows=flows), f"a step of {rate:.4g}"
        yield from self._extended(above, delta, None, note, (UPDATED_WEIGHTS.id,))
