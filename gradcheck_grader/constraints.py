"""What single values of an assignment's file may be, as pydantic checks them.

To import it takes as long as a job: annotations name these types, and `assignment_check` alone
looks them up.
"""

from __future__ import annotations

import keyword
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, FiniteFloat

# Strict: `true` is no number.
Size = Annotated[int, Field(ge=1, strict=True)]
Penalty = Annotated[FiniteFloat, Field(ge=0, strict=True)]
Probability = Annotated[float, Field(gt=0, le=1, strict=True)]
Rate = Annotated[FiniteFloat, Field(gt=0)]


def _is_a_spelling(key: str) -> str:
    """Return a key's spelling if it tells weights from biases."""
    fields = set(re.findall(r"\{(.*?)\}", key))
    plain = re.sub(r"\{(name|kind|l)\}", "", key)
    if not {"name", "kind"} & fields or set("{}") & set(plain):
        raise ValueError(
            f"{key!r} needs {{name}} (W1), or {{kind}} (W) and {{l}} (1), and no other"
        )
    return key


def _is_a_name(name: str) -> str:
    """Return a name that a student's function or class can have."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} can be no name in Python: write it without dots and spaces")
    return name


def _is_a_class(name: str) -> str:
    return name if name == "*" else _is_a_name(name)


def _is_a_share(value: object) -> object:
    """Return how much is kept of what follows from a mistake; `true` is no number."""
    if value in ("full", "none"):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("write 'full', 'none' or a number from 0 to 1")
    return value


Share = Annotated[Literal["full", "none"] | float, BeforeValidator(_is_a_share)]
Name = Annotated[str, AfterValidator(_is_a_name)]
Owner = Annotated[str, AfterValidator(_is_a_class)]
Spelling = Annotated[str, AfterValidator(_is_a_spelling)]
