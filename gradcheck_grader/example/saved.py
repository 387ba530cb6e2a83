"""A case kept in a file: the arguments of a call, and a few lines that make the call again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from gradcheck_grader.errors import GraderError
from gradcheck_grader.example.case import ExampleCase
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.submission import Submission
from gradcheck_grader.whole import write_arrays

WIDEST = 88


def save_case(case: ExampleCase, path: Path) -> None:
    """Write every array of the call's arguments under a name such as ``parameters.W1``.

    Raises
    ------
    GraderError
        If the file cannot be written.
    """
    arrays = {key: array for name, value in _named(case) for key, array in _arrays(name, value)}
    try:
        write_arrays(path, arrays)
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {error.strerror}") from error


def snippet(
    case: ExampleCase, submission: Submission, path: Path, folder: Path | None = Path()
) -> str:
    """Return lines of Python that load a saved case and call the function in a debugger.

    ``folder`` holds the files of the submission; None where they lie in an archive.
    """
    function, owner = case.loaded.function, _owner(case)
    lines = [*_import(submission, owner or function, folder), ""]
    lines.append(f"case = np.load({str(path)!r})")
    for name, value in zip(case.part.interface.arguments, case.call.arguments, strict=True):
        lines += _assigned(name, value)
    called = function
    if owner:
        lines.append(f"self = {owner}.__new__({owner})  # its __init__ is not run")
        for name, value in case.call.attributes.items():
            lines += _assigned(f"self.{name}", value)
        called = f"self.{function}"
    call = f"{called}({', '.join(_order(case))})"
    return "\n".join([*lines, "", "breakpoint()  # then: s steps into the call", f"print({call})"])


def _named(case: ExampleCase) -> Iterator[tuple[str, Value]]:
    yield from zip(case.part.interface.arguments, case.call.arguments, strict=True)
    yield from ((f"self.{name}", value) for name, value in case.call.attributes.items())


def _items(value: Value) -> list[tuple[str, Value]]:
    """Return the items of a dict, list or tuple with their keys; none of anything else."""
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, list | tuple):
        return [(str(place), item) for place, item in enumerate(value)]
    return []


def _arrays(key: str, value: Value) -> Iterator[tuple[str, np.ndarray]]:
    if isinstance(value, np.ndarray):
        yield key, value
    for own, item in _items(value):
        yield from _arrays(f"{key}.{own}", item)


def _assigned(name: str, value: Value) -> list[str]:
    """Return an assignment in lines that are not too long."""
    line = f"{name} = {_written(name, value)}"
    items = _items(value)
    if len(line) <= WIDEST or not items:
        return [line]
    is_dict = isinstance(value, Mapping)
    marks = "{}" if is_dict else "()" if isinstance(value, tuple) else "[]"
    inner = [
        f"    {f'{own!r}: ' if is_dict else ''}{_written(f'{name}.{own}', item)},"
        for own, item in items
    ]
    return [f"{name} = {marks[0]}", *inner, marks[1]]


def _written(key: str, value: Value) -> str:
    """Return the expression that gives a value back."""
    if isinstance(value, np.ndarray):
        return f"case[{key!r}]"
    inner = [(own, _written(f"{key}.{own}", item)) for own, item in _items(value)]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{own!r}: {text}" for own, text in inner) + "}"
    texts = ", ".join(text for _, text in inner)
    if isinstance(value, tuple):
        return f"({texts}{',' if len(inner) == 1 else ''})"
    return f"[{texts}]" if isinstance(value, list) else repr(value)


def _order(case: ExampleCase) -> tuple[str, ...]:
    """Return the arguments in the order of the student's function, where its names are ours."""
    names, signature = case.part.interface.arguments, case.loaded.signature
    if signature is not None and set(signature) <= set(names):
        return signature
    return names


def _owner(case: ExampleCase) -> str:
    """Return the class of a function that is a method, or nothing."""
    end = f".{case.loaded.function}"
    if case.part.interface.owner is None or case.loaded.function in case.loaded.defined:
        return ""
    return next((n.removesuffix(end) for n in case.loaded.defined if n.endswith(end)), "")


def _import(submission: Submission, name: str, folder: Path | None) -> list[str]:
    stem = PurePosixPath(submission.main or submission.files[0].path)
    is_module = stem.suffix == ".py" and stem.stem.isidentifier() and len(stem.parts) == 1
    if folder is None or not is_module:
        return ["import numpy as np", "", f"# Put {name} from {stem} here."]
    imported = ["import numpy as np", "", f"from {stem.stem} import {name}"]
    if folder == Path():
        return imported
    return ["import sys", "", f"sys.path.insert(0, {str(folder)!r})", "", *imported]
