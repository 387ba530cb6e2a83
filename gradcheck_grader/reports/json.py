"""The report as one JSON object, the form that tools build on: its names only grow."""

from __future__ import annotations

import json
from typing import Any

from gradcheck_grader.models import GradeReport


def render(report: GradeReport) -> str:
    """Return the report as JSON text, indented, keys in the order of the model."""
    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_object(report: GradeReport) -> dict[str, Any]:
    """Return the report as plain values; what is not to be shown, or not there, is left out."""
    plain: dict[str, Any] = report.model_dump(mode="json", by_alias=True)
    for row in plain["gradients"]:
        if row["worst"] is not None and row["worst"]["expected"] is None:
            del row["worst"]["expected"]
    if plain["signature"] is None:
        del plain["signature"]
    return plain
