"""Which submissions give the same wrong numbers, where no common mistake explains that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gradcheck_grader.batch.graded import Graded
from gradcheck_grader.batch.likeness_values import SameNumbers, WrongValue
from gradcheck_grader.models import GradeReport, GradientResult

DIGITS = 9  # all but the last digits, which rounding decides
COMMON = 0.1  # of the class: a mistake that so many make is nobody's own
MOST = 0.25  # of the class: so many do not share a secret
UNNAMED = ("unexplained", "zero-gradient")

Signature = tuple[tuple[str, str, float | None, float | None], ...]


@dataclass(slots=True)
class Numbers:
    """What was seen while walking over the results."""

    groups: dict[tuple[Signature, frozenset[str]], list[tuple[str, str]]] = field(
        default_factory=dict
    )
    made: Counter[str] = field(default_factory=Counter)
    total: int = 0

    def add(self, graded: Graded) -> None:
        """Keep one result's wrong numbers."""
        self.total += 1
        mistakes = frozenset(
            item.id for item in graded.report.findings if item.severity == "mistake"
        )
        self.made.update(mistakes)
        signature = _signature(graded.report)
        if signature:
            who = (graded.key, graded.person.name)
            self.groups.setdefault((signature, mistakes), []).append(who)

    def unusual(self) -> tuple[SameNumbers, ...]:
        """Return the groups, largest first."""
        found = [
            _group(signature, mistakes, members)
            for (signature, mistakes), members in self.groups.items()
            if 2 <= len(members) <= max(2, MOST * self.total)
            and self._are_unusual(mistakes - {*UNNAMED}, len(members))
        ]
        return tuple(sorted(found, key=lambda group: (-len(group.keys), group.keys)))

    def _are_unusual(self, named: frozenset[str], members: int) -> bool:
        """Return whether mistakes with a name do not explain that these few have the same."""
        if not named:
            return True
        usual = max(members, COMMON * self.total)
        return len(named) > 1 and any(self.made[id] <= usual for id in named)


def _signature(report: GradeReport) -> Signature:
    """Return the wrong numbers; nothing if all are what an unwritten function gives."""
    rows = [row for row in report.gradients if row.verdict in ("wrong", "wrong shape")]
    if not any(_got(row) for row in rows):
        return ()
    return tuple((row.part, row.name, _got(row), _rounded(row.relative_error)) for row in rows)


def _got(row: GradientResult) -> float | None:
    return _rounded(row.worst.got) if row.worst is not None else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _group(
    signature: Signature, mistakes: Iterable[str], members: list[tuple[str, str]]
) -> SameNumbers:
    values = (
        WrongValue(part=part, name=name, got=got, relative_error=error)
        for part, name, got, error in signature
    )
    members = sorted(members)
    return SameNumbers(
        keys=tuple(key for key, _ in members),
        names=tuple(name for _, name in members),
        gradients=tuple(values),
        findings=tuple(sorted(mistakes)),
    )
