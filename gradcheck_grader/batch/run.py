"""A batch from its collection to its results: what is missing or has changed is graded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.batch.changes import Change
from gradcheck_grader.batch.conditions import Conditions, conditions_of
from gradcheck_grader.batch.early import at_least, cores
from gradcheck_grader.batch.engine import Workers
from gradcheck_grader.batch.graded import Collection, Entry, Results
from gradcheck_grader.batch.progress import Counts, Progress, Silent
from gradcheck_grader.batch.stop import Stop
from gradcheck_grader.batch.store import Store, open_store
from gradcheck_grader.batch.task import Answer, Task, Work, read
from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.exam import Exam, prepare, try_mistakes
from gradcheck_grader.phrases import counted
from gradcheck_grader.sandbox.process import Process
from gradcheck_grader.seeds import draw_seed


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch is run.

    Attributes
    ----------
    output : Path
        The folder of the store.
    typed : str
        How the user named the assignment; empty: by its name.
    seed : int or None
        None: the one of the store, or one that is drawn.
    jobs : int or None
        Processes; None: one for each core.
    isolation : str
        The least that will do; "auto" stands for "kernel", as a batch runs code that nobody read.
    limits : mapping
        Limits that replace the assignment's; None leaves one as it is.
    all_parts : bool
        Whether an optional part that was not handed in counts, with no points.
    regrade : bool
        Whether all is graded again, also what has a valid result.
    cluster : str
        Address of a Dask scheduler; empty: this machine.
    """

    output: Path
    typed: str = ""
    seed: int | None = None
    jobs: int | None = None
    isolation: str = "auto"
    limits: Mapping[str, float | None] = field(default_factory=dict)
    all_parts: bool = False
    regrade: bool = False
    cluster: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What a run came to; the results are read from its open store.

    Attributes
    ----------
    counts : Counts
        How many there are, were graded now, and were kept.
    changes : tuple of Change
        Results that are other ones than before.
    not_graded : int
        How many have no verdict, by a fault of ours.
    has_begun : bool
        False if it was stopped before that: nothing was changed, earlier results stay as they are.
    is_stopped : bool
        Whether it ended before all was done: by a wish, or by the fault.
    seconds : float
        What grading took.
    isolation : str
        The least that was asked for.
    gone : sequence of str
        Keys of what was graded once and is handed in no more.
    """

    exam: Exam
    results: Results
    counts: Counts
    changes: tuple[Change, ...]
    not_graded: int
    is_regraded: bool
    has_begun: bool
    is_stopped: bool
    fault: MachineError | None
    seconds: float
    isolation: str
    store: Store
    gone: Sequence[str] = ()


class Engine(Protocol):
    """What turns tasks into answers: the cores of this machine, or a cluster."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer | None]:
        """Yield answers as they come, in any order; None when none came for a moment."""

    def close(self) -> None:
        """End what was started."""


@contextmanager
def run_batch(
    collection: Collection,
    assignment: Assignment,
    options: Options,
    progress: Progress | None = None,
    begun: Sequence[Process] = (),
) -> Iterator[Batch]:
    """Grade all that has no valid result yet; the results can be read until the block is left.

    ``begun`` are processes for student code that have begun already; they are the caller's to end.

    Raises
    ------
    GraderError
        If the assignment is broken, the store is in use, or this machine cannot confine
        submissions as well as is asked for.
    MachineError
        If trials cannot be made. When grading ends with one, it is in the result instead.
    """
    start = time.perf_counter()
    with open_store(options.output) as store:
        conditions = _begin(store, assignment, options)
        exam = _exam(assignment, options, conditions.seed)
        fault = None
        with Stop() as stop, closing(progress or Silent()) as shown:
            gone = _follow(store, collection.entries)
            _say_what_changed(store, collection.entries, conditions, shown)
            store.remember(expected=len(collection.entries))
            kept, missing = _compared(store, collection.entries, conditions, stop)
            counts = Counts(len(collection.entries), kept=len(kept))
            has_begun = not stop.wanted
            if has_begun:
                store.keep(kept)
                counts.wrong = store.below(100)
            try:
                if missing and has_begun:
                    with closing(_engine(exam, options, len(missing), begun)) as engine:
                        _grade(store, missing, conditions, engine, (counts, shown, stop))
            except MachineError as error:  # what was found before is worth showing
                fault = error
        if has_begun and counts.done == counts.total:
            store.end()
        yield Batch(
            exam=exam,
            results=store.results,
            counts=counts,
            changes=tuple(store.changes()),
            not_graded=store.not_graded(),
            is_regraded=options.regrade,
            has_begun=has_begun,
            is_stopped=counts.done < counts.total,
            fault=fault,
            seconds=time.perf_counter() - start,
            isolation=at_least(options.isolation),
            store=store,
            gone=gone,
        )


