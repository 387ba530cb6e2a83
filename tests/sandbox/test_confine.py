"""The lock-down: its parts, its levels, and what is done where one of them is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck_grader import boot
from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox import Call, File, Job, Returned, Sandbox, Target
from gradcheck_grader.sandbox.child.lockdown import seccomp
from gradcheck_grader.sandbox.child.lockdown.view import View
from gradcheck_grader.sandbox.doctor import examine
from gradcheck_grader.sandbox.levels import forking, ladder

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux has it")
ALLOW, KILL, REFUSE, AGAIN, UNKNOWN = 0x7FFF0000, 0x80000000, 0x50001, 0x5000B, 0x50026
X86_64 = 0xC000003E


def verdict(number: int, *arguments: int, architecture: int = X86_64, pid: int = 7) -> int:
    """Run the filter on one system call, as the kernel would."""
    data = number.to_bytes(4, "little") + architecture.to_bytes(4, "little") + bytes(8)
    data += b"".join(value.to_bytes(8, "little") for value in (*arguments, *[0] * 6)[:6])
    accumulator, at = 0, 0
    lines = seccomp.program(pid)
    while True:
        code, true, false, constant = lines[at]
        at += 1
        if code == 0x20:
            accumulator = int.from_bytes(data[constant : constant + 4], "little")
        elif code == 0x06:
            return constant
        else:
            holds = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x45: accumulator & constant != 0,
            }[code]
            at += true if holds else false


@pytest.fixture
def x86_64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


@pytest.mark.usefixtures("x86_64")
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ((0,), ALLOW),  # read
        ((9,), ALLOW),  # mmap
        ((41,), REFUSE),  # socket
        ((59,), REFUSE),  # execve
        ((62, 7, 9), REFUSE),  # kill, even itself
        ((101,), REFUSE),  # ptrace
        ((157,), REFUSE),  # prctl
        ((425,), REFUSE),  # io_uring_setup
        ((56,), AGAIN),  # clone
        ((57,), AGAIN),  # fork
        ((435,), UNKNOWN),  # clone3
        ((460,), UNKNOWN),  # newer than the list
        ((0x40000000,), KILL),  # the x32 side entrance
        ((2, 0, 0), ALLOW),  # open for reading
        ((2, 0, 1), REFUSE),  # open for writing
        ((257, 0, 0, 0x80000), ALLOW),  # openat for reading
        ((257, 0, 0, 0x42), REFUSE),  # openat to create
        ((257, 0, 0, 0x410000), REFUSE),  # openat of an unnamed file
        ((16, 0, 0x5401), ALLOW),  # ioctl: is it a terminal?
        ((16, 0, 0x5412), REFUSE),  # ioctl: type into a terminal
        ((72, 0, 1), ALLOW),  # fcntl: get flags
        ((72, 0, 6), REFUSE),  # fcntl: lock
        ((234, 7, 7, 6), ALLOW),  # tgkill of itself
        ((234, 8, 8, 6), REFUSE),  # tgkill of another
        ((302, 0, 7, 0), ALLOW),  # prlimit64 that only asks
        ((302, 0, 7, 1), REFUSE),  # prlimit64 that sets
        ((302, 0, 7, 1 << 40), REFUSE),  # the same by the high half of the pointer
    ],
)
def test_the_filter_allows_computing_and_nothing_else(call: tuple[int, ...], expected: int) -> None:
    assert verdict(*call) == expected


@pytest.mark.usefixtures("x86_64")
def test_the_filter_kills_calls_by_another_architectures_numbers() -> None:
    assert verdict(0, architecture=0x40000003) == KILL


def test_the_filter_exists_for_both_architectures_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for machine in ("x86_64", "aarch64"):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        lines = seccomp.program(1)
        assert lines[-1] == (0x06, 0, 0, REFUSE)
        jumps = [(at, max(line[1:3])) for at, line in enumerate(lines) if max(line[1:3])]
        assert all(at + 1 + far < len(lines) for at, far in jumps)
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(OSError, match="no list of system calls for vax"):
        seccomp.program(1)


def test_the_view_gives_a_library_out_without_its_hidden_parts(tmp_path: Path) -> None:
    library, packages = tmp_path / "lib", tmp_path / "lib" / "site-packages"
    for folder in (library / "json", packages / "numpy", packages / "secret"):
        folder.mkdir(parents=True)
    (library / "os.py").touch()
    (library / "site.py").symlink_to("nowhere")
    seen = View((str(library),), (str(packages),), (str(packages / "numpy"),))
    assert sorted(seen.readable()) == [
        str(library / "json"),
        str(library / "os.py"),
        str(packages / "numpy"),
    ]


@pytest.mark.parametrize(
    ("minimum", "strongest", "levels"),
    [
        ("auto", "namespaces", ("namespaces", "kernel", "process")),
        ("process", "namespaces", ("namespaces", "kernel", "process")),
        ("kernel", "namespaces", ("namespaces", "kernel")),
        ("namespaces", "namespaces", ("namespaces",)),
        ("auto", "kernel", ("kernel", "process")),
        ("process", "process", ("process",)),
    ],
)
def test_the_levels_to_try_go_down_to_the_least_that_will_do(
    minimum: str, strongest: str, levels: tuple[str, ...]
) -> None:
    assert ladder(minimum, strongest) == levels


@LINUX
@pytest.mark.parametrize("level", ["namespaces", "kernel", "process"])
def test_what_a_confined_process_may_not_have_it_has_given_up(level: str) -> None:
    """Some of it has been given up by what it is a fork of, and it must be gone all the same."""
    source = """
