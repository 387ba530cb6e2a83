"""The house rules that a machine can check: format, lint, types, imports that point one way."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the ground up: a file may import from its own floor and from those below it.
FLOORS = """
reference
errors boot restart choices phrases models assignments whole validated constraints forms
family only keys report_file
signing
assignment
assignment_table assignment_check
catalog new_assignment trials sizes archive submission sandbox thetas watch seeds
interface
answer_values answer_forms
answer comparison left in_place
single_precision measured
inexact diagnosis scoring gradient
exam jobs marking detection settings hints detail
grade example
reports
batch verify check bundle
cli
"""
ROOMS = [set(floor.split()) for floor in FLOORS.strip().splitlines()]
# Reports read the report and nothing else.
APART = {"reports": {"choices", "errors", "models", "phrases", "whole"}}
CHILD_MODULES = set(sys.stdlib_module_names) | {"numpy"}


# All code of the project; what someone tries beside the README is no part of it.
FOLDERS = ("assignments", "benchmarks", "gradcheck_grader", "reference", "tests")


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_code_is_formatted() -> None:
    done = run(sys.executable, "-m", "ruff", "format", "--check", *FOLDERS)
    assert done.returncode == 0, done.stdout


def test_the_linter_finds_nothing() -> None:
    done = run(sys.executable, "-m", "ruff", "check", *FOLDERS)
    assert done.returncode == 0, done.stdout


def test_the_types_are_sound(tmp_path: Path) -> None:
    """Mypy does not see the mapping of reference/ into the package, so it reads a laid out copy."""
    package = tmp_path / "gradcheck_grader"
    shutil.copytree(ROOT / "gradcheck_grader", package)
    shutil.copytree(ROOT / "reference", package / "reference")
    (package / "assignments").mkdir()
    shutil.copy(ROOT / "assignments" / "__init__.py", package / "assignments")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = run(sys.executable, "-m", "mypy", "-p", "gradcheck_grader", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def room_of(path: Path) -> str:
    """Return the room that a file is in: a folder of ours, or the module's own name."""
    relative = path.relative_to(ROOT)
    if relative.parts[0] != "gradcheck_grader":
        return relative.parts[0]
    return relative.parts[1].removesuffix(".py")


def imported_modules(path: Path) -> set[str]:
    """Return the full names of what a file imports: modules, and what is taken from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, [*home_of(path, node.level), node.module]))
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def home_of(path: Path, level: int) -> tuple[str, ...]:
    """Return the package that an import with so many dots begins at."""
    folders = path.relative_to(ROOT).parent.parts
    package = ("gradcheck_grader", *folders) if folders[0] == "reference" else folders
    return package[: len(package) - level + 1] if level else ()


def imported_rooms(path: Path) -> set[str]:
    ours = [name.split(".") for name in imported_modules(path)]
    return {name[1] for name in ours if name[0] == "gradcheck_grader" and len(name) > 1} - {
        "__version__"
    }


@pytest.mark.parametrize("path", sources("gradcheck_grader") + sources("reference"), ids=str)
def test_imports_point_one_way(path: Path) -> None:
    room, imported = room_of(path), imported_rooms(path)
    if room.startswith("pytest_") or room in ("__main__", "__init__"):
        return
    if room in APART:
        assert imported <= APART[room] | {room}
        return
    floor = next((level for level, names in enumerate(ROOMS) if room in names), None)
    assert floor is not None, f"{room} has no place in the list of rooms"
    allowed = set().union(*ROOMS[: floor + 1])
    assert imported <= allowed


INNER = {
    "gradcheck_grader.sandbox.child": """
facts values marks encoding decoding wire
lockdown reading
lines running
failures
program
survey
worker
zygote
start
both
__init__
""",
    "gradcheck_grader.diagnosis": """
chain note_titles wording step_taken
mistakes
search
step_words statements divisors
lessons absent behaviour clipping dimensions lines naming source_notes structural unread wrong_part
clipped_output output_layers own_cache same_object untold
__init__
""",
}


@pytest.mark.parametrize("package", INNER)
def test_rooms_within_rooms_point_one_way(package: str) -> None:
    floors = [set(floor.split()) for floor in INNER[package].strip().splitlines()]
    root = ROOT / package.replace(".", "/")
    for path in sorted(root.rglob("*.py")):
        room = path.relative_to(root).with_suffix("").parts[0]
        inside = {name for name in imported_modules(path) if name.startswith(f"{package}.")}
        imported = {name.removeprefix(f"{package}.").split(".")[0] for name in inside}
        floor = next((level for level, names in enumerate(floors) if room in names), None)
        assert floor is not None, f"{room} of {package} has no place in the list of rooms"
        assert imported <= set().union(*floors[: floor + 1]), path


@pytest.mark.parametrize(
    ("folder", "own"),
    [
        ("gradcheck_grader/sandbox/child", "gradcheck_grader.sandbox.child"),
        ("reference", "gradcheck_grader.reference"),
    ],
)
def test_child_and_reference_import_themselves_the_standard_library_and_numpy_only(
    folder: str, own: str
) -> None:
    for path in sources(folder):
        for name in imported_modules(path):
            assert name.split(".")[0] in CHILD_MODULES or name.startswith(own), (path, name)


def test_what_the_parent_imports_from_the_child_is_named_there() -> None:
    child = ROOT / "gradcheck_grader/sandbox/child"
    start = "gradcheck_grader.sandbox.child."
    parents = [path for path in sources("gradcheck_grader") if child not in path.parents]
    names = {name for path in parents for name in imported_modules(path)}
    modules = [
        path.relative_to(child).with_suffix("").parts for path in sorted(child.rglob("*.py"))
    ]
    found = {
        ".".join(parts)
        for parts in modules
        for name in names
        if f"{name}.".startswith(f"{start}{'.'.join(parts)}.")
    }
    said = (child / "__init__.py").read_text(encoding="utf-8").split("The parent imports")[1]
    assert set(re.findall(r"``([\w.]+)``", said)) == found


@pytest.mark.parametrize(
    ("path", "line", "room"),
    [
        ("gradcheck_grader/sandbox/client.py", "from ..grade import grade", "grade"),
        ("gradcheck_grader/sandbox/child/worker.py", "from ... import exam", "exam"),
        ("gradcheck_grader/sandbox/client.py", "from .. import exam as e", "exam"),
        ("gradcheck_grader/exam.py", "import gradcheck_grader.cli.check", "cli"),
        ("gradcheck_grader/exam.py", "from gradcheck_grader import cli", "cli"),
        ("reference/flat.py", "from ..models import Model", "models"),
        ("reference/flat.py", "from .network import Network", "reference"),
        ("gradcheck_grader/sandbox/client.py", "from .child import wire", "sandbox"),
        ("gradcheck_grader/exam.py", "import numpy", None),
    ],
)
def test_no_way_to_write_an_import_is_overlooked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, line: str, room: str | None
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(line, encoding="utf-8")
    assert imported_rooms(file) == ({room} if room else set())


@pytest.mark.parametrize(
    ("folder", "most"), [("gradcheck_grader", 300), ("reference", 300), ("tests", 400)]
)
def test_no_file_is_too_long(folder: str, most: int) -> None:
    for path in sources(folder):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= most, path
