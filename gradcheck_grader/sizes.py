"""How much of what was handed in is read: one rule for files, folders and zips.

What is too large is left out and named; the function may stand in another file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gradcheck_grader.sandbox.job import MIB, File

LARGEST = 2 * MIB  # of a program; the child reads no more of one, either
LARGEST_NOTEBOOK = 20 * MIB  # it holds its pictures, too
MOST_BYTES = 20 * MIB  # of all files together
LARGEST_ZIP = 100 * MIB  # one student's, in a class's; it may hold data that nobody reads


@dataclass(frozen=True, slots=True)
class LeftOut(File):
    """A file that is not read, since it is too large: its content is empty."""

    size: int = 0

    @property
    def reason(self) -> str:
        """Say why."""
        has = f"{self.path} has {self.size / MIB:.1f} MB"
        limit = largest(self.path)
        if self.size > limit:
            return f"{has}; the limit is {limit // MIB} MB"
        return f"{has}, and all files together have more than the limit of {MOST_BYTES // MIB} MB"


def largest(path: str) -> int:
    """Return how many bytes a file of this name may have."""
    return LARGEST if path.lower().endswith(".py") else LARGEST_NOTEBOOK


def too_large(sizes: Mapping[str, int]) -> frozenset[str]:
    """Return the files that are left out; of too many, small ones are read rather than large."""
    total, left = 0, set[str]()
    for path, size in sorted(sizes.items(), key=lambda pair: (pair[1], pair[0])):
        if size > largest(path) or total + size > MOST_BYTES:
            left.add(path)
        else:
            total += size
    return frozenset(left)


def together(groups: Iterable[Iterable[File]]) -> tuple[File, ...]:
    """Return the files of several sources, read one after another, as far as there is room."""
    kept: list[File] = []
    total = 0
    for file in (file for group in groups for file in group):
        total += len(file.content)
        is_in = total <= MOST_BYTES
        kept.append(file if is_in else LeftOut(file.path, b"", len(file.content)))
        total -= 0 if is_in else len(file.content)
    return tuple(kept)
