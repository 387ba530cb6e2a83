"""Folders of submissions, and ``grader batch`` run on them as a user does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gradcheck_grader.catalog import assignment_folders

NAME = "shallow-tanh"
EXAMPLES = sorted((assignment_folders()[NAME] / "examples").glob("*.py"))
ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}


def a_class(folder: Path, count: int) -> Path:
    """Make a folder of submissions: the assignment's examples in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        example = EXAMPLES[number % len(EXAMPLES)].read_bytes()
        (folder / f"s{number:03d}.py").write_bytes(example)
    return folder


def command(folder: Path, output: Path, *options: str) -> list[str]:
    """Return the command that grades a folder."""
    words = ["batch", str(folder), "-a", NAME, "-o", str(output), "--seed", "7", *options]
    return [sys.executable, "-m", "gradcheck_grader", *words]


def batch(folder: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Grade a folder, to the end."""
    return subprocess.run(
        command(folder, output, *options),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def start(folder: Path, output: Path, *options: str) -> subprocess.Popen[str]:
    """Start to grade a folder."""
    return subprocess.Popen(
        command(folder, output, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )


def results(output: Path) -> bytes:
    """Return the reports that a run wrote."""
    return (output / "results.jsonl").read_bytes()
