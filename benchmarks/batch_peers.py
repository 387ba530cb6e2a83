"""A batch beside ``otter run`` and ``nbgrader autograde`` on one equal assignment.

The submission is a notebook with a right ``backward_propagation``; all three call it on 30 random
two-layer networks and compare four gradients. Theirs run as their documents say: otter one
submission after another, nbgrader all in one command. A machine's speed changes within minutes, so
ours runs before and after each of theirs, and counts as the mean of both. Usage:
``python benchmarks/batch_peers.py VENV``, an environment with otter-grader and nbgrader.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from batch import CORES, assignment_in, batch

from gradcheck_grader.catalog import assignment_folders

OURS, OTTER, NBGRADER = 1000, 5, 25  # submissions
TRIALS = """
import numpy as np
def trials():
    rng = np.random.default_rng(0)
    for _ in range(30):
        n_x, n_h, m = (int(n) for n in rng.integers((3, 4, 5), (6, 9, 12)))
        W1, b1 = rng.normal(size=(n_h, n_x)), rng.normal(size=(n_h, 1))
        W2, b2 = rng.normal(size=(1, n_h)), rng.normal(size=(1, 1))
        X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, (1, m)).astype(float)
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-W2 @ A1 - b2))
        dZ2 = A2 - Y
        dZ1 = (W2.T @ dZ2) * (1 - A1**2)
        given = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, {"A1": A1, "A2": A2}, X, Y
        yield given, {
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True),
            "dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True),
        }
"""
CHECK = """all(
    np.allclose(backward_propagation(*given)[name], truth)
    for given, gradients in trials() for name, truth in gradients.items()
)"""


def notebook(path: Path, *cells: dict[str, Any]) -> None:
    """Write a notebook of code cells."""
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    made = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": kernel}, "cells": cells}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made), encoding="utf-8")


def cell(source: str, **of_nbgrader: object) -> dict[str, Any]:
    """Return a code cell; keywords are what nbgrader knows of it."""
    known = {"schema_version": 3, "task": False, **of_nbgrader}
    metadata = {"nbgrader": known} if of_nbgrader else {}
    empty: dict[str, Any] = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "metadata": metadata, "source": source, **empty}


def seconds(folder: Path, *words: str) -> float:
    """Return how long a command takes."""
    path = f"{Path(words[0]).parent}{os.pathsep}{os.environ['PATH']}"  # as if it were activated
    start = time.perf_counter()
    subprocess.run(
        words, cwd=folder, check=True, capture_output=True, env=os.environ | {"PATH": path}
    )
    return time.perf_counter() - start


def otter(folder: Path, programs: Path, right: str) -> float:
    """Return submissions a second of ``otter run``."""
    notebook(folder / "hw.ipynb", cell(right))
    text = TRIALS.strip().splitlines()
    doctest = "\n".join(("... " if line[0] == " " else ">>> ") + line for line in text)
    first, *rest = CHECK.splitlines()
    check = "\n".join([f">>> {first}", *(f"... {line}" for line in rest), "True"])
    suite = {"cases": [{"code": f"{doctest}\n{check}\n", "hidden": True}], "type": "doctest"}
    (folder / "tests").mkdir()
    test = {"name": "q1", "points": 100, "suites": [suite | {"scored": True}]}
    (folder / "tests" / "q1.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
    seconds(folder, str(programs / "otter"), "generate", "-t", "tests", "--no-environment")
    command = (str(programs / "otter"), "run", "hw.ipynb", "-a", "autograder.zip")
    total = sum(seconds(folder, *command) for _ in range(OTTER))
    graded = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert graded["tests"][-1]["score"] == 100
    return OTTER / total


def nbgrader(folder: Path, programs: Path, right: str) -> float:
    """Return submissions a second of ``nbgrader autograde``."""
    solved = {"grade_id": "a", "grade": False, "locked": False, "solution": True}
    checked = {"grade_id": "b", "grade": True, "locked": True, "solution": False, "points": 100}
    test = cell(f"{TRIALS}\nassert {CHECK}", **checked)
    marked = f"### BEGIN SOLUTION\n{right}\n### END SOLUTION"
    notebook(folder / "source" / "ps1" / "hw.ipynb", cell(marked, **solved), test)
    for number in range(NBGRADER):
        path = folder / "submitted" / f"s{number}" / "ps1" / "hw.ipynb"
        notebook(path, cell(right, **solved), test)
    (folder / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'c'\n")
    program = str(programs / "nbgrader")
    seconds(folder, program, "generate_assignment", "ps1")
    total = seconds(folder, program, "autograde", "ps1")
    seconds(folder, program, "export")
    assert (folder / "grades.csv").read_text(encoding="utf-8").count("100.0,0.0,100.0") == NBGRADER
    return NBGRADER / total


def a_class(folder: Path, right: str) -> Path:
    """Write a class of notebooks, and return its folder."""
    first = folder / "class" / "s0.ipynb"
    notebook(first, cell(right))
    for number in range(1, OURS):
        shutil.copy(first, first.with_name(f"s{number}.ipynb"))
    return first.parent


def ours(submissions: Path, assignment: Path) -> float:
    """Return submissions a second of ``grader batch``, from its start to its end."""
    with tempfile.TemporaryDirectory() as output:
        return OURS / batch(submissions, assignment, Path(output) / "out").whole


def main() -> None:
    """Print a table."""
    programs = Path(sys.argv[1]).absolute() / "bin"
    source = assignment_folders()["shallow-tanh"] / "examples" / "right.py"
    right = source.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / each for each in ("ours", "otter", "nbgrader")]
        for folder in folders:
            folder.mkdir()
        submissions, assignment = a_class(folders[0], right), assignment_in(folders[0])
        rates = [ours(submissions, assignment)]
        print(f"Submissions a second, {CORES} cores, from start to end:")
        for peer, folder, asked in ((nbgrader, folders[2], 100), (otter, folders[1], 300)):
            theirs = peer(folder, programs, right)
            rates.append(ours(submissions, assignment))
            rate = (rates[-2] + rates[-1]) / 2
            times = f"{rate / theirs:.0f} x (asked {asked})"
            print(f"{peer.__name__} {theirs:.2f}, grader batch {rate:.1f}: {times}")


if __name__ == "__main__":
    main()
