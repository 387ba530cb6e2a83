"""The report as one JSON object, the form that tools build on: its names only grow."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from gradcheck_grader.models import GradeReport


def render(report: GradeReport) -> str:
    """Return the report as JSON text, indented, keys in the order of the model."""
    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_line(report: GradeReport) -> str:
    """Return the report as JSON text on one line."""
    return json.dumps(as_object(report), ensure_ascii=False, separators=(",", ":"))


def as_object(report: GradeReport) -> dict[str, Any]:
    """Return the report as plain values; what is not to be shown, or not there, is left out."""
    plain: dict[str, Any] = _plain(report)
    for row in plain["gradients"]:
        if row["worst"] is not None and row["worst"]["expected"] is None:
            del row["worst"]["expected"]
    if plain["signature"] is None:
        del plain["signature"]
    return plain


def _plain(value: Any) -> Any:
    """Return what JSON has for a value; `dataclasses.asdict` would copy every text of it."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
