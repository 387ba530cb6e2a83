"""The command line as a user runs it, each command in a fork of a process that has imported it.

Hundreds of tests run a command. To start Python and import the grader takes most of the time of
one; a fork has both, and arguments, folder, environment and output of its own. Tests of how the
grader starts do start it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

Done = subprocess.CompletedProcess[str]

_ROOT = Path(__file__).parent.parent
_USUAL = {"PATH": "/usr/bin:/bin"}
_WARM = ("check", "diagnosis.naming", "cli.check")


class Commands:
    """Runs commands one after another, as long as it is not closed."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None
        if hasattr(os, "fork"):
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.commands"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=_ROOT,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # threads do not survive a fork
            )

    def run(self, folder: Path, *arguments: str, **environment: str) -> Done:
        """Run ``grader`` in a folder, with nothing else in its environment."""
        concerns_python = any(name.startswith("PYTHON") for name in environment)
        if self._server is None or concerns_python:
            return fresh(folder, *arguments, **environment)
        with TemporaryDirectory() as name:
            written = [Path(name) / "stdout", Path(name) / "stderr"]
            order = {
                "arguments": arguments,
                "folder": str(folder),
                "environment": _USUAL | environment,
                "written": list(map(str, written)),
            }
            code = self._ask(self._server, json.dumps(order))
            texts = [path.read_bytes().decode("utf-8") for path in written]
        return Done(arguments, code, *texts)

    def close(self) -> None:
        """End the process that forks."""
        if self._server is not None:
            self._server.communicate()

    @staticmethod
    def _ask(server: subprocess.Popen[str], order: str) -> int:
        assert server.stdin is not None
        assert server.stdout is not None
        print(order, file=server.stdin, flush=True)
        return int(server.stdout.readline())


def fresh(folder: Path, *arguments: str, **environment: str) -> Done:
    """Run ``grader`` in a process that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", "gradcheck_grader", *arguments],
        cwd=folder,
        env={**_USUAL, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )


def main() -> None:
    """Fork for each order that is read; answer with the exit code."""
    for name in _WARM:
        import_module(f"gradcheck_grader.{name}")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(order: Mapping[str, Any]) -> NoReturn:
    """Be the command: what it is given takes the place of what this process has."""
    from gradcheck_grader.__main__ import main as grader

    given = [os.open(os.devnull, os.O_RDONLY)]
    given += [os.open(path, os.O_WRONLY | os.O_CREAT) for path in order["written"]]
    for number, opened in enumerate(given):
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["grader", *order["arguments"]]
    code: Any = None
    try:
        grader()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)  # to take all modules apart would cost more than what is left


if __name__ == "__main__":
    main()
