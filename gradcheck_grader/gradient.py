"""The gradient check as a tool of its own: a function in a file, at the point in an array file.

It imports and runs the file in this process, as ``python file.py`` would. It is for your own
code; what students hand in goes through ``grader check``, which runs it apart.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from gradcheck_grader.archive import BROKEN
from gradcheck_grader.errors import GraderError
from gradcheck_grader.reference import (
    Derivative,
    DerivativeError,
    check_gradient,
    differentiate,
)
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.check import MismatchError
from gradcheck_grader.reference.finite_difference import Method
from gradcheck_grader.whole import write_arrays

_OfArrays = Callable[[dict[str, Array]], Any]
# Entries of one array that are printed; larger arrays show their corners.
_SHOWN = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """The arrays of a file: those to differentiate by, and the rest."""

    moving: dict[str, Array]
    fixed: dict[str, Array]


def gradient_report(
    target: str,
    at: str,
    *,
    gradient: str | None = None,
    by: Sequence[str] = (),
    step: float | None = None,
    method: Method = "auto",
    save: str | None = None,
) -> tuple[str, int]:
    """Differentiate a function numerically, and hold its gradient against the result.

    Parameters
    ----------
    target : str
        ``file.py:function``. The function returns one real number. Its arguments carry the names
        of the arrays, or it has one argument, which gets them all as a dict.
    at : str
        An .npz file with the arrays, or an .npy file with the one array.
    gradient : str, optional
        ``file.py:function`` with the same arguments, which returns the gradient: one array, or
        several in the order of the arrays, or a dict under their names (``dW`` serves for ``W``).
    by : sequence of str
        Arrays to differentiate by; default: all arrays of floating point numbers.
    step : float, optional
        The largest move of central differences; giving one asks for them.
    method : {"auto", "complex", "central"}
        As in ``gradcheck_grader.reference.numerical_gradient``.
    save : str, optional
        An .npz file to write the numerical gradient to, ``dW`` for ``W``.

    Returns
    -------
    text : str
        For people, without a line break at its end.
    exit_code : int
        0, or 1 if the gradient is wrong.

    Raises
    ------
    GraderError
        If a file, function or array is missing or does not fit.
    """
    function = _function(target)
    point = _point(at, by, _parameters(function, target))
    loss = _called(function, point, target)
    given = _called(_function(gradient), point, gradient) if gradient is not None else None
    try:
        derivative, text, code = _differentiated(loss, given, point.moving, step, method)
    except DerivativeError as error:
        lacks = isinstance(error, MismatchError) and not by
        remedy = (
            f"Without --by NAME, all are asked for: {', '.join(point.moving)}." if lacks else ""
        )
        raise GraderError(str(error), where=f"{target} at {at}", remedy=remedy) from error
    except (Exception, SystemExit) as error:  # Whatever the user's own functions raise.
        raise _raised(error, target) from error
    if save is not None:
        _save(save, derivative)
    calls = f"{derivative.reason}; {derivative.evaluations} calls"
    return f"{target} at {at}: {calls}\n{text}", code


def _differentiated(
    loss: _OfArrays,
    given: _OfArrays | None,
    moving: dict[str, Array],
    step: float | None,
    method: Method,
) -> tuple[Derivative, str, int]:
    """Return the derivative, what is said of it or of the gradient given, and the exit code."""
    if given is None:
        derivative = differentiate(loss, moving, step=step, method=method)
        return derivative, _gradient_text(derivative), 0
    check = check_gradient(loss, given, moving, step=step, method=method)
    return check.derivative, str(check), 0 if check else 1


def _gradient_text(derivative: Derivative) -> str:
    blocks = []
    errors, doubtful = derivative.error, derivative.unreliable
    for name, values in derivative.gradient.items():
        error, flags = errors[name], doubtful[name]
        title = f"d{name} {values.shape}, error about {np.max(error, initial=0.0):.1g}"
        if flags.any():
            title += f", {int(flags.sum())} of {flags.size} entries at a kink or too noisy to tell"
        blocks.append(f"{title}\n{np.array2string(values, threshold=_SHOWN, max_line_width=100)}")
    return "\n".join(blocks)


def _save(path: str, derivative: Derivative) -> None:
    try:
        write_arrays(
            Path(path), {f"d{name}": values for name, values in derivative.gradient.items()}
        )
    except OSError as error:
        raise GraderError(f"the gradient cannot be saved: {error.strerror}", where=path) from error


def _function(target: str) -> Callable[..., Any]:
    """Return the function that ``file.py:function`` names."""
    path, colon, name = target.rpartition(":")
    if not colon or not path or not name:
        raise GraderError(f"{target!r} names no function", remedy="Write file.py:function.")
    module = _module(Path(path))
    function = getattr(module, name, None)
    if not callable(function):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        raise GraderError(
            f"there is no function {name}",
            where=path,
            remedy=f"It defines: {', '.join(known)}." if known else "It defines no function.",
        )
    return function  # type: ignore[no-any-return]


def _module(path: Path) -> ModuleType:
    # Named by its place, so that no other module is hidden and a file is run once.
    name = f"gradient of {path.resolve()}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise GraderError("there is no such Python file", where=str(path))
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    # Its neighbours can be imported, as when the file is run.
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _raised(error, str(path)) from error
    return module


def _raised(error: BaseException, where: str) -> GraderError:
    """Return the error for an exception in the user's own code, with the innermost line of it."""
    frames = traceback.extract_tb(error.__traceback__)
    file = Path(where.rpartition(":")[0] or where).name
    lines = [frame.lineno for frame in frames if Path(frame.filename).name == file]
    place = f"{where}, line {lines[-1]}" if lines else where
    return GraderError(f"your code raised {type(error).__name__}: {error}", where=place)


