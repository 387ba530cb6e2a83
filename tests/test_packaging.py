"""The package holds what the checkout holds, and nothing of it lies at the top level."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HELD = {".py", ".toml", ".md", ".html", ".css", ".js"}
MAPPED = {"gradcheck_grader.reference": "reference", "gradcheck_grader.assignments": "assignments"}


def folder_of(package: str) -> Path:
    return ROOT / MAPPED.get(package, package.replace(".", "/"))


def test_the_listed_packages_are_those_on_the_disk() -> None:
    """setuptools leaves an unlisted package out of the wheel without a word."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(table["tool"]["setuptools"]["packages"])
    on_disk = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "gradcheck_grader").rglob("__init__.py")
    } | set(MAPPED)
    assert listed == on_disk
    assert table["tool"]["setuptools"]["package-dir"].keys() >= MAPPED.keys()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
    for path in subprocess.run(
        ["git", "ls-files", "-mco", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines():
        if (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes((ROOT / path).read_bytes())
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(folder),
        str(copy),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_module_and_every_assignment_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for package in ("gradcheck_grader", *MAPPED):
        for path in folder_of(package).rglob("*"):
            if path.is_file() and path.suffix in HELD:
                name = (
                    f"{package.replace('.', '/')}/{path.relative_to(folder_of(package)).as_posix()}"
                )
                assert name in held, name


def test_the_wheel_has_one_top_level_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"gradcheck_grader"}


def test_the_installed_wheel_works_inside_the_checkout_and_elsewhere(
    wheel: Path, tmp_path: Path
) -> None:
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    code = (
        "import gradcheck_grader.catalog as c, gradcheck_grader.reference.network as n;"
        "assert 'backprop' in c.assignment_folders(); print(n.__file__)"
    )
    for where in (ROOT, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=where,
            env={"PYTHONPATH": str(target), "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_answers_are_no_top_level_module_outside_the_checkout(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import reference"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 1
