"""What one command costs: CPU time of ``grader check`` and of ``--version``, side by side.

Each round runs every command once, children included, and what they are compared with: Python that
imports NumPy, and Python that does nothing. Usage: ``python benchmarks/start.py [rounds]``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from gradcheck_grader.catalog import assignment_folders

ROUNDS = 15
EXAMPLES = assignment_folders()["shallow-tanh"] / "examples"
GRADER = (sys.executable, "-m", "gradcheck_grader")
NUMPY, NOTHING = "import numpy", "pass"


class Command(NamedTuple):
    """Words of a command, what its CPU time is divided by, and what is asked of the ratio."""

    words: Sequence[str]
    beside: str
    asked: float | None = None


def check(example: str) -> tuple[str, ...]:
    """Return the command that grades an example."""
    return (*GRADER, "check", str(EXAMPLES / example), "--assignment", "shallow-tanh")


COMMANDS = {
    NUMPY: Command((sys.executable, "-c", NUMPY), NUMPY),
    NOTHING: Command((sys.executable, "-c", NOTHING), NOTHING),
    "check, all right": Command(check("right.py"), NUMPY, 4.0),
    "check, dW1 and db1 wrong": Command(check("wrong_hidden_slope_forgotten.py"), NUMPY),
    "--version": Command((*GRADER, "--version"), NOTHING, 2.0),
}


def cpu_ms(words: Sequence[str]) -> float:
    """Return the CPU time of a command and of all that it waits for, in ms."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), words  # graded: right or wrong
    return 1e3 * (usage.ru_utime + usage.ru_stime)


def main(rounds: int) -> None:
    """Print a row for each command: median and least of the rounds, and their ratios."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(cpu_ms(command.words))
    print(f"CPU time of {rounds} alternating runs, in ms")
    print(f"{'':26}{'median':>8}{'least':>8}   ratio of medians, of least, asked")
    for name, command in COMMANDS.items():
        middle, least = statistics.median(times[name]), min(times[name])
        beside = times[command.beside]
        ratios = f"{middle / statistics.median(beside):6.2f}{least / min(beside):6.2f}"
        asked = "" if command.asked is None else f"{command.asked:6.1f}"
        print(f"{name:26}{middle:8.0f}{least:8.0f}   {ratios}{asked} x {command.beside}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
