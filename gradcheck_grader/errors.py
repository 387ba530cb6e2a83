"""The errors that we raise: what happened, where, and what to do.

A student's mistake is never one of these; it is a value in the report.
"""

from __future__ import annotations

import unicodedata

RIGHT, WRONG, USAGE, FAULT = range(4)
"""Exit codes: all right; graded, something is wrong; usage or an author's fault; ours."""


# Control, format (what turns the direction of writing is among them), surrogate, private,
# unassigned, and the two separators that some viewers take for the end of a line.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(text: str) -> str:
    """Return the text with escapes for characters that act or hide; lines and tabs stay.

    A file is found by its name, so nothing of the name may be left out.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char in "\n\t" or unicodedata.category(char) not in UNSEEN:
        return char
    return char.encode("unicode_escape").decode()


class GraderError(Exception):
    """Something that a user or an author can mend: exit status 2.

    Parameters
    ----------
    message : str
        What happened, one sentence.
    where : str, optional
        The file, key or option.
    remedy : str, optional
        What to do about it.
    """

    exit_code = USAGE

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the whole text, a line each: what, where, what to do.

        No name in it acts on a terminal, or begins a line of its own at the margin.
        """
        where = f"in {self.where}" if self.where else ""
        texts = (f"error: {self.message}", where, self.remedy)
        return "\n  ".join(line for text in texts for line in visible(text).splitlines())


class AssignmentError(GraderError):
    """An assignment that cannot be read, or that contradicts itself."""


class SubmissionError(GraderError):
    """A path that holds no submission."""

    @property
    def is_ours(self) -> bool:
        """Whether the disk or a permission is behind it: then nobody loses a point."""
        return isinstance(self.__cause__, OSError)


class MachineError(GraderError):
    """A fault of ours or of the machine: exit status 3, and nobody loses a point."""

    exit_code = FAULT


class DisagreementError(MachineError):
    """Reference backpropagation and the numerical derivative differ on a trial."""


class NoTrialError(DisagreementError):
    """A family of networks in which none was found that tells right from wrong."""
