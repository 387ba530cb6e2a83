"""Which assignment a file was written for, when nobody says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import DEFAULT
from gradcheck_grader.detection.clues import MISSING, clues, example_values, find_function
from gradcheck_grader.detection.clues_network import graded_loss, in_words
from gradcheck_grader.detection.portrait import Portrait, questions, recognise
from gradcheck_grader.detection.settings import STRANGE, settings_of
from gradcheck_grader.detection.sight import Clue, Sight, required
from gradcheck_grader.models import Chosen
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import Problem, Value
from gradcheck_grader.sandbox.survey import FunctionFacts, survey
from gradcheck_grader.submission import Submission

MOST_NAMES = 4  # assignments that a sentence lists


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The assignment for a file.

    Attributes
    ----------
    assignment_name : str
        The one to grade with.
    chosen : {"detected", "default"}
        Whether the file told, or nothing in it did.
    why : str
        Why, and what to type for another: goes on after "shallow-tanh, detected: ".
    others : tuple of str
        The others that fit, best first.
    refusal : Problem or None
        Why no assignment can judge this file.
    """

    assignment_name: str
    chosen: Chosen
    why: str
    others: tuple[str, ...] = ()
    refusal: Problem | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """One assignment held against the file, and every clue."""

    sight: Sight
    clues: tuple[Clue, ...]

    @property
    def name(self) -> str:
        return self.sight.assignment.name

    @property
    def against(self) -> list[Clue]:
        return [clue for clue in self.clues if clue.against]

    @property
    def turned(self) -> bool:
        """Whether the file is written for rows where this takes columns, or the other way."""
        return self.sight.layout not in ("", self.sight.interface.layout)

    @property
    def score(self) -> int:
        return sum(clue.weight for clue in self.clues)