def _begin(store: Store, assignment: Assignment, options: Options) -> Conditions:
    """Return the conditions of this run; without a seed, it takes the one of the run before."""
    holds = store.fact("assignment") or assignment.name
    if holds != assignment.name and not options.regrade:
        raise GraderError(
            f"{options.output} holds what was graded as {holds}, not as {assignment.name}",
            where="--output",
            remedy="Give another folder; --regrade replaces what is in this one.",
        )
    store.remember(assignment=assignment.name)
    before = store.fact("seed")
    seed = options.seed
    if seed is None:
        seed = draw_seed() if before is None else int(before)
    number = store.begin(seed, regrade=options.regrade)
    return conditions_of(
        assignment, options.limits, seed, at_least(options.isolation), options.all_parts, number
    )


def _exam(assignment: Assignment, options: Options, seed: int) -> Exam:
    assignment = assignment.limited(options.limits)
    if options.all_parts:
        assignment = assignment.with_all_parts()
    exam = prepare(assignment, seed, options.typed)
    try_mistakes(exam)  # said now, and not of each student
    return exam


def _say_what_changed(
    store: Store, entries: Sequence[Entry], conditions: Conditions, progress: Progress
) -> None:
    """Say who has left, and why results that are there do not count before they are found again."""
    here = {entry.key for entry in entries}
    if left := store.shown() - here - set(store.former.values()):
        what = counted(len(left), "submission of the run before is", "of the run before are")
        progress.note(f"{what} handed in no more, and not in the results")
    count, changed = store.outdated(conditions, here)
    if count:
        what = counted(count, "submission is", "submissions are")
        progress.note(f"{what} graded again, since this changed: {', '.join(changed)}")


def _follow(store: Store, entries: Sequence[Entry]) -> list[str]:
    """Have new keys compared with what the same person had before; return the keys that have left.

    A file that is handed in again has another name on most platforms.
    """
    known = store.people()
    here = {entry.key for entry in entries}
    gone = [key for key in known if key not in here]
    latest = {known[key].id or known[key].name: key for key in gone}
    who = {entry.key: entry.person.id or entry.person.name for entry in entries}
    new = (key for key in who if key not in known and who[key] in latest)
    store.former = {key: latest[who[key]] for key in new}
    return gone


def _compared(
    store: Store, entries: Sequence[Entry], conditions: Conditions, stop: Stop
) -> tuple[list[Entry], list[Entry]]:
    """Return what is as it was when it was graded, and what is to be graded."""
    valid = store.valid(conditions)
    kept: list[Entry] = []
    missing: list[Entry] = []
    for entry in entries:
        is_known = entry.key in valid and not stop.wanted
        is_same = is_known and valid[entry.key] == read(entry).digest
        (kept if is_same else missing).append(entry)
    return kept, missing


def _grade(
    store: Store,
    missing: Sequence[Entry],
    conditions: Conditions,
    engine: Engine,
    watched: tuple[Counts, Progress, Stop],
) -> None:
    counts, progress, stop = watched
    entries = {entry.key: entry for entry in missing}
    for answer in engine.answers(map(read, missing)):
        if answer is not None:
            store.put(entries[answer.key], answer, conditions)
            counts.add(answer.status, answer.all_correct)
        progress.show(counts)
        if stop.wanted:
            return


def _engine(exam: Exam, options: Options, tasks: int, begun: Sequence[Process]) -> Engine:
    work = Work(exam, at_least(options.isolation), options.all_parts)
    if options.cluster:
        from gradcheck_grader.batch.cluster import Cluster

        return Cluster(options.cluster, work)
    return Workers(work, min(options.jobs or cores(), tasks), begun)
