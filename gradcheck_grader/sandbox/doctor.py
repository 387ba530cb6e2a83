"""What this machine's isolation is worth: each level tried, and hostile attempts made at each."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox.client import Sandbox
from gradcheck_grader.sandbox.job import Call, File, Job, Limits, Returned, Target
from gradcheck_grader.sandbox.levels import LEVELS

_ATTEMPTS = {
    "system_file": "read files of the system",
    "file_names": "learn whether a file exists",
    "folders": "list folders of the system",
    "other_packages": "see which packages are installed",
    "the_grader": "import the grader",
    "environment_of_others": "read the environment of other processes",
    "temporary_file": "write to the temporary folder",
    "shared_memory": "leave shared memory behind",
    "tcp": "open a TCP socket",
    "udp": "open a UDP socket",
    "unix_socket": "open a local socket",
    "process": "start a process",
    "program": "start a program",
    "signal_to_others": "send a signal to another process",
    "memory_of_others": "trace another process",
    "becoming_root": "become root",
}
_ADVICE = {
    "namespaces": (
        "For `namespaces`, allow user namespaces, or run as root. Ubuntu: "
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`. In a container, "
        "`kernel` is what can be had without --privileged, and enough for a course."
    ),
    "kernel": (
        "For `kernel`, a Linux kernel from 5.13 on with Landlock and seccomp is needed "
        "(`landlock` in /sys/kernel/security/lsm). On macOS and Windows, use Docker or WSL2."
    ),
}


@dataclass(frozen=True, slots=True)
class LevelReport:
    """One level of isolation here.

    Attributes
    ----------
    level : str
        Its name.
    words : tuple of str
        What is in force at it; empty when it does not work here.
    reason : str
        Why it does not work; empty when it does.
    still_open : tuple of str
        What a submission can still do at it.
    """

    level: str
    words: tuple[str, ...]
    reason: str
    still_open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The machine, its levels (strongest first), the level that is used, and what to do."""

    python: str
    numpy: str
    system: str
    levels: tuple[LevelReport, ...]
    used: str | None
    advice: tuple[str, ...]


def examine() -> DoctorReport:
    """Try every level here, and make every attempt at each that works."""
    from numpy import __version__ as numpy_version

    levels = tuple(_examine_level(level) for level in LEVELS)
    working = [report.level for report in levels if not report.reason]
    return DoctorReport(
        python=f"{platform.python_version()} at {sys.executable}",
        numpy=numpy_version,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        levels=levels,
        used=working[0] if working else None,
        advice=tuple(text for level, text in _ADVICE.items() if level not in working),
    )


def _examine_level(level: str) -> LevelReport:
    try:
        with Sandbox(level, strongest=level) as sandbox:
            return LevelReport(level, sandbox.isolation, "", _still_open(sandbox))
    except GraderError as error:
        return LevelReport(level, (), error.where or error.message, ())


def _still_open(sandbox: Sandbox) -> tuple[str, ...]:
    """Return what of the attempts worked, in words."""
    source = File("attempts.py", Path(__file__).with_name("attempts.py").read_bytes())
    target = Target(("attempt",), ("name",))
    worked: list[str] = []
    left = list(_ATTEMPTS)
    while left:
        calls = tuple(Call((name,)) for name in left)
        result = sandbox.run(Job((source,), target, calls, Limits(seconds=2)))
        if result.problem is not None:  # else none would have worked, as none was made
            raise MachineError(f"the attempts could not be made: {result.problem.message}")
        for outcome in result.outcomes:
            name = left.pop(0)
            if not isinstance(outcome, Returned):
                break  # this one ended the process; the rest go on in a new one
            if outcome.value is True:
                worked.append(_ATTEMPTS[name])
        else:
            break
    return tuple(worked)
