"""The handed-in files as modules: the kept statements run one by one, imports answered by us."""

from __future__ import annotations

import ast
import builtins
import posixpath
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from ..facts import Facts, note
from ..reading import scalars
from ..reading.definitions import Definition, Outline, Statement, outline
from ..reading.guards import guarded_imports
from ..reading.purity import BUILTINS
from ..reading.source import Source, Unit, read
from ..reading.templates import functions_in
from .imports import NOTEBOOK, PYTHON_2, Absent, Importer
from .inert import Inert
from .runner import Broken, Runner


class OwnModule(ModuleType):
    """A handed-in file or folder; what it does not define is looked for among its files."""

    def __init__(self, name: str, submodule: Callable[[str], ModuleType | None]) -> None:
        super().__init__(name)
        self._submodule = submodule

    def __getattr__(self, name: str) -> Any:
        found = None if name.startswith("__") else self._submodule(name)
        if found is None:
            raise AttributeError(f"module '{self.__name__}' defines no '{name}'")
        return found


def names_of_a_file() -> dict[str, Any]:
    """Return what a file finds without defining it; each has a dict of its own."""
    # Python itself defines exit only where it is started in full.
    extra = {"exit": sys.exit, "quit": sys.exit} | PYTHON_2 | scalars.BUILTINS
    return {**vars(builtins), **extra, **{name: Inert(name) for name in NOTEBOOK}}


