"""One part of one submission: run, compared, explained and scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck_grader.answer import Entry, read_answer
from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.comparison import Comparison, compare, failed
from gradcheck_grader.diagnosis import Evidence, SecondLook, diagnose, diagnosis_failed
from gradcheck_grader.diagnosis.behaviour import changed_inputs, works_on_an_object
from gradcheck_grader.diagnosis.output_layers import charged_once
from gradcheck_grader.diagnosis.own_cache import count_right, may_have_own_cache
from gradcheck_grader.diagnosis.same_object import kept_on_object
from gradcheck_grader.diagnosis.search.descent import case_of_step
from gradcheck_grader.diagnosis.search.explanation import Case, Named
from gradcheck_grader.diagnosis.step_taken import rates_taken
from gradcheck_grader.diagnosis.structural import PRECISION
from gradcheck_grader.diagnosis.untold import untold
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import Paper
from gradcheck_grader.in_place import in_forms, left_in_place
from gradcheck_grader.inexact import recognise
from gradcheck_grader.jobs import job_of
from gradcheck_grader.left import left_on_object
from gradcheck_grader.models import Finding, GradientResult, ReportProblem
from gradcheck_grader.reference.network import gradient_of
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import Call, Problem, Result, Returned, Value
from gradcheck_grader.scoring import score_part
from gradcheck_grader.submission import Submission
from gradcheck_grader.trials import Trial

UNEXPLAINABLE = {
    "not-deterministic", "state-between-calls", "stale-answer", "two-layers-only", "one-depth",
    "keys-from-zero",
}  # fmt: skip
# Of their own gradients everything is said; what came back there is no number to search with.
OF_THEIR_OWN = ("extra-dimension", "key-twice")


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """One part of one submission, marked; ``deepest``: layers on which it ran, at most, or 0."""

    part: Part
    deepest: int = 0
    rows: tuple[GradientResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: ReportProblem | None = None
    output: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """One submission at one part of an assignment, in the sandbox that runs it.

    ``own_cache`` says that the function gets the cache of its file's own forward pass.
    """

    paper: Paper
    submission: Submission
    assignment: Assignment
    sandbox: Sandbox
    own_cache: bool = False

    def run(self, calls: tuple[Call, ...], **how: bool) -> Result:
        """Return what became of these calls, in a process of their own; ``how``: as `job_of`."""
        part, handed_in = self.paper.part, self.submission
        how = {"own_cache": self.own_cache, **how}
        return self.sandbox.run(job_of(part, handed_in, self.assignment, calls, **how))

    def begin(self) -> tuple[Result, Result, list[Comparison]]:
        """Return what became of all first calls, of the graded ones, and of every gradient."""
        paper = self.paper
        whole = self.run(paper.first_calls)
        result = replace(whole, outcomes=whole.outcomes[: len(paper.calls)])
        return whole, result, compare_all(paper.part, paper.trials, result)


def mark(sitting: Sitting, *, expected: bool = False) -> Marked:
    """Run and mark one part. An optional part that was not handed in has no rows.

    ``expected`` says whether rows hold the true value of their worst entry.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    paper, assignment = sitting.paper, sitting.assignment
    part = paper.part
    whole, result, first = sitting.begin()
    if part.optional and result.problem is not None and result.problem.kind == "missing":
        return Marked(part)
    if may_have_own_cache(part, result, first):
        other = replace(sitting, own_cache=True)
        begun = other.begin()
        if count_right(begun[2]) > count_right(first):
            sitting, (whole, result, first) = other, begun
    deepest = _deepest(paper.trials, result)
    second = look_again(sitting, first, whole) if deepest else None
    repeated = second.repeats() if second else ()
    comparisons, inexact = recognise([*first, *repeated], assignment.accept)
    evidence = Evidence(part, assignment.accept, result, comparisons, inexact, second)
    findings = diagnose(evidence)
    named = explain_values(sitting, evidence, findings)
    named = charged_once(part, comparisons, named)
    findings = (*named.findings, *(one for one in findings if not named.tells_why(one)))
    findings = (*untold(part, comparisons, findings, named), *findings)
    if all(item.verdict == "correct" for item in comparisons) and works_on_an_object(part, result):
        trials, calls = paper.trials[:1] * 2, paper.calls[:1] * 2
        twice = compare_all(part, trials, sitting.run(calls, one_object=True))
        findings = (*findings, *kept_on_object(part, twice))
    rows = score_part(assignment, part, comparisons, findings, named.charges, expected=expected)
    problem = report_problem(part if len(assignment.parts) > 1 else None, result)
    return Marked(part, deepest, rows, findings, problem, result.output)


