"""The report as one JSON object, the form that tools build on: its names only grow."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from gradcheck_grader.models import GradeReport


def render(report: GradeReport) -> str:
    """Return the report as JSON text, indented, keys in the order of its fields."""
    return json.dumps(as_object(report), indent=2, ensure_ascii=False) + "\n"


def as_line(report: GradeReport) -> str:
    """Return the report as JSON text on one line."""
    return json.dumps(as_object(report), ensure_ascii=False, separators=(",", ":"))


def as_object(report: GradeReport) -> dict[str, Any]:
    """Return the report as plain values; what is not to be shown, or not there, is left out."""
    plain: dict[str, Any] = _as_json(report)
    for row in plain["gradients"]:
        if row["worst"] is not None and row["worst"]["expected"] is None:
            del row["worst"]["expected"]
    if plain["signature"] is None:
        del plain["signature"]
    return plain


def _as_json(value: Any) -> Any:
    """Return what JSON has for a value: an object for one with fields, a list for a tuple."""
    if value is None or isinstance(value, (str, int, float)):
        return value  # nearly always
    if is_dataclass(value):
        return {field.name: _as_json(getattr(value, field.name)) for field in fields(value)}
    return [_as_json(item) for item in value] if isinstance(value, tuple) else value