def _parameters(function: Callable[..., Any], target: str) -> list[inspect.Parameter]:
    """Return a function's parameters; refuse one that tells none, as ``max`` and some of C do."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise GraderError(
            "the arguments of this function cannot be told",
            where=target,
            remedy="Call it in a function of your own: def loss(x): ...",
        ) from error


def _point(at: str, by: Sequence[str], parameters: Sequence[inspect.Parameter]) -> _Point:
    """Return the arrays of the file under the function's names, those to move apart."""
    arrays = _named(_arrays(at), [parameter.name for parameter in parameters])
    if unknown := [name for name in by if name not in arrays]:
        raise GraderError(
            f"there is no array {unknown[0]}", where=at, remedy=f"It holds: {', '.join(arrays)}."
        )
    moving = by or [name for name, array in arrays.items() if array.dtype.kind == "f"]
    if not moving:
        raise GraderError(
            "there is no array of floating point numbers", where=at, remedy="Name one with --by."
        )
    fixed = {name: array for name, array in arrays.items() if name not in moving}
    return _Point({name: arrays[name] for name in moving}, fixed)


def _arrays(at: str) -> dict[str, Array]:
    try:
        with Path(at).open("rb") as stream:
            loaded = np.load(stream, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"arr_0": loaded}
            return {name: loaded[name] for name in loaded.files}
    except FileNotFoundError as error:
        raise GraderError("there is no such file", where=at) from error
    except (OSError, *BROKEN) as error:
        raise GraderError(
            "this is no file of plain arrays",
            where=at,
            remedy='Write one with numpy.savez("point.npz", W=W, b=b).',
        ) from error


def _named(arrays: dict[str, Array], names: Sequence[str]) -> dict[str, Array]:
    """Return the arrays under the arguments' names where the file has none: ``arr_0 arr_1 ...``."""
    if list(arrays) != [f"arr_{k}" for k in range(len(arrays))]:
        return arrays
    return dict(zip(names, arrays.values(), strict=False)) if len(names) >= len(arrays) else arrays


def _called(
    function: Callable[..., Any], point: _Point, target: str
) -> Callable[[dict[str, Array]], Any]:
    """Return the function of the moving arrays alone; refuse one that cannot be called so."""
    arguments = _parameters(function, target)
    needed = [a.name for a in arguments if a.default is a.empty and a.kind not in _STARRED]
    names = {**point.moving, **point.fixed}
    if len(needed) == 1 and needed[0] not in names:
        return lambda moving: function({**point.fixed, **moving})
    taken = {a.name for a in arguments}
    starred = any(a.kind is a.VAR_KEYWORD for a in arguments)
    missing = [name for name in needed if name not in names]
    extra = [name for name in names if name not in taken and not starred]
    if missing or extra:
        raise GraderError(
            f"the arguments are {', '.join(a.name for a in arguments)}; "
            f"the arrays are {', '.join(names)}",
            where=target,
            remedy="Give the arrays the arguments' names, or take one dict with all of them.",
        )
    return lambda moving: function(**point.fixed, **moving)


_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
