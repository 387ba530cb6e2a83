"""Whether a slope helper that was not handed in is given Z or A: courses have it both ways.

``sigmoid_derivative(Z1)`` is sigmoid'(Z1), ``sigmoid_derivative(A1)`` is A1 (1 - A1). What the
learner's own helper computes is not known; what it is given, the values of the call tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_ACTIVATION = re.compile(r"_*[Aa]_?[1-9]\d*")
_CLOSE = 1e-9  # relative: values computed anew differ by rounding only, others by far more
_MOST = 4  # how deep containers are looked into


class Given:
    """The numbers that the present call was given."""

    def __init__(self) -> None:
        self._call: tuple[Sequence[str], Sequence[Any], Mapping[str, Any]] = ((), (), {})
        self._held: list[tuple[str, Array]] | None = None

    def put(
        self, names: Sequence[str], values: Sequence[Any], attributes: Mapping[str, Any]
    ) -> None:
        """Take the values of a call and their names, and what its object has; seldom asked for."""
        self._call, self._held = (names, values, attributes), None

    def is_activation(self, value: Any, activation: Callable[[Any], Any]) -> bool:
        """Tell whether a value consists of numbers of an A, rather than of a Z.

        An A goes by that name, or is what ``activation`` makes of another array of the call.
        """
        if self._held is None:
            names, values, attributes = self._call
            given = {**dict(zip(names, values, strict=True)), **attributes}
            self._held = list(_arrays("", given, _MOST))
        try:
            own = np.asarray(value, dtype=np.float64).ravel()
        except (TypeError, ValueError):
            return False
        named = [array for name, array in self._held if _ACTIVATION.fullmatch(name)]
        if any(_is_part(own, array) for array in named):
            return True
        if any(_is_part(activation(own), array) for _, array in self._held):
            return False
        return any(_is_part(own, activation(array)) for _, array in self._held)


def _arrays(name: str, value: Any, depth: int) -> Iterator[tuple[str, Array]]:
    """Yield the arrays in a value, sorted, with the nearest name."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.size > 1:
            yield name, np.sort(value, axis=None)
    elif depth and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _arrays(str(key), item, depth - 1)
    elif depth and isinstance(value, (list, tuple)):
        for item in value:
            yield from _arrays(name, item, depth - 1)


def _is_part(own: Array, array: Array) -> bool:
    """Tell whether all numbers are among those of a sorted array: a column of it counts, too."""
    if not own.size:
        return False
    after = np.clip(np.searchsorted(array, own), 1, array.size - 1)
    gap = np.minimum(np.abs(array[after] - own), np.abs(array[after - 1] - own))
    return bool((gap <= _CLOSE * np.abs(own)).all())
