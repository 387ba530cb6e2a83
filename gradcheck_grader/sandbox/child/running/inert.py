"""What stands for modules that draw or load: nothing happens, but loops over it are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from . import helpers


class UnavailableError(Exception):
    """Something was used that is not here; ``kind`` is that of the problem it makes."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def _progress(items: Any = (), *_: Any, **__: Any) -> Any:
    """Stand in for a progress bar: the items, and no bar."""
    return items


def _vectorized(*given: Any, **_: Any) -> Any:
    """Stand in for ``numba.vectorize``, with types or without: what it makes takes arrays."""
    if given and isinstance(given[0], FunctionType):
        return np.vectorize(given[0], otypes=[float])
    return _vectorized


# What goes through items there, and would go through none if it did nothing.
_LOOPS: dict[str, dict[str, Callable[..., Any]]] = {
    "tqdm": {"tqdm": _progress, "trange": range},
    "rich": {"track": _progress},
    "alive_progress": {"alive_it": _progress},
    "fastprogress": {"progress_bar": _progress, "master_bar": _progress},
    "progressbar": {"progressbar": _progress},
    "icecream": {"ic": _progress},  # gives back what it shows
    "numba": {"prange": range, "vectorize": _vectorized},
}


class Inert:
    """Stands for a module, and anything in it, that draws or loads: everything does nothing."""

    __all__: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        loops = _LOOPS.get(self._name.split(".")[0], {})
        if name in loops:
            return loops[name]
        if self._name == "scipy.special" and name in helpers.SCIPY_SPECIAL:
            return helpers.SCIPY_SPECIAL[name]
        return inert(f"{self._name}.{name}")

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Do nothing; used as a decorator, leave the function as it is."""
        if len(arguments) == 1 and not named and callable(arguments[0]):
            return arguments[0]
        return Inert(f"{self._name}()")

    def __getitem__(self, key: Any) -> Inert:
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __setitem__(self, key: Any, value: Any) -> None:
        """Take no notice."""

    def __add__(self, other: Any) -> Any:
        """Add nothing to a text: a colour before it shows nothing here."""
        return other if isinstance(other, str) else self._no_number()

    __radd__ = __add__

    def __bool__(self) -> bool:
        """Say no: what a missing module would tell of a value, such as ``issparse(X)``."""
        return False

    def __instancecheck__(self, item: object) -> bool:
        """Say no: nothing here is of a class that is not here."""
        return False

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *error: object) -> None:
        """Take no notice."""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def _no_number(self, *_: Any, **__: Any) -> NoReturn:
        """Say what is computed with and is not here, and not that types do not go together."""
        top = self._name.partition(".")[0].removesuffix("()")
        words = f"`{self._name}` gives no numbers here: {top} is not available, only NumPy is."
        raise UnavailableError(words, "error")

    __array__ = __float__ = __int__ = __index__ = __neg__ = __abs__ = _no_number
    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _no_number
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __floordiv__ = __rfloordiv__ = _no_number
    __lt__ = __le__ = __gt__ = __ge__ = _no_number


# What a report calls it where one comes back instead of a gradient.
Inert.__name__ = "stand-in for a module"


class Pylab(Inert):
    """The old module of Matplotlib that has NumPy's names as well."""

    __all__ = tuple(np.__all__)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name) if name in self.__all__ else super().__getattr__(name)


def inert(name: str) -> Inert:
    """Return what stands for a module that draws or loads."""
    return Pylab(name) if name in ("pylab", "matplotlib.pylab") else Inert(name)
