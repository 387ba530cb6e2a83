"""What is said of submissions that are alike: groups, and the evidence to judge them by."""

from __future__ import annotations

from gradcheck_grader.validated import Model


class Span(Model):
    """Lines of one submission; ``cell`` is a notebook's, or 0."""

    file: str
    cell: int
    first: int
    last: int
    lines: tuple[str, ...] = ()


class Match(Model):
    """Lines of two submissions that are the same but for names and numbers."""

    left: Span
    right: Span


class Pair(Model):
    """Two submissions: the share of the shorter one's code that the other has, and where."""

    left: str
    right: str
    similarity: float
    identical: bool = False
    matches: tuple[Match, ...] = ()


class Group(Model):
    """Submissions that are linked by pairs; the most alike first."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    similarity: float
    pairs: tuple[Pair, ...]


class WrongValue(Model):
    """One gradient that all of a group have wrong in the same way."""

    part: str
    name: str
    got: float | None
    relative_error: float | None


class SameNumbers(Model):
    """Submissions with the same wrong numbers that no common mistake explains."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    gradients: tuple[WrongValue, ...]
    findings: tuple[str, ...]


class Likeness(Model):
    """All of it.

    Attributes
    ----------
    compared, unread : int
        Submissions whose code was looked at, and those whose could not be.
    common : int
        Stretches of code that were left out: the starter's, and what much of the class has.
    """

    compared: int
    unread: int
    common: int
    groups: tuple[Group, ...]
    same_numbers: tuple[SameNumbers, ...]
