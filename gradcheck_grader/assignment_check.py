"""An author's values, checked: each thing that is wrong is a line with its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from gradcheck_grader import constraints
from gradcheck_grader.assignment import Assignment
from gradcheck_grader.assignment_table import LISTS, RANGES

ALONE = {  # keys that may have one value in place of a list of it
    **dict.fromkeys(RANGES, "write a number, or [lowest, highest]"),
    **dict.fromkeys(LISTS, "write text in quotes, or a list of texts"),
}
PLAIN = {  # what the checks of values say of Python's types, in the words of the file
    "Input should be a valid tuple": "write a list in brackets",
    "Input should be a dictionary": "write a table",
    "Input should be a valid dictionary": "write a table",
    "Input should be a valid string": "write text in quotes",
    "Input should be a valid integer": "write a whole number",
    "Input should be a valid number": "write a number",
    "Input should be a valid boolean, unable to interpret input": "write true or false",
    "Input should be a valid boolean": "write true or false",
    ", unable to parse string as an integer": "",
    ", unable to parse string as a number": "",
    ", got a number with a fractional part": "",
    "String should match pattern '^[a-z][a-z0-9-]*$'": "write small letters, digits and hyphens, "
    "a letter first",
    "Tuple should have at least": "give at least",
    "Tuple should have at most": "give at most",
    " after validation": "",
    "Input should be": "must be",
}


def checked(values: Mapping[str, Any]) -> Assignment:
    """Return the assignment of these values.

    Raises
    ------
    ValueError
        With a line for each thing that is wrong: key, what is wrong, what is allowed.
    """
    try:
        return _checker().validate_python(values)
    except ValidationError as error:
        raise ValueError(_explain(error, values)) from error


@cache
def _checker() -> TypeAdapter[Assignment]:
    """Return what reads the annotations, with the names that they have for types alone."""
    checker = TypeAdapter(Assignment)
    checker.rebuild(_types_namespace=vars(constraints))
    return checker


def _explain(error: ValidationError, values: Mapping[str, Any]) -> str:
    """Return a line for each thing that is wrong: key, what is wrong, what is allowed."""
    found = error.errors()
    # An item that is not valid is left out of the count of items.
    faults = [one for one in found if one["type"] != "too_short" or not _is_within(one, found)]
    lines = [f"{_key(_place(one, faults, values), values)}: {_words(one)}" for one in faults]
    return "\n".join(dict.fromkeys(lines))


def _place(
    fault: ErrorDetails, faults: Sequence[ErrorDetails], values: Mapping[str, Any]
) -> tuple[int | str, ...]:
    """Return the place of a fault, that of its list if all items have it: one value made them."""
    place = fault["loc"]
    above = place[:-1]
    if not above or above[-1] not in ALONE:
        return place
    held: Any = values
    for key in above:
        held = held[key]
    alike = [one["loc"] for one in faults if one["msg"] == fault["msg"]]
    return above if all((*above, item) in alike for item in range(len(held))) else place


def _is_within(list_: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    """Return whether one of the faults lies in an item of this list."""
    place = list_["loc"]
    return any(one["loc"] != place and one["loc"][: len(place)] == place for one in faults)


def _key(place: tuple[int | str, ...], values: Mapping[str, Any]) -> str:
    """Return the key of a fault as an author reads it, with a part's name for its number."""
    if len(place) > 1 and place[0] == "parts":
        part = values["parts"][place[1]]
        named = isinstance(part, Mapping) and "name" in part
        name = part["name"] if named else f"number {int(place[1]) + 1}"
        return f"part {name}: {'.'.join(map(str, place[2:]))}".removesuffix(": ")
    return ".".join("part" if item == "parts" else str(item) for item in place) or "the file"


def _words(fault: ErrorDetails) -> str:
    """Return what is wrong and what is allowed, in the words of the file's format."""
    if fault["loc"] == ("parts",) and fault["type"] in ("tuple_type", "missing", "too_short"):
        return "write [[part]], in double brackets, once for each part"
    if fault["type"] == "tuple_type" and fault["loc"][-1] in ALONE:
        return ALONE[str(fault["loc"][-1])]
    if fault["type"] == "unexpected_keyword_argument":
        return "unknown key; remove it or correct its spelling"
    if fault["type"] == "missing":
        return "this key is needed"
    words = fault["msg"].removeprefix("Value error, ").partition(" or an instance of ")[0]
    for raw, plain in PLAIN.items():
        words = words.replace(raw, plain)
    return words
