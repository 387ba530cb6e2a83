"""Wrong answers to a part: every catalogued mistake, in every layer where it can be made.

Formulas come from the catalogue of ``diagnosis/``, as programs; factors from the names that
``diagnosis/factors.py`` has on these networks; penalties, and what is no gradient at all, are
listed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.bench import Bench
from gradcheck_grader.diagnosis.chain import turn
from gradcheck_grader.diagnosis.mistake import Variant
from gradcheck_grader.diagnosis.programs import Program, run, single_mistakes
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.trials import Trial

Answer = Mapping[str, Array]  # by name, features x examples, in whatever shape they come out
STEP_FACTORS = ("sign-flipped", "factor-two", "factor-half", "constant-factor")
CONSTANT = 0.37  # no size, no keep probability, no product of them
PENALTY = 0.05
RATE = 0.1
WORDS = {"output": "dZ", "propagate": "dA", "gate": "dZ", "dW": "dW", "db": "db"}


@dataclass(frozen=True, slots=True, eq=False)
class Mutant:
    """One wrong answer: the mistake's id, where it is made, and what it gives on a trial.

    ``program`` is set for formulas: it can be run on networks of another family as well.
    """

    id: str
    place: str
    answer: Callable[[int], Answer]
    program: Program | None = None


def mutants(part: Part, bench: Bench) -> list[Mutant]:
    """Return every wrong answer to a part; ``bench`` holds trials of one depth."""
    if part.kind == "step":
        found = [*_scaled_steps(part, bench), *_results(part, bench)]
    else:
        programs = [*_formulas(bench), *_factors(bench), *_penalties(bench)]
        found = [
            Mutant(id, place, _answer_of(part, bench, program), program if formula else None)
            for id, place, program in programs
            for formula in [bool(program.variants)]
        ]
        found += _results(part, bench)
    return _numbered(found)


def _numbered(found: list[Mutant]) -> list[Mutant]:
    """Return the mutants, each form of one mistake in one place with a number of its own."""
    together, seen = Counter((one.id, one.place) for one in found), Counter[tuple[str, str]]()
    named = []
    for one in found:
        key = one.id, one.place
        seen[key] += 1
        form = f", form {seen[key]}" if together[key] > 1 else ""
        named.append(replace(one, place=one.place + form))
    return named


def handed_back(part: Part, trial: Trial, gradients: Answer) -> Answer:
    """Return the gradients, or the parameters after the step that these gradients give."""
    if part.kind == "gradients":
        return gradients
    before = trial.problem.parameters
    return {n[1:]: before[n[1:]] - part.learning_rate * dW for n, dW in gradients.items()}


def _answer_of(part: Part, bench: Bench, program: Program) -> Callable[[int], Answer]:
    return lambda number: handed_back(part, bench.trials[number], run(program, bench, number))


Named = Iterator[tuple[str, str, Program]]


def _formulas(bench: Bench) -> Named:
    mean = bool((bench.weight != 1.0).any())
    for id, program in [*single_mistakes(bench), *_updated_weights(bench)]:
        place = ", ".join(f"{WORDS[step]}{layer}" for step, layer in program.variants)
        yield id, place, program
        [mistake] = {variant.mistake for variant in program.variants.values()}
        if mean and mistake and (mistake.sizes_matter or mistake.mean_is_open):
            yield id, f"{place}, 1/m early", replace(program, mean_is_early=True)


def _updated_weights(bench: Bench) -> Iterator[tuple[str, Program]]:
    """Yield the weights of the layer above updated before the blame is carried back."""
    mistake = bench.catalogue["prop-uses-updated-weights"]
    variant = Variant(
        "propagate", lambda at, flow: turn(at.above.W - RATE * flow.dW_above) @ flow.above, mistake
    )
    for layer in range(1, bench.depth):
        yield mistake.id, Program({("propagate", layer): variant}, {}, {})


def _factors(bench: Bench) -> Named:
    named = [(row.ids[0], row.words, row.values) for row in bench.factors.rows if len(row.ids) == 1]
    m = np.array([trial.problem.m for trial in bench.trials], dtype=np.float64)
    named.append(("constant-factor", f"times {CONSTANT}", np.full_like(m, CONSTANT)))
    if m.max() > 1:
        named.append(("odd-factor", f"times {CONSTANT} m", CONSTANT * m))
    for id, words, values in named:
        for layer in range(1, bench.depth + 1):
            for kind in ("dZ", "dW", "db"):
                yield id, f"{kind}{layer} {words}", Program({}, {f"{kind}{layer}": values}, {})


def _penalties(bench: Bench) -> Named:
    """Yield penalties that the loss does not have, and its own one with another factor."""
    one = np.ones(len(bench.trials))
    m = np.array([trial.problem.m for trial in bench.trials], dtype=np.float64)
    kinds = [("l2-on-biases", "db", f"plus {PENALTY} b", PENALTY * one)]
    if bench.decay.any():
        kinds.append(("l2-on-biases", "db", "with the penalty of b", bench.decay))
        kinds.append(("l2-missing", "dW", "without the penalty", -bench.decay))
        for words, scale in (
            ("2", 2 * one),
            ("1/2", one / 2),
            ("-1", -one),
            ("m", m),
            ("1/m", 1 / m),
        ):
            kinds.append(
                ("l2-wrong-scale", "dW", f"penalty times {words}", (scale - 1) * bench.decay)
            )
    else:
        kinds.append(("regularisation-added", "dW", f"plus {PENALTY} W", PENALTY * one))
    for id, kind, words, k in kinds:
        for layer in range(1, bench.depth + 1):
            yield id, f"{kind}{layer} {words}", Program({}, {}, {f"{kind}{layer}": k})


def _scaled_steps(part: Part, bench: Bench) -> Iterator[Mutant]:
    """Yield steps with a factor in one gradient: uphill, or at another rate."""
    factors = {"sign-flipped": -1.0, "factor-two": 2.0, "factor-half": 0.5}
    for id, factor in (factors | {"constant-factor": CONSTANT}).items():
        for name in bench.trials[0].given:

            def answer(number: int, name: str = name, factor: float = factor) -> Answer:
                trial = bench.trials[number]
                return handed_back(part, trial, {**trial.given, name: factor * trial.given[name]})

            yield Mutant(id, name, answer)


def _results(part: Part, bench: Bench) -> Iterator[Mutant]:
    """Yield answers in which one value, or two, are no attempt or stand in the wrong place."""
    names = tuple(bench.trials[0].truth)

    def changed(id: str, place: str, change: Callable[[Trial], Answer]) -> Mutant:
        def answer(number: int) -> Answer:
            trial = bench.trials[number]
            return {k: v for k, v in {**trial.truth, **change(trial)}.items() if v.size}

        return Mutant(id, place, answer)

    for name in names:
        parameter = name.removeprefix("d")
        yield changed("zero-gradient", name, lambda t, n=name: {n: 0.0 * t.truth[n]})
        yield changed("constant-returned", name, lambda t, n=name: {n: 0.0 * t.truth[n] + 1.0})
        yield changed(
            "parameter-returned", name, lambda t, n=name, p=parameter: {n: t.problem.parameters[p]}
        )
        yield changed("gradient-missing", name, lambda t, n=name: {n: np.zeros((0, 0))})
        if part.kind == "gradients":
            yield changed(
                "returned-updated-parameter",
                name,
                lambda t, n=name, p=parameter: {n: t.problem.parameters[p] - RATE * t.truth[n]},
            )
    for one, other in [*zip(names[::2], names[1::2], strict=True), *zip(names, names[2:])]:
        yield changed(
            "keys-swapped",
            f"{one}, {other}",
            lambda t, a=one, b=other: {a: t.truth[b], b: t.truth[a]},
        )
