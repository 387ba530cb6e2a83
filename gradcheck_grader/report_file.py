"""Reports that are read from where they were written: pydantic checks each value and each key.

To import it takes as long as a job; only what reads a report imports this.
"""

from __future__ import annotations

from pydantic import TypeAdapter

from gradcheck_grader.models import GradeReport, Signature

REPORT = TypeAdapter(GradeReport)
SIGNATURE = TypeAdapter(Signature)
