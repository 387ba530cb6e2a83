"""What an import statement of a student's file gets: the module, or something in its place.

NumPy and the standard library are imported; files handed along are loaded as the main file is.
Plotting and data modules become inert, other frameworks are refused when they are used, and a
course module that was not handed in gives the usual helpers.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from types import ModuleType
from typing import Any, NoReturn

from ..facts import Facts, listed, note, words
from . import helpers
from .inert import UnavailableError, inert
from .newer import complete
from .slopes import Given

INERT = words(
    "PIL alive_progress altair antigravity bokeh colorama cv2 fastprogress google graphviz h5py "
    "icecream imageio ipywidgets IPython keras_preprocessing loguru matplotlib mlflow mlxtend "
    "mpl_toolkits networkx nltk numba openpyxl pandas plotly prettytable progressbar psutil pydot "
    "pylab pytest requests rich scipy seaborn skimage sklearn statsmodels streamlit tabulate "
    "tensorboardX termcolor this tkinter tqdm turtle wandb webbrowser xlrd yaml"
)
REFUSED = words(
    "aesara autograd caffe cupy jax keras mxnet paddle tensorflow theano tinygrad torch torchvision"
)


NOTEBOOK = words("display get_ipython")
"""What a notebook defines without an import."""

# Modules that give Python 2 the names of Python 3, or the other way round.
_COMPATIBILITY = words("future past six")
PYTHON_2 = {"izip": zip, "long": int, "reduce": reduce, "unicode": str, "xrange": range}
COMPATIBLE = vars(builtins) | PYTHON_2


class Refused:
    """Stands for something that is not here; says so when it is used."""

    __all__ = ()

    def __init__(self, name: str, message: str, kind: str) -> None:
        self._name, self._message, self._kind = name, message, kind

    def __getattr__(self, name: str) -> Refused:
        if name.startswith("__"):
            raise AttributeError(name)
        return Refused(f"{self._name}.{name}", self._message, self._kind)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, item: object) -> bool:
        """Say no: nothing here is of a class that is not here."""
        return False

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise UnavailableError(self._message.format(name=self._name), self._kind)

    __call__ = __getitem__ = __iter__ = __len__ = __array__ = __float__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __pow__ = __rpow__ = _refuse


class Absent:
    """A module that was not handed in: the usual helpers, and `Refused` for all else."""

    def __init__(self, name: str, give: Callable[[str, str], Any], names: Collection[str]) -> None:
        self._name, self._give = name, give
        self.__all__ = tuple(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._give(self._name, name)


class Importer:
    """Stands where ``__import__`` stands in a student's modules.

    Parameters
    ----------
    own : callable
        Takes a dotted name, a level and the path of the file that asks; returns the handed-in
        module of that name, or None.
    allowed : collection of str
        Importable modules besides NumPy and the standard library.
    unbound : collection of str
        Names that the main file uses and does not bind: what a star import may have to give.
    pairs : collection of str
        Names whose calls the main file unpacks into two values.
    guarded : collection of str
        Modules that the main file can do without: it catches that they are not there.

    Attributes
    ----------
    given : Given
        What the present call was given, by which a slope helper tells Z from A.
    in_rows : bool
        Whether the examples of a call are rows, and units columns.
    """

    def __init__(
        self,
        own: Callable[[str, int, str], ModuleType | None],
        allowed: Collection[str],
        unbound: Collection[str],
        pairs: Collection[str],
        guarded: Collection[str] = (),
    ) -> None:
        self.given = Given()
        self.in_rows = False
        self._own, self._allowed = own, allowed
        self._unbound, self._pairs, self._guarded = unbound, pairs, guarded
        # Dicts of None are sets that keep their order.
        self._inert: dict[str, None] = {}
        self._absent: set[str] = set()
        self._supplied: dict[str, dict[str, None]] = {}

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Return what ``import name`` or ``from name import …`` is to work with."""
        top = name.split(".")[0]
        asking = str((globals or {}).get("__file__", ""))
        own = self._find_own(name, top, level, asking)
        if own is not None:
            return own if fromlist else self._find_own(top, top, level, asking) or own
        if level == 0 and top not in INERT and self._is_real(top):
            complete(builtins.__import__(top))
            return builtins.__import__(name, None, None, fromlist or (), 0)
        return self._stand_in(name, top, bool(fromlist))

    def notes(self) -> list[Facts]:
        """Return what a reader should know about the imports that were run."""
        notes = []
        if self._inert:
            names = listed(list(self._inert))
            message = f"{names}: not available here; what draws or loads does nothing."
            notes.append(note("module-inert", message))
        for module, given in self._supplied.items():
            verb = "stands" if len(given) == 1 else "stand"
            message = f"`{module}` was not handed in; the usual {listed(list(given))} {verb} in."
            if "softmax" in given:
                message += f" softmax goes over axis {self._units()}."
            if any(map(helpers.is_slope, given)):
                message += " A slope that is given A is made from A."
            notes.append(note("helpers-supplied", message))
        return notes

    def is_absent(self, name: str) -> bool:
        """Tell whether a module that was asked for was not handed in."""
        return name in self._absent

    def _units(self) -> int:
        """Return the axis along which the units of a layer lie."""
        return int(self.in_rows)

    def _is_real(self, top: str) -> bool:
        return top == "numpy" or top in sys.stdlib_module_names or top in self._allowed

    def _find_own(self, name: str, top: str, level: int, asking: str) -> ModuleType | None:
        # Python itself takes these before any file of that name.
        if level == 0 and (top == "numpy" or top in sys.builtin_module_names):
            return None
        return self._own(name, level, asking)

    def _stand_in(self, name: str, top: str, from_it: bool) -> Any:
        shown = name if from_it else top
        if top in INERT:
            self._inert[top] = None
            return inert(shown)
        if name in self._guarded:
            raise ModuleNotFoundError(f"No module named {name!r}")
        if top in REFUSED:
            reason = f"It uses `{{name}}`, and {top} is not available here: only NumPy is."
            return Refused(shown, reason, "forbidden")
        self._absent.add(name)
        given = {name for names in self._supplied.values() for name in names}
        asked = sorted(n for n in self._unbound if helpers.supply(n) is not None and n not in given)
        return Absent(shown, self._give, asked)

    def _give(self, module: str, name: str) -> Any:
        """Return what a missing module is asked for: a module in it, a helper, or a refusal."""
        whole = f"{module}.{name}"
        if any(path == whole or path.startswith(f"{whole}.") for path in self._absent):
            return Absent(whole, self._give, ())
        if module.partition(".")[0] in _COMPATIBILITY and name in COMPATIBLE:
            return COMPATIBLE[name]
        helper = helpers.supply(
            name,
            as_pair=name in self._pairs,
            is_activation=self.given.is_activation,
            axis=self._units,
        )
        if helper is None:
            reason = f"`{{name}}` comes from `{module}`, which was not handed in."
            return Refused(name, reason, "error")
        self._supplied.setdefault(module, {})[name] = None
        return helper
