"""Functions that newer Pythons have added to the standard library, for files written on those."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any


def batched(iterable: Iterable[Any], n: int, *, strict: bool = False) -> Iterator[tuple[Any, ...]]:
    """Yield tuples of n items, the last one with what is left: `itertools.batched` of 3.12."""
    if n < 1:
        raise ValueError("n must be at least one")
    items = iter(iterable)
    while batch := tuple(islice(items, n)):
        if strict and len(batch) < n:
            raise ValueError("batched(): incomplete batch")
        yield batch


def sumprod(p: Iterable[Any], q: Iterable[Any]) -> Any:
    """Return the sum of products of two sequences: `math.sumprod` of 3.12."""
    return sum(x * y for x, y in zip(p, q, strict=True))


def override(method: Any) -> Any:
    """Return a method as it is: `typing.override` of 3.12."""
    return method


def deprecated(*_: Any, **__: Any) -> Callable[[Any], Any]:
    """Return what leaves a function as it is: `warnings.deprecated` of 3.13."""
    return override


_ADDED = {
    "itertools": (batched,),
    "math": (sumprod,),
    "typing": (override,),
    "warnings": (deprecated,),
}


def complete(module: ModuleType) -> None:
    """Add to a module of the standard library what this Python does not have yet."""
    for function in _ADDED.get(module.__name__, ()):
        if not hasattr(module, function.__name__):
            setattr(module, function.__name__, function)
