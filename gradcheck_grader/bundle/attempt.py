"""One submission graded on a platform: ``grader check`` in a process of its own, with an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.bundle.plan import Plan
from gradcheck_grader.errors import MachineError, SubmissionError
from gradcheck_grader.submission import read_submission

GRACE = 3.0  # seconds that an interrupted grader has to end its processes
REASONS = {
    2: "The assignment, or the way the grader was called, is broken",
    3: "The grader, or the machine it ran on, failed",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it.

    Attributes
    ----------
    report : str or None
        The report in the platform's format, if there is one.
    code : int or None
        The grader's exit code; None if it was ended at the deadline.
    said : str
        What it said of a fault of its own, for the instructor.
    """

    report: str | None
    code: int | None
    said: str = ""

    @property
    def reason(self) -> str:
        """Why there is no grade, in one sentence that blames nobody."""
        if self.code is None:
            return "Grading took longer than it may take here, and was ended."
        return f"{REASONS.get(self.code, 'The grader ended on its own')} (exit code {self.code})."


def attempt(
    plan: Plan, folder: Path, handed_in: Path, seed: int, platform: str, scratch: Path
) -> Attempt:
    """Grade what was handed in and return the report in the platform's format.

    Parameters
    ----------
    folder : Path
        Where ``bundle.json`` lies.
    handed_in : Path
        The submission: a folder or a file.
    platform : str
        Name of a format.
    scratch : Path
        A folder for files that nobody else needs.
    """
    target = scratch / f"report-{platform}.json"
    command = [sys.executable, "-I", "-m", "gradcheck_grader", "check", str(handed_in.absolute())]
    options = {
        "--assignment": plan.assignment,
        "--seed": str(seed),
        "--format": "text",
        "--report": f"{platform}={target}",
        "--isolation": plan.isolation,
        "--hints": plan.hints,
        "--detail": plan.detail,
        "--color": "never",
    }
    command += ["--all-parts", "--exit-zero", *(item for pair in options.items() for item in pair)]
    code, said = run(command, folder, environment(plan), plan.deadline)
    report = target.read_text(encoding="utf-8") if target.is_file() else None
    return Attempt(report if code is not None else None, code, said)


def environment(plan: Plan) -> dict[str, str]:
    """Return the variables that the grader sees: none of the platform's but the path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "GRADER_VISIBILITY": plan.visibility,
        "GRADER_SETTINGS": "off",  # a file of settings beside the work is the student's
    }


def run(
    command: Sequence[str], folder: Path, variables: Mapping[str, str], deadline: float
) -> tuple[int | None, str]:
    """Run a command to its end or its deadline; return its exit code, None then, and its stderr.

    At the deadline all of its processes are ended: asked first, then killed.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            code = process.wait(deadline)
        except subprocess.TimeoutExpired:
            _end(process)
            return None, ""
        errors.seek(0)
        return code, errors.read(10_000).decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def to_grade(folder: Path, wanted: str | None) -> Path:
    """Return what to grade of a folder: its one file, which a report can name, or all of it.

    Raises
    ------
    SubmissionError
        If it holds nothing to grade.
    MachineError
        If the disk does not give what was handed in.
    """
    try:
        submission = read_submission(folder, wanted)
    except SubmissionError as error:
        if error.is_ours:
            raise MachineError(error.message) from error
        raise
    if len(submission.files) == 1:
        return folder / submission.files[0].path
    return folder
