"""Whether an assignment is ready: files, reference, examples, mistakes, cost, a section each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import text_of
from gradcheck_grader.errors import AssignmentError, NoTrialError
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.phrases import counted
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.verify.agreement import agreement
from gradcheck_grader.verify.causes import FailedSearch, failed_searches
from gradcheck_grader.verify.examples import ExampleResult, check_examples, check_starter
from gradcheck_grader.verify.mutation import MutationScore, Survivor, mutation_score

__all__ = ["Section", "verify"]

HANDOUT, STARTER = "handout.md", "starter.py"
SHOWN = 4  # places of one mistake that are written out


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that was looked at: what was seen, what is to be mended, what is worth knowing."""

    name: str
    summary: str
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def verify(assignment: Assignment, seeds: Sequence[int], sandbox: Sandbox) -> Iterator[Section]:
    """Yield what is found out about an assignment, section by section as it comes.

    Raises
    ------
    AssignmentError
        If the assignment is broken: a file is missing, or no trials can be drawn.
    MachineError
        If the sandbox cannot work, or reference and numerical derivative disagree.
    """
    _require_files(assignment)
    begin = perf_counter()
    try:
        exams = [prepare(assignment, seed) for seed in seeds]
        preparing = (perf_counter() - begin) / len(seeds)
        _draw_diagnosis_trials(exams)
        yield _files(assignment, check_starter(assignment, exams[0], sandbox))
        yield _reference(assignment, seeds)
        examples = check_examples(assignment, exams, sandbox)
        yield _examples(examples)
        yield _mistakes(mutation_score(assignment, seeds), failed_searches(exams))
    except NoTrialError as error:
        where, remedy = error.where, error.remedy
        raise AssignmentError(error.message, where=where, remedy=remedy) from error
    yield _cost(preparing, examples)


def _require_files(assignment: Assignment) -> None:
    missing = [name for name in (HANDOUT, STARTER) if not (assignment.folder / name).is_file()]
    if missing:
        raise AssignmentError(
            f"the assignment has no {' and no '.join(missing)}",
            where=str(assignment.folder),
            remedy=f"{HANDOUT} says what is asked, {STARTER} is what a student starts from.",
        )


def _draw_diagnosis_trials(exams: Iterable[Exam]) -> None:
    """Draw the trials that only wrong submissions need, now and not when the first one comes."""
    for exam in exams:
        for paper in exam.papers:
            if paper.part.kind != "step":
                _ = paper.bench


def _files(assignment: Assignment, starter: ExampleResult) -> Section:
    faults = [f"{STARTER}: {fault}" for fault in starter.faults]
    handout = text_of(assignment.folder / HANDOUT)
    for part in assignment.parts:
        function = part.interface.function[0]
        if function not in handout:
            faults.append(f"{HANDOUT} never names {function}, which {part.name!r} asks for")
    found = f"assignment.toml, {HANDOUT} and {STARTER}; the starter runs and earns nothing"
    return Section("files", "handout or starter is not ready" if faults else found, tuple(faults))


def _reference(assignment: Assignment, seeds: Sequence[int]) -> Section:
    found = agreement(assignment, seeds)
    summary = (
        f"{found.trials} trials of {counted(len(seeds), 'seed')}: the reference is off the "
        f"numerical derivative by at most {100 * found.largest:.2g} % of what rounding allows"
    )
    if not found.witnessed:
        return Section("reference", summary)
    witnessed = f"{found.witnessed} of them also by perturbing W and b themselves"
    return Section("reference", summary, remarks=(witnessed,))


def _examples(results: Sequence[ExampleResult]) -> Section:
    faults = [f"{result.name}: {fault}" for result in results for fault in result.faults]
    wrong = sum(bool(result.faults) for result in results)
    if wrong:
        summary = f"{wrong} of {len(results)} files are not as they declare"
    else:
        summary = f"{len(results)} files get what they declare"
    remarks = [
        f"{result.name} is told: {'; '.join(result.told)}" for result in results if result.told
    ]
    if not any(result.right or result.name.startswith("right") for result in results):
        faults.append("no right one: examples/right.py must show that right work passes")
    if all(result.right for result in results):
        remarks.append("no wrong one: examples/wrong_....py would show what is told apart")
    return Section("examples", summary, tuple(faults), tuple(remarks))


def _mistakes(score: MutationScore, failed: Sequence[FailedSearch]) -> Section:
    if not score.total:
        nothing = "nothing is known of what would pass"
        return Section("mistakes", nothing, ("no wrong answer could be made",))
    share = int(score.percent * 100) / 100  # cut, so that 100 means all
    summary = (
        f"{score.caught} of {score.total} wrong answers caught, {share:g} %: "
        f"{len(score.ids)} catalogued mistakes, in every layer and form"
    )
    faults = [
        f"{id} passes ({_shortened(places)}): {why}"
        for (id, why), places in _grouped(score.missed).items()
    ]
    faults += _of_searches(failed)
    same: dict[str, list[str]] = {}
    for (id, why), places in _grouped(score.equivalent).items():
        same.setdefault(why, []).append(f"{id} ({_shortened(places)})")
    remarks = [f"not counted, as {why}: {', '.join(named)}" for why, named in same.items()]
    return Section("mistakes", summary, tuple(faults), tuple(remarks))


def _of_searches(failed: Sequence[FailedSearch]) -> Iterator[str]:
    """Yield in words where the search for causes fails, every error once."""
    places: dict[str, list[str]] = {}
    for one in failed:
        places.setdefault(one.error, []).append(f"{one.part} {one.id} with seed {one.seed}")
    for error, named in places.items():
        yield (
            f"the cause of wrong work could not be looked for ({_shortened(named)}): {error}. That "
            "is our fault, please report it; the verdicts stand without it"
        )


def _grouped(survivors: Sequence[Survivor]) -> dict[tuple[str, str], list[str]]:
    """Return where each mistake passes, by its id and the reason, every place once."""
    several = len({one.part for one in survivors}) > 1
    places: dict[tuple[str, str], dict[str, None]] = {}
    for one in survivors:
        place = f"{one.part} {one.place}" if several else one.place
        places.setdefault((one.id, one.why), {})[place] = None
    return {key: list(found) for key, found in places.items()}


def _shortened(places: Sequence[str]) -> str:
    more = f"; {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return "; ".join(places[:SHOWN]) + more


def _cost(preparing: float, examples: Sequence[ExampleResult]) -> Section:
    words = [f"{1000 * preparing:.0f} ms to prepare"]
    for kind, right in (("right", True), ("wrong", False)):
        times = sorted(r.seconds for r in examples if r.right is right and r.seconds)
        if times:
            words.append(f"{1000 * times[len(times) // 2]:.0f} ms to grade {kind} work")
    return Section("cost", ", ".join(words))