def _deepest(trials: Sequence[Trial], result: Result) -> int:
    """Return the depth of the deepest network on which the function returned; 0 if on none."""
    pairs = zip(trials, result.outcomes, strict=False)
    ran = (t.problem.network.depth for t, outcome in pairs if isinstance(outcome, Returned))
    return max(ran, default=0)


def compare_all(part: Part, trials: Iterable[Trial], result: Result) -> list[Comparison]:
    """Return a comparison of every gradient of every trial, whatever became of the calls."""
    trials = list(trials)
    outcomes: Sequence[Returned | Problem] = result.outcomes
    if result.problem is not None:
        outcomes = [result.problem] * len(trials)
    pairs = zip(trials, outcomes, strict=True)
    return [item for trial, outcome in pairs for item in _compare_one(part, trial, outcome)]


def _compare_one(part: Part, trial: Trial, outcome: Returned | Problem) -> list[Comparison]:
    if isinstance(outcome, Problem):
        return [failed(trial, name, outcome) for name in trial.truth]
    returned = _compare_answer(part, trial, outcome.value)
    if not outcome.after or all(item.verdict == "correct" for item in returned):
        return returned
    nothing = all(item.verdict == "missing" for item in returned)
    if part.kind == "gradients":
        left = left_on_object(part, trial, outcome.after) if nothing else None
        return returned if left is None else _compare_entries(part, trial, left)
    # Updated in place; what is returned beside that, the cost or the gradients, is no answer.
    in_place = left_in_place(part, trial, outcome.after)
    stepped = None if in_place is None else _compare_answer(part, trial, in_place)
    if stepped and all(item.verdict == "correct" for item in stepped):
        return stepped
    named = in_forms(part, trial, outcome.value) if nothing else None
    if named is not None:
        return _compare_answer(part, trial, named)
    return stepped if stepped and nothing else returned


def _compare_answer(part: Part, trial: Trial, answer: Value) -> list[Comparison]:
    return _compare_entries(part, trial, read_answer(part, trial, answer))


def _compare_entries(part: Part, trial: Trial, entries: Mapping[str, Entry]) -> list[Comparison]:
    return [compare(trial, name, entry, part.interface) for name, entry in entries.items()]


def look_again(sitting: Sitting, first: Sequence[Comparison], whole: Result) -> SecondLook:
    """Look at trials that were repeated in another order, a new one, and one with a false cache.

    The first process has answered them at its end. Where all of that is right and the same to the
    last bit, a second process could tell nothing new; else they are asked again in a fresh one.
    """
    paper = sitting.paper
    at_end = replace(whole, outcomes=whole.outcomes[len(paper.calls) :])
    look = _second_look(paper, first, at_end)
    if look.settles():
        return look
    fresh = sitting.run(paper.second_look)
    # One that did not return may have been stopped by limits that are meant for the trials alone.
    ended = zip(paper.again, at_end.outcomes, strict=False)
    returned = {trial for (trial, _), end in ended if isinstance(end, Returned)}
    again = [item for item in look.comparisons if item.trial in returned]
    return replace(_second_look(paper, first, fresh), at_end=again)


def _second_look(paper: Paper, first: Sequence[Comparison], result: Result) -> SecondLook:
    repeated = replace(result, outcomes=result.outcomes[: len(paper.again)])
    trials = [trial for trial, _ in paper.again]
    misled: list[Comparison] = []
    if paper.misled and result.problem is None:
        misled = _compare_one(paper.part, paper.misled[0], result.outcomes[-1])
    return SecondLook(tuple(first), compare_all(paper.part, trials, repeated), misled)


