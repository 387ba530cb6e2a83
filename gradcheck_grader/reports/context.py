"""What a format may have to know beside the report; it is handed in, no renderer reads it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from gradcheck_grader.models import Finding, GradeReport, ReportProblem


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a report: values, read once by who calls.

    Attributes
    ----------
    path : str
        The submission as a platform knows it: within the checkout, ``/`` between folders; ""
        where only its name is known.
    root : str or None
        The folder that files of the submission are named from; None where they lie in an archive.
    token : str
        What nobody who handed something in can know; it ends text in which commands are off.
    environment : mapping
        The variables that a platform sets.
    visibility : str
        When a student sees the results, for a platform that asks.
    """

    path: str = ""
    root: str | None = ""
    token: str = "the-end"
    environment: Mapping[str, str] = field(default_factory=dict)
    visibility: str = "visible"

    def file_of(self, item: Finding | ReportProblem, report: GradeReport) -> str:
        """Return the path of the file that a cause or a problem is in."""
        if self.root is None or item.file is None:
            return self.path or report.submission.name
        return posixpath.normpath(posixpath.join(self.root, item.file))

    def line_of(self, item: Finding | ReportProblem) -> int | None:
        """Return the line in that file; None in an archive, or in a notebook's cell."""
        return None if self.root is None or item.cell else item.line
