"""The wheel that the package makes of itself."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from gradcheck_grader.bundle import wheel as wheels
from gradcheck_grader.bundle.wheel import build_wheel, pack, regular_files
from gradcheck_grader.errors import MachineError
from tests.bundle.platforms import ROOT, SITE_PACKAGES

pytest.importorskip("pip", reason="pip is not installed here")
BUILD = (
    "import sys; from pathlib import Path; from gradcheck_grader.bundle.wheel import build_wheel;"
    "name, data = build_wheel(); Path(sys.argv[1]).write_bytes(data)"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    name, data = build_wheel()
    path = tmp_path_factory.mktemp("wheel") / name
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    target = built.parent / "installed"
    command = [sys.executable, "-I", "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    done = subprocess.run(
        [*command, "--target", str(target), str(built)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return target


def python(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the installed wheel; the checkout's own code is not on the path."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed,
        env={"PYTHONPATH": f"{installed}:{SITE_PACKAGES}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_installs_and_grades(installed: Path) -> None:
    right = installed / "gradcheck_grader/assignments/shallow-tanh/examples/right.py"
    options = (str(right), "--assignment", "shallow-tanh", "--quiet")
    done = python(installed, "-m", "gradcheck_grader", "check", *options)
    assert done.returncode == 0, done.stderr
    script = python(installed, str(installed / "bin" / "grader"), "check", *options, "--seed", "7")
    assert script.returncode == 0, script.stderr
    assert "100" in script.stdout


def test_an_installed_wheel_makes_the_same_wheel_byte_for_byte(
    built: Path, installed: Path, tmp_path: Path
) -> None:
    done = python(installed, "-c", BUILD, str(tmp_path / "again.whl"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.whl").read_bytes() == built.read_bytes()


def test_the_wheel_holds_the_checkouts_files_and_no_other(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        f"{prefix}{name}"
        for folder, prefix in [
            ("gradcheck_grader", "gradcheck_grader/"),
            ("reference", "gradcheck_grader/reference/"),
            ("assignments", "gradcheck_grader/assignments/"),
        ]
        for name, _ in regular_files(ROOT / folder)
    }
    assert held == wanted
    data = {"batch/templates", "reports/templates", "bundle/files", "assignments/shallow-tanh"}
    assert {f"gradcheck_grader/{folder}" for folder in data} <= {
        name.rpartition("/")[0] for name in held
    }
    assert not any(name.endswith(".pyc") or "/." in name for name in held)


def test_the_record_is_true(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        record = next(name for name in archive.namelist() if name.endswith("/RECORD"))
        lines = archive.read(record).decode().splitlines()
        assert sorted(archive.namelist()) == sorted(line.split(",")[0] for line in lines)
        for line in lines:
            name, digest, size = line.split(",")
            if name != record:
                data = archive.read(name)
                raw = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
                assert digest == f"sha256={raw.rstrip(b'=').decode()}"
                assert int(size) == len(data)


def test_the_metadata_names_every_dependency_and_entry_point(built: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(built) as archive:
        said = archive.read(f"{wheels.INFO}/METADATA").decode().splitlines()
        entries = archive.read(f"{wheels.INFO}/entry_points.txt").decode()
        assert archive.read(f"{wheels.INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    for item in project["dependencies"]:
        assert f"Requires-Dist: {item}" in said
    assert "grader = gradcheck_grader.__main__:main" in entries
    assert "[pytest11]\ngradcheck = gradcheck_grader.pytest_plugin" in entries


def test_without_a_checkout_and_without_an_installation_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wheels, "DISTRIBUTION", "a-name-that-nothing-has")
    with pytest.raises(MachineError, match="not installed"):
        build_wheel()


def test_packing_the_same_files_gives_the_same_zip() -> None:
    one, two = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    assert pack(one) == pack(two)