def explain_values(sitting: Sitting, evidence: Evidence, findings: Sequence[Finding]) -> Named:
    """Return the causes of wrong values, from calls on networks made for telling causes apart.

    Nothing is said about values that depend on earlier calls, or on the number of layers.
    """
    paper, nothing = sitting.paper, Named((), {})
    if not _has_more_to_explain(paper.part, evidence, findings):
        return nothing
    from gradcheck_grader.diagnosis.clipped_output import cut_predictions

    cut = cut_predictions(paper.part, evidence.comparisons, evidence.result)
    if cut is not None:
        return cut
    result = sitting.run(paper.probes, lines=True)
    if result.problem or not all(isinstance(item, Returned) for item in result.outcomes):
        return nothing
    # Dear to import, rarely needed.
    from gradcheck_grader.diagnosis.naming import with_first_line

    try:
        hidden = _named_by(findings, OF_THEIR_OWN)
        named = _of_others(_causes(paper, evidence, result, hidden), hidden)
    except AssignmentError:  # of a mistake that a package adds: its author is to mend it
        raise
    except Exception as error:  # a fault of ours in naming a cause must not cost the verdicts
        return Named((diagnosis_failed(paper.part, error),), {})
    if not named.is_infinite:
        return named
    return with_first_line(named, sitting.run(paper.probes, strict=True).outcomes)


def _has_more_to_explain(part: Part, evidence: Evidence, findings: Sequence[Finding]) -> bool:
    """Return whether values are wrong, and no finding forbids or spares asking why."""
    wrong = {item.name for item in evidence.comparisons if item.verdict != "correct"}
    values = any(item.values is not None or item.raw is not None for item in evidence.comparisons)
    if part.kind == "step" or not values or any(one.id in UNEXPLAINABLE for one in findings):
        return False
    # The networks for causes have small gradients, which show nothing of a limit.
    return not wrong <= _named_by(findings, ("clipped", *OF_THEIR_OWN))


def _named_by(findings: Iterable[Finding], ids: Sequence[str]) -> frozenset[str]:
    """Return the gradients that findings of these ids name."""
    return frozenset(name for one in findings if one.id in ids for name in one.gradients)


def _causes(paper: Paper, evidence: Evidence, result: Result, hidden: frozenset[str]) -> Named:
    from gradcheck_grader.diagnosis.naming import name_causes

    # What is right but for its digits has its finding already, whether or not it costs points.
    inexact = {name for note in PRECISION for name in evidence.gradients(note)}
    pairs = zip(paper.bench.trials, result.outcomes, strict=True)
    return name_causes(
        paper.part,
        paper.bench,
        [_without(_case(paper.part, trial, outcome), hidden) for trial, outcome in pairs],
        frozenset(map(gradient_of, inexact)),
        result.loaded.steps if result.loaded else (),
        changed_inputs(paper.part, result),
        rates_taken(evidence.comparisons),
    )


def _case(part: Part, trial: Trial, outcome: Returned | Problem) -> Case:
    """Return what came back on a probe, as gradients: a step is turned back into them."""
    if part.kind == "gradients":
        own = _compare_one(part, trial, outcome)
        raw = {item.name: item.raw for item in own if item.raw is not None}
        return Case(trial, {item.name: item.values for item in own}, raw)
    before = trial.problem.parameters
    stepped = replace(trial, truth=before, bound=before)  # only what came back is read
    return case_of_step(trial, _compare_one(part, stepped, outcome))


def _without(case: Case, hidden: frozenset[str]) -> Case:
    """Return the case with these gradients as if they had not come back."""
    values = {name: None if name in hidden else held for name, held in case.values.items()}
    raw = {name: held for name, held in case.raw.items() if name not in hidden}
    return replace(case, values=values, raw=raw)


def _of_others(named: Named, hidden: frozenset[str]) -> Named:
    """Return what is named without these gradients, of which other findings tell."""
    kept = [(one, tuple(n for n in one.gradients if n not in hidden)) for one in named.findings]
    findings = tuple(replace(one, gradients=names) for one, names in kept if names)
    return replace(named, findings=findings) if hidden else named


def report_problem(part: Part | None, result: Result) -> ReportProblem | None:
    """Return the first thing that stopped this part, or None; ``part`` is named where given."""
    stopped = [outcome for outcome in result.outcomes if isinstance(outcome, Problem)]
    problem = result.problem or next(iter(stopped), None)
    if problem is None:
        return None
    return ReportProblem(
        kind=problem.kind,
        message=problem.message,
        part=part.name if part is not None and result.problem is None else "",
        line=problem.line,
        file=problem.file,
        cell=problem.cell,
        source=problem.source,
        caret=problem.caret,
        frames=problem.frames,
        exception=problem.exception,
    )
