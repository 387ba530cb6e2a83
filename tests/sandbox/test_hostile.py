"""Hostile code gets nothing, leaves nothing, and the next submission never notices."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.sandbox import File, Job, Limits, Problem, Sandbox, Target
from tests.sandbox import ordinary_user
from tests.sandbox.programs import Program, programs
from tests.sandbox.suite import CLEAN_JOB, Suite, suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="made for Linux")

PROGRAMS = programs()


@pytest.fixture(scope="module", params=("namespaces", "kernel"))
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    """Open a sandbox at one level; what the machine does not offer is skipped."""
    try:
        with suite(request.param, tmp_path_factory.mktemp(request.param)) as made:
            yield made
    except GraderError as error:
        pytest.skip(str(error))


def test_there_are_enough_hostile_programs_and_no_two_have_one_name() -> None:
    assert len(PROGRAMS) >= 120
    assert len({str(program) for program in PROGRAMS}) == len(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_a_hostile_program_gets_nothing_and_leaves_nothing(opened: Suite, program: Program) -> None:
    assert opened.run(program) == []


@pytest.mark.parametrize("category", ["processes", "network", "write_files", "protocol"])
def test_separate_processes_stop_the_worst(category: str, tmp_path: Path) -> None:
    with suite("process", tmp_path) as opened:
        if "seccomp" not in opened.sandbox.isolation:
            pytest.skip("this kernel leaves the level of processes with its limits alone")
        chosen = [program for program in PROGRAMS if program.file.stem == category]
        assert [fault for program in chosen[::4] for fault in opened.run(program)] == []


@pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user runs it all the time")
@pytest.mark.parametrize("level", ["namespaces", "kernel"])
def test_an_ordinary_users_sandbox_is_as_tight(level: str) -> None:
    done = ordinary_user.run("-m", "tests.sandbox.suite", level, "quick")
    if "does not work on this machine" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr


SOURCES = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "noise": bytes(range(256)) * 40,
    "no text": b"\xff\xfe\xff\xfe def f(x): return x",
    "a null in it": b"def f(x):\n    return 1\0\n",
    "an unknown encoding": b"# coding: rot13\nqrs s(k): erghea k\n",
    "an encoding that runs code": b"# coding: idna\ndef f(x): return x\n",
    "deep brackets": b"f = " + b"(" * 50_000 + b")" * 50_000,
    "deep operators": b"f = " + b"-" * 100_000 + b"1",
    "deep attributes": b"f = x" + b".a" * 100_000,
    "deep functions": b"".join(b" " * n + b"def f(x):\n" for n in range(99)) + b" " * 99 + b"pass",
    "a long line": b"def f(x): return 1" + b"+1" * 100_000,
    "many functions": b"".join(b"def f%d(x): return x\n" % n for n in range(20_000)),
    "huge constants": b"def f(x): return " + b"9" * 100_000,
    "a huge power": b"A = 9 ** 9 ** 9\ndef f(x): return A",
    "huge text by multiplication": b"A = 'x' * 10 ** 12\ndef f(x): return A",
    "a huge array at import": b"import numpy as np\nA = np.ones(10 ** 11)\ndef f(x): return A",
    "an endless loop at import": b"while True: pass\ndef f(x): return x",
    "an endless decorator": b"def d(g):\n    while True: pass\n@d\ndef f(x): return x",
    "an exit in a decorator": b"import os\ndef d(g): os._exit(0)\n@d\ndef f(x): return x",
    "an exit in a default": b"import os\ndef f(x, y=os._exit(0)): return x",
    "an exit in a class": b"import os\nclass A:\n    os._exit(0)\ndef f(x): return A()",
    "an exit in an annotation": b"import os\ndef f(x: os._exit(0)): return x",
    "a metaclass": b"class M(type):\n    def __call__(c): raise SystemExit\n"
    b"class f(metaclass=M): pass",
    "a property for a name": b"class A:\n    @property\n    def g(self): raise SystemExit\n"
    b"f = A().g",
    "a module that is itself": b"import student\ndef f(x): return student.f(x)",
    "a star import of itself": b"from student import *\ndef f(x): return x",
    "an import of the worker": b"import child.worker\ndef f(x): return child.worker",
    "a relative import": b"from . import worker\ndef f(x): return worker",
    "invisible characters": "def f\u200b(x): return x".encode(),
    "overriding direction": "def f(x): return x  # \u202e\u2066 hidden".encode(),
    "look-alike name": "def ｆ(x): return x\n".encode(),
    "form feeds and returns": b"def f(x):\r\x0c\r\n    return x\r",
    "a notebook that is none": b'{"cells": [' + b"[]," * 300_000 + b"[]]}",
    "a deep notebook": b"[" * 200_000 + b"]" * 200_000,
}


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
@pytest.mark.parametrize("title", SOURCES)
def test_a_hostile_source_is_read_in_the_sandbox_and_hurts_nobody(
    sandbox: Sandbox, title: str, ending: str
) -> None:
    limits = Limits(seconds=0.5, memory_mb=256)
    files = (File(f"student{ending}", SOURCES[title]),)
    result = sandbox.run(Job(files, Target(("f",), ("x",)), CLEAN_JOB.calls, limits))
    assert result.problem is not None or len(result.outcomes) == 1
    assert all(char.isprintable() or char in "\n\t" for char in result.output)
    for outcome in (result.problem, *result.outcomes):
        if isinstance(outcome, Problem):
            assert outcome.message.replace("\n", "").replace("\t", "").isprintable()


@pytest.mark.slow
def test_two_thousand_mixed_submissions_leave_memory_and_descriptors_flat(tmp_path: Path) -> None:
    quick = [p for p in PROGRAMS if "timeout" not in p.gives and p.file.stem != "resources"]
    draw = random.Random(0)
    with suite("namespaces", tmp_path) as opened:
        sizes = []
        for turn in range(1000):  # a hostile and a clean one each
            assert opened.run(draw.choice(quick)) == []
            if turn % 100 == 50:
                sizes.append(opened.resident_kilobytes())
    assert max(sizes[1:]) - sizes[1] < 8 * 1024, sizes
