"""Which functions go forward, by their names."""

from __future__ import annotations

import re

_PASS = re.compile(r"forward|fprop|fwd|feed|propagat", re.IGNORECASE)
_BACK = re.compile(r"back|bprop", re.IGNORECASE)


def goes_forward(name: str) -> bool:
    """Tell whether a function that is called so makes the activations of a network."""
    return _PASS.search(name) is not None and _BACK.search(name) is None
