"""The walk over a class's results: everything is counted, and no result is kept."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.batch.summary import (
    BINS,
    FindingCount,
    GradientCount,
    Quantiles,
    Summary,
    Unjudged,
    bin_of,
    percent,
)
from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.phrases import counted

LISTED = 200  # of those that could not be judged; the rest are only counted
IDEAS = 3  # in the lead: more is no lesson for one day
WORTH = 0.1  # share of the wrong submissions that an idea must add to be named
WORDS = ("No", "One", "Two", "Three")
NOT_RETURNED = "not returned"
UNNAMED = "unexplained"  # what nobody can teach tomorrow


def summarise(
    results: Iterable[Graded], missing: Sequence[Person] = (), expected: int = 0
) -> Summary:
    """Return what the results say together; they are walked once and not kept.

    ``expected`` is how many were handed in, where not all of them are graded.
    """
    tally = Tally()
    for graded in results:
        tally.add(graded)
    return tally.summary(missing, expected)


class Tally:
    """The counts while walking."""

    def __init__(self) -> None:
        self.scores: list[float] = []
        self.bins = [0] * (BINS + 1)
        self.gradients: dict[tuple[str, str], Counter[str]] = {}
        self.found: Counter[str] = Counter()
        self.said: dict[str, tuple[str, str, dict[str, None]]] = {}
        self.causes: Counter[frozenset[str]] = Counter()  # of each submission that has any
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.look_at: list[Unjudged] = []
        self.seeds: set[int] = set()
        self.heads: tuple[str, str] = ("", "")
        self.whom = "students"

    def add(self, graded: Graded) -> None:
        """Count one result."""
        report = graded.report
        self.counts["submissions"] += 1
        self.counts["late"] += graded.late
        self.whom = "submissions" if graded.person.members else self.whom
        self.seeds = self.seeds if len(self.seeds) > 1 else self.seeds | {report.grader.seed}
        self.heads = (report.assignment.title, report.assignment.name)
        if report.status != "graded":
            self.counts["not_graded"] += 1
            self._look_at(graded)
            return
        self.counts["graded"] += 1
        self.counts["all_correct"] += report.all_correct
        self.scores.append(percent(report))
        self.bins[bin_of(report)] += 1
        kinds = [_kind(row) for row in report.gradients]
        for row, kind in zip(report.gradients, kinds, strict=True):
            self.gradients.setdefault((row.part, row.name), Counter())[kind] += 1
        self._find(report, "wrong" in kinds)
        if not set(kinds) & {"correct", "follow_through", "wrong"}:
            self.counts["unjudged"] += 1
            self._look_at(graded)
        elif "wrong" not in kinds and "not_returned" in kinds:
            self.counts["partial"] += 1

    def _find(self, report: GradeReport, is_wrong: bool) -> None:
        for finding in report.findings:
            title, severity, names = self.said.setdefault(
                finding.id, (finding.title, finding.severity, {})
            )
            names.update(dict.fromkeys(finding.gradients))
            if finding.severity == "mistake" and severity != "mistake":
                self.said[finding.id] = (title, "mistake", names)
        self.found.update({finding.id for finding in report.findings})
        if is_wrong:
            self.counts["wrong"] += 1
            mistakes = (item for item in report.findings if item.severity == "mistake")
            self.causes[frozenset(item.id for item in mistakes) - {UNNAMED}] += 1

    def _look_at(self, graded: Graded) -> None:
        problem = next(iter(graded.report.problems), None)
        is_ours = graded.report.status != "graded"
        kind = problem.kind if problem else "not graded" if is_ours else NOT_RETURNED
        self.kinds[kind] += 1
        if len(self.look_at) < LISTED:
            message = problem.message if problem else "no gradient came back"
            self.look_at.append(Unjudged(
                key=graded.key, name=graded.person.name, kind=kind, message=message
            ))  # fmt: skip

    def summary(self, missing: Sequence[Person], expected: int = 0) -> Summary:
        """Return what was counted, of so many that are expected."""
        waiting = max(expected - self.counts["submissions"], 0)
        gradients = tuple(
            GradientCount(part=part, name=name, **counts)
            for (part, name), counts in self.gradients.items()
        )
        hardest = max(gradients, key=lambda row: row.difficulty, default=None)
        findings = self._findings([row.name for row in gradients])
        counts = self.counts
        return Summary(
            title=self.heads[0],
            assignment=self.heads[1],
            seed=next(iter(self.seeds)) if len(self.seeds) == 1 else None,
            submissions=counts["submissions"],
            graded=counts["graded"],
            all_correct=counts["all_correct"],
            wrong=counts["wrong"],
            unjudged=counts["unjudged"],
            not_graded=counts["not_graded"],
            late=counts["late"],
            scores=_quantiles(self.scores),
            distribution=tuple(self.bins),
            gradients=gradients,
            hardest=hardest if hardest and hardest.wrong else None,
            findings=findings,
            look_at=tuple(self.look_at),
            kinds=dict(self.kinds.most_common()),
            missing=tuple(person.name for person in missing),
            waiting=waiting,
            lead=self._lead(findings, hardest, waiting),
        )

    def _findings(self, order: Sequence[str]) -> tuple[FindingCount, ...]:
        places = {name: place for place, name in reversed(list(enumerate(order)))}
        rows = [
            FindingCount(
                id=id,
                title=self.said[id][0],
                severity=self.said[id][1],
                gradients=tuple(sorted(self.said[id][2], key=lambda n: places.get(n, len(order)))),
                students=students,
            )
            for id, students in self.found.items()
        ]
        return tuple(sorted(rows, key=lambda row: (row.severity, -row.students, row.id)))

    def _lead(
        self, findings: Sequence[FindingCount], hardest: GradientCount | None, waiting: int
    ) -> str:
        counts = self.counts
        sentences = [_right(counts["all_correct"], counts["submissions"], self.whom)]
        ideas, covered = self._ideas()
        titles = {row.id: row.title for row in findings}
        if ideas:
            what = "cause accounts" if len(ideas) == 1 else "causes account"
            named = " and ".join(f"“{titles[id].rstrip('.')}”" for id in ideas[-2:])
            named = ", ".join([*(f"“{titles[id].rstrip('.')}”" for id in ideas[:-2]), named])
            sentences.append(
                f"{WORDS[len(ideas)]} {what} for {covered} of the {counts['wrong']} "
                f"with a wrong gradient: {named}."
            )
        elif hardest and hardest.wrong:
            sentences.append(
                f"Most often wrong is {hardest.name}, in {hardest.wrong} of {hardest.judged}."
            )
        if counts["partial"]:
            sentences.append(
                f"{counts['partial']} returned no wrong gradient, but not all that were asked for."
            )
        if counts["unjudged"]:
            sentences.append(f"The code of {counts['unjudged']} could not be run to a gradient.")
        if counts["not_graded"]:
            sentences.append(f"{counts['not_graded']} could not be graded, by no fault of theirs.")
        if waiting:
            sentences.append(f"{counted(waiting, 'is', 'are')} not graded yet.")
        return " ".join(sentences)

    def _ideas(self) -> tuple[list[str], int]:
        """Return the few mistakes that account for most, and for how many: each adds the most."""
        left, chosen, covered = Counter(self.causes), list[str](), 0
        while len(chosen) < IDEAS:
            gains: Counter[str] = Counter()
            for ids, students in left.items():
                gains.update(dict.fromkeys(ids, students))
            best = min(gains, key=lambda id: (-gains[id], id), default=None)
            if best is None or gains[best] < max(2, WORTH * self.counts["wrong"]):
                break
            chosen.append(best)
            covered += gains[best]
            left = Counter({ids: count for ids, count in left.items() if best not in ids})
        return chosen, covered


def _kind(row: GradientResult) -> str:
    if row.verdict in ("correct", "wrong"):
        return row.verdict
    kinds = {"follow-through": "follow_through", "wrong shape": "wrong"}
    return kinds.get(row.verdict, "not_returned")


def _right(right: int, total: int, whom: str) -> str:
    if total == 0:
        return "Nothing is graded yet."
    if total == 1:
        return f"The one submission has {'every' if right else 'not every'} gradient right."
    if right in (0, total):
        of = f"All {total} {whom} have" if right else f"None of {total} {whom} has"
        return f"{of} every gradient right."
    return f"{right} of {total} {whom} {'has' if right == 1 else 'have'} every gradient right."


def _quantiles(scores: list[float]) -> Quantiles | None:
    if not scores:
        return None
    inner = statistics.quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else scores * 3
    values = (min(scores), *inner, max(scores), statistics.fmean(scores))
    names = ("least", "lower_quartile", "median", "upper_quartile", "most", "mean")
    return Quantiles(**dict(zip(names, (round(value, 2) for value in values), strict=True)))
