"""The grader that starts anew: as if it had not, with a child that knows nothing of its call."""

from __future__ import annotations

import io
import json
import marshal
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from gradcheck_grader import boot, restart

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux has it")

SECRET = "a-token-that-nobody-may-see"
RIGHT = Path(__file__).parents[2] / "assignments/shallow-tanh/examples/right.py"
TELLING = b"""
import os, sys
def backward_propagation(parameters, cache, X, Y):
    print(sys.argv, dict(os.environ))
"""
# Goes on in the grader's place, and looks for the secret in both.
SEEKER = f"""
import os
def go_on(child, link, errors, levels):
    print(secrets_in(os.getpid()) > 0, secrets_in(child), levels)
def secrets_in(pid):
    found, secret = 0, "{SECRET[::-1]}"[::-1].encode()
    with open(f"/proc/{{pid}}/maps") as maps, open(f"/proc/{{pid}}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if line.split()[1].startswith("r") and "[v" not in line:
                memory.seek(start)
                found += memory.read(end - start).count(secret)
    return found
"""


def check(
    *arguments: str, stdout: int | BinaryIO = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``grader check`` with an environment that lets it start anew."""
    return subprocess.run(
        [sys.executable, "-m", "gradcheck_grader", "check", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
    )


def test_a_grader_that_started_anew_says_the_same(tmp_path: Path) -> None:
    wrong = RIGHT.with_name("wrong_hidden_slope_forgotten.py")
    words = [str(wrong), "-a", "shallow-tanh", "--seed", "5", "--report", "json=r.json"]
    said = []
    for name in ("anew", "not"):
        (tmp_path / name).mkdir()
        asked = {"PYTHONOPTIMIZE": ""} if name == "not" else {}  # keeps it from that
        words[-1] = f"json={tmp_path / name / 'r.json'}"
        done = check(*words, **asked)
        said.append((done.returncode, done.stdout, (tmp_path / name / "r.json").read_text()))
    assert said[0] == said[1]
    assert said[0][0] == 1


@pytest.mark.parametrize("error", [["--nonsense"], ["nowhere.py"], [str(RIGHT), "-a", "none"]])
def test_so_it_does_of_usage_errors(error: list[str]) -> None:
    anew, not_ = check(*error), check(*error, PYTHONOPTIMIZE="")
    assert (anew.returncode, anew.stdout, anew.stderr) == (2, not_.stdout, not_.stderr)


@pytest.mark.parametrize("asked", [{}, {"PYTHONOPTIMIZE": ""}])
def test_output_that_finds_no_room_is_an_error_in_one_line(asked: dict[str, str]) -> None:
    with open("/dev/full", "wb") as full:
        done = check(str(RIGHT), "-a", "shallow-tanh", stdout=full, **asked)
    told = "error: the output could not be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (3, told)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_changes_no_verdict(closed: str) -> None:
    words = [sys.executable, "-m", "gradcheck_grader", "check", str(RIGHT), "-a", "shallow-tanh"]
    done = subprocess.run(
        ["bash", "-c", f"{shlex.join(words)} {closed}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert ("Score" in done.stdout) == (closed in ("<&-", "2>&-"))


@pytest.mark.parametrize("asked", [{}, {"PYTHONOPTIMIZE": ""}])
def test_who_reads_no_further_is_told_nothing(asked: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = check(str(RIGHT), "-a", "shallow-tanh", stdout=pipe, **asked)
    assert (done.returncode, done.stderr) == (0, "")


def test_student_code_runs_in_what_began_with_the_grader_and_sees_nothing_of_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "telling.py").write_bytes(TELLING)
    done = check(
        *(str(tmp_path / "telling.py"), "-a", "shallow-tanh", "--format", "json"),
        TOKEN=SECRET,
    )
    report = json.loads(done.stdout)
    assert "'both'" in report["output"]
    assert "telling.py" not in report["output"]
    assert SECRET not in report["output"]


def test_nothing_of_how_the_grader_was_called_is_in_the_child_s_memory(tmp_path: Path) -> None:
    (tmp_path / "seeker.py").write_text(SEEKER, encoding="utf-8")
    known = restart.what_is_known() | {
        "module": "seeker",
        "environ": {"TOKEN": SECRET},
        "argv": ["grader", SECRET],
        "path": [str(tmp_path), *sys.path],
        "streams": {},
    }
    note = tmp_path / "note"
    note.write_bytes(marshal.dumps(known))
    with note.open("rb") as file:
        done = subprocess.run(
            boot.command("both", str(file.fileno()), boot.numpy_home()),
            pass_fds=[file.fileno()],
            capture_output=True,
            encoding="utf-8",
            env=boot.environment(),
            check=True,
        )
    assert done.stdout == "True 0 namespaces,kernel\n", done.stderr


def test_it_starts_with_nothing_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(_: str, words: list[str], environment: dict[str, str]) -> None:
        with os.fdopen(os.dup(int(words[-2])), "rb") as note:
            started.append((words, environment, marshal.load(note)))

    monkeypatch.setattr(os, "execve", start)
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.setattr(sys, "argv", ["grader", "check", SECRET])
    restart.restart()
    ((words, environment, known),) = started
    assert SECRET not in f"{words} {environment}"
    assert known["environ"]["TOKEN"] == known["argv"][-1] == SECRET


def test_where_it_cannot_start_anew_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(os, "execve", refused)
    before = set(os.listdir("/proc/self/fd"))
    restart.restart()
    assert set(os.listdir("/proc/self/fd")) == before


def test_what_somebody_asked_of_python_keeps_it_from_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setattr(os, "environ", {"PATH": "", "PYTHONUNBUFFERED": "1"})
    monkeypatch.setattr(sys, "orig_argv", ["python", "/bin/grader", "check"])
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert restart.is_possible()
    for target, name, value in (
        (os, "environ", {"PYTHONPATH": "/here"}),
        (os, "environ", {"LD_PRELOAD": "/here"}),
        (sys, "orig_argv", ["python", "-X", "importtime", "-m", "gradcheck_grader"]),
        (sys, "stdout", None),
        (sys, "platform", "darwin"),
        (sys.modules, "numpy", object()),
    ):
        with monkeypatch.context() as other:
            if target is sys.modules:
                other.setitem(sys.modules, "numpy", sys)
            else:
                other.setattr(target, name, value)
            assert not restart.is_possible(), (name, value)