import os, resource
def f(x):
    names = ["CORE", "FSIZE", "MEMLOCK", "MSGQUEUE", "NPROC"]
    limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names]
    return [os.getresuid(), os.getresgid(), os.getgroups(), limits]
"""
    job = Job((File("s.py", source.encode()),), Target(("f",), ("x",)), (Call((1,)),))
    try:
        with Sandbox(level, strongest=level) as sandbox:
            (answer,) = sandbox.run(job).outcomes
    except GraderError as error:
        pytest.skip(str(error))
    assert isinstance(answer, Returned), answer
    users, groups, more, limits = answer.value
    assert limits == [(0, 0)] * 5
    if os.getuid() == 0:  # others have less to give up
        assert (set(users), set(groups), more) == ({65534}, {65534}, [])


def test_an_unknown_level_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(GraderError) as caught:
        Sandbox("chroot")
    assert str(caught.value) == (
        "error: there is no isolation 'chroot'\n  Choose one of: auto, namespaces, kernel, process."
    )


def test_levels_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(GraderError, match="at least namespaces and at most kernel"):
        Sandbox("namespaces", strongest="kernel")


def test_other_systems_have_no_warm_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert forking(("process",)) == ()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert forking(("namespaces", "kernel", "process")) == ()
    with pytest.raises(GraderError, match="'kernel' does not work") as caught:
        Sandbox("kernel")
    assert "none of the stronger levels" in caught.value.where


@pytest.fixture
def broken_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the child's code to break."""
    copy = tmp_path / "child"
    shutil.copytree(boot.CHILD, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(boot, "CHILD", str(copy))
    return copy


def run_one() -> tuple[str, object]:
    job = Job((File("s.py", b"def f(x): return x"),), Target(("f",), ("x",)), (Call((1,)),))
    with Sandbox() as sandbox:
        result = sandbox.run(job)
        return sandbox.isolation[0], result.outcomes[0]


@LINUX
@pytest.mark.parametrize(
    ("module", "function", "level"),
    [
        ("namespaces", "build_root", "kernel"),
        ("landlock", "version", "process"),
        ("landlock", "restrict", "process"),
    ],
)
def test_a_level_that_cannot_be_had_gives_way_to_the_next(
    broken_child: Path, module: str, function: str, level: str
) -> None:
    with (broken_child / "lockdown" / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(
            f"\n\ndef {function}(*arguments):\n    raise OSError(38, 'not on this machine')\n"
        )
    found, outcome = run_one()
    assert found == level
    assert isinstance(outcome, Returned)


@LINUX
@pytest.mark.parametrize("module", ["landlock", "seccomp"])
def test_a_lock_down_that_does_not_hold_is_noticed(broken_child: Path, module: str) -> None:
    """The probes in the real child find out that a layer is not there at all."""
    silent = {
        "landlock": "def restrict(descriptor):\n    pass\n",
        "seccomp": "Filter.install = lambda self: None\n",
    }
    with (broken_child / "lockdown" / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{silent[module]}")
    with pytest.raises(GraderError) as caught:
        Sandbox("kernel", strongest="kernel")
    assert "is not stopped" in caught.value.where


def test_a_worker_that_cannot_start_is_our_fault(broken_child: Path) -> None:
    (broken_child / "worker.py").write_text("raise RuntimeError('broken on purpose')\n")
    with pytest.raises(MachineError) as caught:
        run_one()
    assert "broken on purpose" in caught.value.where


def test_what_the_child_knows_of_its_parent_is_nothing() -> None:
    """No environment, no path to the grader, one thread, and NumPy is there."""
    source = b"""
import os, sys
import numpy

def f(x):
    return {
        "environment": dict(os.environ),
        "path": list(sys.path),
        "modules": [m for m in sys.modules if m.startswith("gradcheck")],
        "home": os.path.dirname(os.path.dirname(numpy.__file__)),
    }
"""
    os.environ["GRADER_CANARY"] = "secret"
    job = Job((File("s.py", source),), Target(("f",), ("x",)), (Call((1,)),))
    with Sandbox() as sandbox:
        (outcome,) = sandbox.run(job).outcomes
    assert isinstance(outcome, Returned)
    assert isinstance(outcome.value, dict)
    assert "secret" not in json.dumps(outcome.value)
    assert outcome.value["modules"] == []
    assert outcome.value["home"] not in outcome.value["path"]  # type: ignore[operator]


def test_importing_the_room_does_not_import_numpy() -> None:
    code = "import sys, gradcheck_grader.sandbox; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@LINUX
def test_the_doctor_names_every_level_and_what_is_still_open() -> None:
    report = examine()
    assert [level.level for level in report.levels] == ["namespaces", "kernel", "process"]
    assert report.used == next(level.level for level in report.levels if not level.reason)
    for level in report.levels:
        assert bool(level.words) != bool(level.reason)
        if level.level == "namespaces":
            assert level.still_open == ()
        if level.level == "kernel" and level.words:
            assert level.still_open == ("learn whether a file exists",)
    missing = [level.level for level in report.levels if level.reason]
    assert len(report.advice) == len([name for name in missing if name != "process"])


def test_attempts_that_cannot_be_made_are_not_taken_for_refused_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Path.read_bytes

    def broken(path: Path) -> bytes:
        return b"def (" if path.name == "attempts.py" else whole(path)

    monkeypatch.setattr(Path, "read_bytes", broken)
    report = examine()
    assert report.used is None
    reasons = [level.reason for level in report.levels if level.level == "process"]
    assert reasons == ["the attempts could not be made: It is not valid Python: invalid syntax."]
