"""The house rules that a machine can check: format, lint, types, imports that point one way."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the ground up: a file may import from its own floor and from those below it.
FLOORS = """
reference
errors models assignments whole family forms
only keys
signing
assignment catalog new_assignment trials sizes archive submission sandbox thetas watch seeds
interface answer comparison
single_precision
inexact diagnosis scoring gradient
portrait
sight
clues_network
clues
exam marking detect settings hints detail
grade example_draw example_case example_text saved_case
reports
batch verify check bundle
cli
"""
ROOMS = [set(floor.split()) for floor in FLOORS.strip().splitlines()]
APART = {"reports": {"models", "errors", "whole"}}  # reports read the report and nothing else
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


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if names == ["gradcheck_grader"] and isinstance(node, ast.ImportFrom):
            names = [f"gradcheck_grader.{alias.name}" for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("gradcheck_grader.")}
    return rooms - {"__version__"}


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


def test_what_runs_in_the_child_imports_the_standard_library_and_numpy_only() -> None:
    for path in sources("gradcheck_grader/sandbox/child"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= CHILD_MODULES, path
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in CHILD_MODULES, path


def test_the_reference_imports_numpy_only() -> None:
    for path in sources("reference"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= CHILD_MODULES, path


@pytest.mark.parametrize(
    ("folder", "most"), [("gradcheck_grader", 300), ("reference", 300), ("tests", 400)]
)
def test_no_file_is_too_long(folder: str, most: int) -> None:
    for path in sources(folder):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= most, path
