"""A tuple of gradients, where the function's own ``return`` says what each item is.

The order of a tuple is anybody's; the names in its ``return`` are as good as keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .anatomy import returned_names
from .definitions import Definition

_GRADIENT = re.compile(r"d?_?[wb]_?\d+", re.IGNORECASE)


def names_in_return(definition: Definition | None) -> tuple[str, ...] | None:
    """Return the names of what a function returns; None where they do not tell gradients."""
    names = returned_names(definition.node) if definition else None
    gradients = [name for name in names or () if _GRADIENT.fullmatch(name)]
    # A variable w1 may hold dW1 as well as W1: then the shapes tell what is what.
    is_told = any(name[0] in "dD" for name in gradients)
    return names if len(gradients) > 1 and is_told else None


def under_names(returned: Sequence[Any], names: tuple[str, ...] | None) -> Any:
    """Return a tuple as a dict, if it has as many items as there are names."""
    if names is None or len(returned) != len(names):
        return returned
    return dict(zip(names, returned, strict=True))
