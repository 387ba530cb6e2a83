"""Folders of submissions, and ``grader batch`` run on them as a user does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from gradcheck_grader.batch.store import open_results
from gradcheck_grader.catalog import assignment_folders
from gradcheck_grader.sandbox.job import Value
from tests.sandbox.programs import Program

NAME = "shallow-tanh"
EXAMPLES = sorted((assignment_folders()[NAME] / "examples").glob("*.py"))
RIGHT = assignment_folders()[NAME] / "examples" / "right.py"
BROKEN = b"def backward_propagation(:\n"
HANG = b"def backward_propagation(parameters, cache, X, Y):\n    while True:\n        pass\n"
ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
GRADER = ("-m", "gradcheck_grader")


def a_class(folder: Path, count: int) -> Path:
    """Make a folder of submissions: the assignment's examples in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        example = EXAMPLES[number % len(EXAMPLES)].read_bytes()
        (folder / f"s{number:03d}.py").write_bytes(example)
    return folder


def hostile(program: Program, facts: Mapping[str, Value]) -> bytes:
    """Return a hostile program as a submission, with all that an attacker might know in it."""
    plain = {name: value for name, value in facts.items() if name != "values"}
    return program.file.read_bytes() + (
        "\n\ndef backward_propagation(parameters, cache, X, Y):\n"
        f"    return {program.name}({plain!r} | {{'values': X}})\n"
    ).encode("utf-8", "surrogateescape")


def command(folder: Path, output: Path, *options: object) -> list[str]:
    """Return the arguments of Python that grade a folder; later options win."""
    words = ["batch", folder, "-a", NAME, "-o", output, "--seed", 7, "--seconds", 0.3, *options]
    return list(map(str, words))


def batch(
    folder: Path, output: Path, *options: object, program: tuple[str, ...] = GRADER
) -> subprocess.CompletedProcess[str]:
    """Grade a folder, to the end."""
    done = subprocess.run(
        [sys.executable, *program, *command(folder, output, *options)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def start(folder: Path, output: Path, *options: object) -> subprocess.Popen[str]:
    """Start to grade a folder, in a process group as a terminal makes one."""
    return subprocess.Popen(
        [sys.executable, *GRADER, *command(folder, output, *options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def results(output: Path) -> bytes:
    """Return the reports that a run wrote."""
    return (output / "results.jsonl").read_bytes()


def lines(output: Path) -> dict[str, bytes]:
    """Return the report of each submission, byte for byte."""
    found = results(output).splitlines()
    return {json.loads(line)["submission"]["name"]: line for line in found}


def scores(output: Path) -> dict[str, int]:
    """Return the score of each submission."""
    return {name: json.loads(line)["score"] for name, line in lines(output).items()}


def moments(output: Path) -> dict[str, float]:
    """Return what the clock said for each submission: another value when it is graded again."""
    with open_results(output) as stored:
        return {graded.key: graded.seconds for graded in stored}