def detect(
    submission: Submission, sandbox: Sandbox, assignments: Mapping[str, Assignment]
) -> Choice:
    """Return the assignment that a submission was written for, by clues that are no formulas.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    parts = [part for assignment in assignments.values() for part in required(assignment)]
    own = [setting for part in parts for setting in settings_of(part)]
    settings = tuple(dict.fromkeys((*own, *STRANGE)))
    files = submission.files + submission.neighbours
    seen = survey(sandbox, files, submission.main, questions(settings))
    if seen.problem is not None:
        # What is wrong with the file, the report says.
        return Choice(
            DEFAULT, "default", "the file could not be looked into. To set one: --assignment NAME"
        )
    portrait = recognise(settings, seen.answers)
    held = _hold(assignments, seen.functions, portrait)
    held.sort(key=lambda item: _standing(item, assignments[DEFAULT]))
    # A wrong key may be a mistake of the function's own, and so may a cost that is not the
    # gradients': they only count where another fits.
    for forgiven in (set[str](), {"cost"}, {"cost", "keys"}):
        fitting = [item for item in held if {clue.name for clue in item.against} <= forgiven]
        if fitting:
            return _among(fitting)
    return _none_fits(held)


def _standing(held: _Held, default: Assignment) -> tuple[int, int, bool, bool, str]:
    """Return what puts assignments in order: the best first, of equals those like the default."""
    own, usual = held.sight.parts[0].network, default.parts[0].network
    like = (own.hidden, own.output, own.loss) == (usual.hidden, usual.output, usual.loss)
    return (len(held.against), -held.score, held.name != DEFAULT, not like, held.name)


def _hold(
    assignments: Mapping[str, Assignment],
    functions: tuple[FunctionFacts, ...],
    portrait: Portrait,
) -> list[_Held]:
    """Hold every assignment against the file."""
    called: list[tuple[Assignment, tuple[Value, ...], FunctionFacts | None]] = []
    for assignment in assignments.values():
        part = required(assignment)[0]
        values = example_values(part)
        called.append((assignment, values, find_function(functions, part.interface, values)))
    candidates = {function for _, _, function in called if function is not None}
    helpers = frozenset(
        name for function in candidates for name in function.uses if name != function.name
    )
    names = frozenset(name for facts in functions for name in facts.uses)
    layout = _layout(functions)
    sights = [
        Sight(assignment, found, helpers, names, portrait, values, layout)
        for assignment, values, found in called
    ]
    return [_Held(sight, tuple(clues(sight))) for sight in sights]


def _layout(functions: tuple[FunctionFacts, ...]) -> str:
    """Return the layout for which most speaks; one slip does not make it another."""
    rows = sum(facts.layout[0] for facts in functions)
    columns = sum(facts.layout[1] for facts in functions)
    if max(rows, columns) < max(2, 2 * min(rows, columns)):
        return ""
    return "rows" if rows > columns else "columns"


def _among(fitting: Sequence[_Held]) -> Choice:
    """Choose among those that fit, best first: the best if it stands alone, else the default."""
    first = (len(fitting[0].against), fitting[0].score)
    best = [item for item in fitting if (len(item.against), item.score) == first]
    # The default fits no file whose arrays are turned the other way.
    default = next((item for item in fitting if item.name == DEFAULT and not item.turned), None)
    chosen = best[0] if len(best) == 1 or default is None else default
    others = tuple(item.name for item in fitting if item is not chosen)
    shown = bool(chosen.sight.portrait.activations)
    if len(best) == 1:
        also = "Also possible" if shown else "No forward pass shows the network; also possible"
        why = f"the file {_reasons(chosen)}.{_other_cost(chosen)}"
        why += f" {also}: {_typed(others)}" if others else ""
        return Choice(chosen.name, "detected", why, others)
    unknown = "its forward pass fits several" if shown else "no forward pass shows the network"
    why = f"the file {_reasons(chosen)}, and {unknown}.{_other_cost(chosen)}"
    if not shown and (named := _named_elsewhere(chosen, fitting)):
        with_it = [item.name for item in fitting if named & _activations(item)]
        others = tuple(sorted(others, key=lambda name: name not in with_it))
        network = chosen.sight.parts[0].network
        usual = in_words(network.activations(network.depth[0]))
        why += f" It names {_joined(sorted(named))}; {chosen.name} is {usual}."
    why += f" For another: {_typed(others)}"
    return Choice(chosen.name, "default", why, others)


def _named_elsewhere(chosen: _Held, fitting: Sequence[_Held]) -> set[str]:
    """Return the activations that the file names and only others have.

    They are said, and choose nothing: a backward function may name the wrong one.
    """
    every = {activation for item in fitting for activation in _activations(item)}
    names = [name.lower() for name in chosen.sight.names]
    return {
        activation
        for activation in every - _activations(chosen)
        if any(activation in name for name in names)
    }


def _activations(held: _Held) -> set[str]:
    return {
        activation
        for part in held.sight.parts
        for activation in (*part.network.hidden, part.network.output)
    }


def _reasons(held: _Held) -> str:
    said = {clue.name: clue.words for clue in held.clues if clue.words}
    return _joined(
        [said[name] for name in ("arguments", "layers", "layout", "network") if name in said]
    )


def _other_cost(held: _Held) -> str:
    """Return what to say of a cost that is another than what is graded, or that may be."""
    other = [clue for clue in held.against if clue.name == "cost"]
    network, sight = held.sight.parts[0].network, held.sight
    if other:
        return f" It {other[0].words}; what is graded is the {graded_loss(network)}."
    # A training loop that computes its cost itself is not run.
    may_be = network.loss == "squared_error" and not sight.portrait.losses and "log" in sight.names
    return f" It takes a logarithm; what is graded is the {graded_loss(network)}." if may_be else ""


def _none_fits(held: Sequence[_Held]) -> Choice:
    """Say why nothing fits; refuse where the file itself shows another network or loss."""
    callable_ones = [
        item for item in held if {clue.name for clue in item.against} <= {"network", "loss", "cost"}
    ]
    there = [item for item in held if item.against[0].name != MISSING]
    # One that takes other arguments may be the likelier one all the same.
    likely = [item for item in there if item.against[0].name != "form"]
    if callable_ones and callable_ones[0] in likely[:1]:
        names = _typed([item.name for item in callable_ones])
        message = f"The file {_shown(callable_ones[0])}, and no assignment is like that. "
        message += f"To grade it anyway: {names}"
        return Choice(DEFAULT, "default", "", refusal=Problem("unfit", message))
    if not there:
        return Choice(DEFAULT, "default", "no assignment fits. To set one: --assignment NAME")
    said = _joined([clue.words for clue in there[0].against])
    names = _typed([item.name for item in there])
    return Choice(DEFAULT, "default", f"no assignment fits: the file {said}. Nearest: {names}")


def _shown(held: _Held) -> str:
    """Return what the file shows: its layout and network beside what speaks against."""
    seen = {setting.layout for setting in held.sight.portrait.activations}
    layout = seen.pop() if len(seen) == 1 else held.sight.layout
    said = [clue.words for clue in held.clues if clue.name == "network" and not clue.against]
    said += [clue.words for clue in held.against]
    told = any(f"in {layout}" in words for words in said)
    own = [f"has examples in {layout}"] if layout and not told else []
    return _joined([*own, *filter(None, said)])


def _joined(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(phrases[:-1]), phrases[-1])))


def _typed(names: Sequence[str]) -> str:
    """Return what to type for one of some assignments, the likeliest first."""
    first, *more = names
    others = ", ".join(more[: MOST_NAMES - 1]) + " …" * (len(names) > MOST_NAMES)
    return f"--assignment {first}" + (f" (or {others})" if more else "")
