"""From the table of an assignment's file to the assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcheck_grader.assignment import Accept, Assignment, CallLimits, Interface, Part
from gradcheck_grader.family import Family

SHARED = ("interface", "network")  # tables that a part may refine
# Where an author may write one number for a range of one, and one text for a list of it.
RANGES = ("depth", "inputs", "width", "outputs", "examples", "l2", "keep_prob", "learning_rate")
LISTS = ("function", "hidden")


def values_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the assignment's values: each part with the shared tables, its own keys winning.

    Nothing is checked: what is no table, or no list, stays what it is.
    """
    values = {key: value for key, value in table.items() if key not in (*SHARED, "part")}
    parts = table.get("part", [])
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        return values | {"parts": parts}
    shared = {key: table[key] for key in SHARED if key in table}
    return values | {"parts": tuple(spelled_out(_refined(shared, part)) for part in parts)}


def _refined(shared: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    refined = dict(part)
    for key, value in shared.items():
        own = part.get(key, {})
        if isinstance(value, Mapping) and isinstance(own, Mapping):
            refined[key] = {**value, **own}
        elif key not in part:
            refined[key] = value
    return refined


def spelled_out(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part's values with a tuple for each list, and where one value stands for a list."""
    tables = {key: part[key] for key in SHARED if isinstance(part.get(key), Mapping)}
    return _in_tuples(part) | {key: _in_tuples(table) for key, table in tables.items()}


def _in_tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _in_tuple(key, value) for key, value in table.items()}


def _in_tuple(key: str, value: Any) -> Any:
    if key in RANGES and isinstance(value, int | float):
        return value, value
    if key in LISTS and isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def built(values: Mapping[str, Any]) -> Assignment:
    """Return the assignment of these values; their types are taken to be right."""
    tables = {"accept": Accept, "limits": CallLimits}
    made = {key: kind(**values[key]) for key, kind in tables.items() if key in values}
    return Assignment(**{**values, **made, "parts": tuple(map(built_part, values["parts"]))})


def built_part(values: Mapping[str, Any]) -> Part:
    """Return the part of these values, as `spelled_out` has them."""
    interface, network = Interface(**values["interface"]), Family(**values["network"])
    return Part(**{**values, "interface": interface, "network": network})
