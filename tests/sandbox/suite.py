"""Every hostile program at one level, each followed by a clean submission in the same sandbox.

Also a script, so that another user can run it: ``python -m tests.sandbox.suite LEVEL [quick]``;
``quick`` leaves out what runs into a limit, which has nothing to do with the user.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gradcheck_grader.sandbox import Call, File, Job, Returned, Sandbox, Target
from tests.sandbox.programs import CLEAN, LIMITS, Program, programs
from tests.sandbox.surroundings import Surroundings, at_rest, descendants, settled, surroundings

CLEAN_JOB = Job((File("student.py", CLEAN),), Target(("f",), ("x",)), (Call((np.eye(2),)),), LIMITS)


class Suite:
    """One open sandbox among things that must stay as they are."""

    def __init__(self, level: str, around: Surroundings) -> None:
        others = at_rest()
        self.sandbox = Sandbox(level, strongest=level)
        self._warm = set(descendants(os.getpid())) - others
        self._around = around
        self._level = level
        for _ in range(3):  # from then on the next worker is always made ahead
            self._check_clean()
        self._descriptors = len(os.listdir("/proc/self/fd"))
        # The level of processes keeps none; the others keep the warm ones and the next worker.
        self._processes = len(others) + {"namespaces": 4, "kernel": 2, "process": 0}[level]

    def run(self, program: Program) -> list[str]:
        """Run one program and a clean one after it; return everything that is wrong."""
        result = self.sandbox.run(program.job(self._around.facts(self._level)))
        faults = [program.fault(result, self._level), *self._around.traces()]
        count = settled(self._processes)
        if count != self._processes:
            faults.append(f"{count} processes instead of {self._processes}")
        faults.append(self._check_clean())
        descriptors = len(os.listdir("/proc/self/fd"))
        if descriptors > self._descriptors:
            faults.append(f"{descriptors} descriptors instead of {self._descriptors}")
        return [fault for fault in faults if fault]

    def resident_kilobytes(self) -> int:
        """Return the memory of this process and of the warm ones."""
        total = 0
        for pid in (os.getpid(), *self._warm):
            for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
                total += int(line.split()[1]) if line.startswith("VmRSS") else 0
        return total

    def _check_clean(self) -> str:
        result = self.sandbox.run(CLEAN_JOB)
        outcome = result.outcomes[0] if result.outcomes else result.problem
        if not isinstance(outcome, Returned) or not isinstance(outcome.value, dict):
            return f"the clean submission failed: {outcome}"
        right = np.array_equal(outcome.value["twice"], 2 * np.eye(2))  # type: ignore[arg-type]
        return "" if right else f"the clean submission got {outcome.value}"


@contextlib.contextmanager
def suite(level: str, folder: Path) -> Iterator[Suite]:
    """Open a sandbox at a level, with a secret in ``folder``; close it afterwards."""
    with surroundings(folder) as around:
        opened = Suite(level, around)
        with opened.sandbox:
            yield opened


def main(level: str, *, quick: bool) -> int:
    """Run everything; print what is wrong, and how much was run."""
    every = [program for program in programs() if not quick or "timeout" not in program.gives]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, suite(level, Path(folder)) as opened:
        for program in every:
            for fault in opened.run(program):
                wrong += 1
                print(f"{program}: {fault}")
    print(f"{len(every)} hostile programs as user {os.getuid()} at {level}: {wrong} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], quick="quick" in sys.argv[2:]))
