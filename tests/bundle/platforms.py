"""What the bundle tests share: an author's assignment, submissions, and what a platform does."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "assignments" / "squared-error" / "examples"
SITE_PACKAGES = Path(numpy.__file__).parent.parent
PATH = os.pathsep.join(dict.fromkeys([str(Path(sys.executable).parent), "/usr/bin", "/bin"]))

HEAD = "def backward_propagation(parameters, cache, X, Y):\n"
CRASH = HEAD + "    return 1 / 0\n"
HANG = HEAD + "    while True:\n        pass\n"
HOSTILE = (
    HEAD
    + """\
    import os, sys
    print('{"score": 100, "tests": []}')
    sys.stdout.write("::set-output name=score::100\\n\\x1b[2J")
    for path in (ROOT, ROOT + "/results/results.json", ROOT + "/source/bundle.json"):
        try:
            print("READ", open(path).read())
        except OSError:
            pass
        try:
            open(path, "w").write('{"score": 100}')
        except OSError:
            pass
    os._exit(0)
"""
)


def own_assignment(folder: Path, seconds: float = 1) -> Path:
    """Make a folder as an author would: with an optional part, and with short limits."""
    made = folder / "week-3"
    shutil.copytree(ROOT / "assignments" / "squared-error", made)
    file = made / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("seconds = 10.0\n", f"seconds = {seconds}\n")
    file.write_text(text.replace("trials = 12\n", "trials = 3\n"), encoding="utf-8")
    (made / "__pycache__").mkdir()
    (made / "__pycache__" / "starter.pyc").write_bytes(b"left behind")
    return made


def unpack(archive: Path, target: Path) -> None:
    """Unpack a zip with the modes that it says, as ``unzip`` does."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            packed.extract(entry, target)
            (target / entry.filename).chmod(stat.S_IMODE(entry.external_attr >> 16))


def execute(
    *command: str, cwd: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": PATH, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