class Modules:
    """Everything that was handed in, with the main file in the middle.

    ``names`` are `names_of_a_file` for the main one, where they are made already.

    Attributes
    ----------
    namespace : dict
        The main file's names, after `run`.
    units : dict
        The pieces of source that have been read, by the label that their frames carry.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        main: Source,
        plan: Outline,
        needed: Sequence[Statement],
        allowed: Collection[str],
        names: dict[str, Any] | None = None,
    ) -> None:
        self._names = names
        self._files, self._plan, self._needed = files, plan, needed
        self._folder = posixpath.dirname(main.path)
        self._modules: dict[str, ModuleType] = {}
        self._unbound = _unbound(plan, needed)
        self._importer = Importer(
            self._own, allowed, self._unbound, _pairs(plan), guarded_imports(plan)
        )
        self._runner = Runner(self._importer.is_absent)
        self.units: dict[str, Unit] = {unit.label: unit for unit in main.units}
        module = self._module(posixpath.splitext(posixpath.basename(main.path))[0], main.path)
        self.namespace: dict[str, Any] = module.__dict__

    def run(self) -> None:
        """Run the needed statements of the main file."""
        if "np" in self._unbound:
            self.namespace["np"] = np
        for statement in self._needed:
            self._runner.run(statement, self.namespace)
        self._touch()

    def made(self, name: str, needed: Sequence[Statement]) -> Any:
        """Return what a name stands for after these statements of the main file, too, have run."""
        more = [statement for statement in needed if statement not in self._needed]
        self._needed = [*self._needed, *more]
        for statement in more:
            self._runner.run(statement, self.namespace)
        return self.namespace.get(name)

    def is_absent(self, name: str) -> bool:
        """Tell of a module whether it was asked for and was not handed in."""
        return self._importer.is_absent(name)

    def lay_out(self, in_rows: bool) -> None:
        """Take note of whether examples are rows in the calls that follow."""
        self._importer.in_rows = in_rows

    def begin(
        self, names: Sequence[str], values: Sequence[Any], attributes: Mapping[str, Any]
    ) -> None:
        """Take note of what the call that is about to begin is given."""
        self._importer.given.put(names, values, attributes)

    @property
    def broken(self) -> dict[str, Broken]:
        """Return the names that a statement was to bind, and what it raised instead."""
        return self._runner.broken

    def notes(self) -> list[Facts]:
        """Return what a reader should know about how names were met."""
        notes = self._importer.notes() + self._runner.notes()
        if "np" in self._unbound and self.namespace.get("np") is np:
            notes.append(note("numpy-supplied", "`import numpy as np` is missing; it was added."))
        for name in sorted(NOTEBOOK & self._unbound):
            notes.append(note("module-inert", f"`{name}` does nothing outside of a notebook."))
        old = [name for name in PYTHON_2 if name in self._unbound]
        if old:
            notes.append(note("python-2", f"`{old[0]}` is Python 2; it was read as Python 3."))
        return notes

    def definition_of(self, function: Any) -> Definition | None:
        """Return where a function stands that the main file imports from one beside it."""
        code: Any = getattr(function, "__code__", None)
        unit = self.units.get(getattr(code, "co_filename", ""))
        if unit is None:
            return None
        named = [node for node in functions_in(unit.tree) if node.name == code.co_name]
        return Definition(named[-1], unit) if named else None

    def _touch(self) -> None:
        """Ask missing modules now for what the functions will ask them, so that it can be said."""
        if not any(isinstance(held, Absent) for held in self.namespace.values()):
            return
        for statement in self._needed:
            for part in statement.parts.of(ast.Attribute):
                if isinstance(part.value, ast.Name):
                    module = self.namespace.get(part.value.id)
                    if isinstance(module, Absent):
                        getattr(module, part.attr, None)

    def _own(self, name: str, level: int, asking: str) -> ModuleType | None:
        """Return the handed-in module of a dotted name; relative ones start at the asking file."""
        parts = name.split(".") if name else []
        folder = posixpath.dirname(asking) if level else self._folder
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        for base in dict.fromkeys((folder, *_above(self._folder))):
            found = self._at(posixpath.join(base, *parts), name)
            if found is not None:
                return found
        return None

    def _at(self, stem: str, name: str) -> ModuleType | None:
        """Return the module or the folder of modules that stands at a path without suffix."""
        for path in (f"{stem}.py", f"{stem}.ipynb", posixpath.join(stem, "__init__.py")):
            if path in self._modules:
                return self._modules[path]
            if path in self._files:
                return self._load(path, name)
        if any(path.startswith(f"{stem}/" if stem else "") for path in self._files):
            return self._module(name, stem)
        return None

    def _load(self, path: str, name: str) -> ModuleType:
        """Read a file and run what is kept of it."""
        if not self._files[path].strip():
            return self._module(name, path)  # as the __init__ of most packages
        source = read(path, self._files[path])
        self.units.update((unit.label, unit) for unit in source.units)
        module = self._module(name, path)
        for statement in outline(source.units).statements:
            self._runner.run(statement, module.__dict__)
        return module

    def _module(self, name: str, path: str) -> ModuleType:
        folder = posixpath.dirname(path) if posixpath.basename(path) == "__init__.py" else path
        module = OwnModule(name, lambda child: self._at(posixpath.join(folder, child), child))
        # Known before it is run, for files that import each other.
        self._modules[path] = module
        names, self._names = self._names or names_of_a_file(), None
        names["__import__"] = self._importer
        module.__dict__.update(__builtins__=names, __file__=path)
        return module


def _above(folder: str) -> list[str]:
    """Return a folder and those that it lies in: a program may be started in any of them."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def _unbound(plan: Outline, needed: Sequence[Statement]) -> frozenset[str]:
    """Return the names that the needed statements read and nothing in the file binds."""
    free: set[str] = set()
    for statement in needed:
        parts = statement.parts
        stored = {name.id for name in parts.of(ast.Name) if not isinstance(name.ctx, ast.Load)}
        stored |= {argument.arg for argument in parts.of(ast.arg)}
        stored |= {alias.asname or alias.name for alias in parts.of(ast.alias)}
        free |= statement.uses - stored
    return frozenset(free - plan.bound() - BUILTINS)


def _pairs(plan: Outline) -> frozenset[str]:
    """Return the names of functions whose calls are unpacked into two values."""
    names = set()
    for statement in plan.statements:
        for part in statement.parts.of(ast.Assign):
            target = part.targets[0]
            if isinstance(target, ast.Tuple) and len(target.elts) == 2:
                called = part.value.func if isinstance(part.value, ast.Call) else None
                names.add(called.attr if isinstance(called, ast.Attribute) else _id(called))
    return frozenset(names)


def _id(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""
