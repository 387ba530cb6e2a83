"""Wrong answers to a part: every catalogued mistake, in every layer where it can be made.

Formulas come from the catalogue of ``diagnosis/``, as programs; factors from the names that
``diagnosis/search/factors.py`` has on these networks; penalties, and what is no gradient at all,
are listed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.chain import Flow, Layer, turn
from gradcheck_grader.diagnosis.mistakes.mistake import Variant
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.programs import Program, run, single_mistakes
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import layer_of, parameter_of
from gradcheck_grader.trials import Trial

Answer = Mapping[str, Array]  # by name, features x examples, in whatever shape they come out
CONSTANT = 0.37  # no size, no keep probability, no product of them
STEP_FACTORS = {
    "sign-flipped": -1.0, "factor-two": 2.0, "factor-half": 0.5, "constant-factor": CONSTANT,
}  # fmt: skip
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
            Mutant(
                id, place, answer_of(part, bench, program), program if program.variants else None
            )
            for id, place, program in programs
        ]
        found += [*_other_penalties(part, bench), *_results(part, bench)]
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
    stepped = {parameter_of(name): trial.rate * dW for name, dW in gradients.items()}
    return {name: before[name] - step for name, step in stepped.items()}


def answer_of(part: Part, bench: Bench, program: Program) -> Callable[[int], Answer]:
    """Return the answers of a program on the trials of a bench."""
    return lambda number: handed_back(part, bench.trials[number], run(program, bench, number))


Named = Iterator[tuple[str, str, Program]]


def _formulas(bench: Bench) -> Named:
    mean = bool((bench.weight != 1.0).any())
    for id, program in [*single_mistakes(bench), *_updated_weights(bench)]:
        place = " and ".join(f"{WORDS[step]}{layer}" for step, layer in program.variants)
        yield id, place, program
        mistake = next(iter(program.variants.values())).mistake  # of each of them
        if mean and mistake and (mistake.sizes_matter or mistake.mean_is_open):
            yield id, f"{place}, 1/m early", replace(program, mean_is_early=True)


def _updated_weights(bench: Bench) -> Iterator[tuple[str, Program]]:
    """Yield the weights of the layer above updated before the blame is carried back."""
    mistake = bench.catalogue["prop-uses-updated-weights"]
    for layer in range(1, bench.depth):
        variant = Variant("propagate", _through_updated_weights, mistake)
        yield mistake.id, Program({("propagate", layer): variant}, {}, {})


def _through_updated_weights(at: Layer, flow: Flow) -> Array:
    assert flow.dW_above is not None, "a layer above has its gradient by now"
    return turn(at.above.W - RATE * flow.dW_above) @ flow.above


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
            id = "l2-sign-flipped" if words == "-1" else "l2-wrong-scale"
            kinds.append((id, "dW", f"penalty times {words}", (scale - 1) * bench.decay))
    else:
        kinds.append(("regularisation-added", "dW", f"plus {PENALTY} W", PENALTY * one))
    for id, kind, words, k in kinds:
        for layer in range(1, bench.depth + 1):
            yield id, f"{kind}{layer} {words}", Program({}, {}, {f"{kind}{layer}": k})


# Something else for the weights in the slope of a penalty on their squares, or more than nothing
# for the biases: by the gradient that it is in, what the penalty's factor multiplies beside that.
OTHER_PENALTIES: dict[str, tuple[str, Callable[[Layer], Array]]] = {
    "l2-one-number": ("dW", lambda at: np.full_like(at.W, at.W.sum()) - at.W),
    "l2-squared-weights": ("dW", lambda at: np.square(at.W) - at.W),
    "l2-sign-of-weights": ("dW", lambda at: np.sign(at.W) - at.W),
    "l2-one-number-on-biases": ("db", lambda at: np.ones_like(at.b)),
}


def _other_penalties(part: Part, bench: Bench) -> Iterator[Mutant]:
    """Yield penalties that are no multiple of the right one."""
    for id, (kind, more) in OTHER_PENALTIES.items() if bench.decay.any() else ():
        for layer in range(1, bench.depth + 1):
            name = f"{kind}{layer}"
            yield Mutant(id, name, _with_more(part, bench, name, more))


def _with_more(
    part: Part, bench: Bench, name: str, more: Callable[[Layer], Array]
) -> Callable[[int], Answer]:
    """Return right answers with the penalty's factor times something more in one gradient."""

    def answer(number: int) -> Answer:
        gradients = run(Program({}, {}, {}), bench, number)
        gradients[name] += bench.decay[number] * more(bench.rows[number][layer_of(name)])
        return handed_back(part, bench.trials[number], gradients)

    return answer


def _scaled_steps(part: Part, bench: Bench) -> Iterator[Mutant]:
    """Yield steps with a factor in one gradient: uphill, or at another rate."""
    for id, factor in STEP_FACTORS.items():
        for name in bench.trials[0].given:
            yield Mutant(id, name, _scaled_step(part, bench, name, factor))


def _scaled_step(part: Part, bench: Bench, name: str, factor: float) -> Callable[[int], Answer]:
    def answer(number: int) -> Answer:
        trial = bench.trials[number]
        return handed_back(part, trial, {**trial.given, name: factor * trial.given[name]})

    return answer


def _results(part: Part, bench: Bench) -> Iterator[Mutant]:
    """Yield answers in which one value, or two, are no attempt or stand in the wrong place."""
    for id, place, change in _changes(part, tuple(bench.trials[0].truth)):
        yield Mutant(id, place, _changed_answer(bench, change))


Change = Callable[[Trial], dict[str, Array | None]]  # what comes back instead; None: nothing


def _changed_answer(bench: Bench, change: Change) -> Callable[[int], Answer]:
    def answer(number: int) -> Answer:
        trial = bench.trials[number]
        returned = {**trial.truth, **change(trial)}
        return {name: value for name, value in returned.items() if value is not None}

    return answer


def _changes(part: Part, names: tuple[str, ...]) -> Iterator[tuple[str, str, Change]]:
    for name in names:
        yield from ((id, name, change) for id, change in _changes_of(part, name))
    for one, other in _neighbours(names):
        yield "keys-swapped", f"{one}, {other}", _moved({one: other, other: one})
        yield "wrong-key", f"{one} from {other}", _moved({one: other})
        yield "wrong-key", f"{other} from {one}", _moved({other: one})


def _changes_of(part: Part, name: str) -> Iterator[tuple[str, Change]]:
    parameter = parameter_of(name)
    yield "zero-gradient", lambda trial: {name: np.zeros_like(trial.truth[name])}
    yield "constant-returned", lambda trial: {name: np.ones_like(trial.truth[name])}
    yield "parameter-returned", lambda trial: {name: trial.problem.parameters[parameter]}
    yield "gradient-missing", lambda _: {name: None}
    if part.kind == "gradients":
        yield (
            "returned-updated-parameter",
            lambda trial: {name: trial.problem.parameters[parameter] - RATE * trial.truth[name]},
        )
    if part.kind == "step":
        yield (
            "old-parameter-missing",
            lambda trial: {name: trial.truth[name] - trial.problem.parameters[name]},
        )


def _moved(source: Mapping[str, str]) -> Change:
    """Return right values under keys that are not theirs: key to where the value belongs."""
    return lambda trial: {name: trial.truth[other] for name, other in source.items()}


def _neighbours(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield W and b of each layer, and each with that of the next layer; W and b alternate."""
    yield from zip(names[::2], names[1::2], strict=True)
    yield from zip(names[:-2], names[2:], strict=True)
