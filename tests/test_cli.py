"""The command line as a user meets it: one clear message and the right exit code."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Cli, built_in

RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
SIGNATURE = "def backward_propagation(parameters, cache, X, Y):\n"
TANH = ("--assignment", "shallow-tanh", "--seed", "3")


def student(folder: Path, text: str, name: str = "student.py") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_right_code_exits_0(cli: Cli, tmp_path: Path) -> None:
    done = cli("check", student(tmp_path, RIGHT), *TANH)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Score 100 / 100" in done.stdout
    assert "4 of 4 correct" in done.stdout


def test_wrong_code_exits_1_unless_told(cli: Cli, tmp_path: Path) -> None:
    name = student(tmp_path, RIGHT.replace("(1, keepdims", "(1, keepdims") + "\n")
    wrong = student(tmp_path, RIGHT.replace("cache[", "1.5 * cache["), "wrong.py")
    assert cli("check", name, *TANH).returncode == 0
    assert cli("check", wrong, *TANH).returncode == 1
    assert cli("check", wrong, *TANH, "--exit-zero").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "studnet.py"], "error: no such file: studnet.py\n  did you mean student.py?"),
        (["check", "nothing"], "holds no .py file and no notebook"),
        (
            ["check", "notes.txt"],
            "error: notes.txt is neither a .py file, a notebook, a folder nor a zip",
        ),
        (["check", "student.py", "-a", "shalow-tanh"], "Did you mean shallow-tanh?"),
        (["check", "student.py", "--format", "yaml"], "there is no format 'yaml'"),
        (["check", "student.py", "--report", "json"], "--report takes FORMAT=PATH"),
        (["check", "student.py", "--report", "json=-"], "To print it: --format json"),
        (["check", "student.py", "--report", "json=no/such/x"], "does not exist"),
        (["check", "student.py", "--seed", "-1"], "--seed"),
        (["check", "student.py", "--seed", "one"], "--seed"),
        (["check", "student.py", "--isolation", "magic"], "magic"),
        (["check"], "Missing argument 'submission'"),
        (["chekc"], "chekc"),
        (["student.py", "-q"], "To grade it: grader check student.py -q"),
        (["my file.py"], "To grade it: grader check 'my file.py'"),
        (["show", "shallow-tanh"], "It is: grader assignment show shallow-tanh"),
        (["check", "student.py", "--sed", "3"], "See: grader check --help"),
        (["check", "student.py", "--colour", "x"], "--colour"),
        (["assignment", "show", "nothing"], "there is no assignment 'nothing'"),
    ],
)
def test_a_usage_error_is_one_message_and_exit_2(
    cli: Cli, tmp_path: Path, arguments: list[str], said: str
) -> None:
    student(tmp_path, RIGHT)
    student(tmp_path, "x", "notes.txt")
    (tmp_path / "nothing").mkdir()
    done = cli(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_assignment_exits_2_and_names_its_file(cli: Cli, tmp_path: Path) -> None:
    student(tmp_path, RIGHT)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "assignment.toml").write_text("title = 'x'", encoding="utf-8")
    done = cli("check", "student.py", "-a", "mine")
    assert done.returncode == 2
    assert "assignment.toml" in done.stderr
    assert "total: this key is needed" in done.stderr


BAD_CODE = {
    "empty file": ("", "load", "empty"),
    "syntax error": (SIGNATURE + "    return {'dW1': 1\n", "load", "line 2"),
    "other name": ("def backwards(p, c, X, Y):\n    pass\n", "missing", "backwards"),
    "too few arguments": ("def backward_propagation(p, c):\n    pass\n", "error", "parameters"),
    "returns nothing": (SIGNATURE + "    pass\n", None, "not"),
    "returns an empty dict": (SIGNATURE + "    return {}\n", None, "no keys at all"),
    "returns one key": (SIGNATURE + "    return {'dW2': 1.0}\n", None, "dW2"),
    "returns a list": (SIGNATURE + "    return [1, 2]\n", None, "a list"),
    "returns text": (
        SIGNATURE + "    return dict.fromkeys(('dW1', 'db1', 'dW2', 'db2'), 'x')\n",
        None,
        "text, not numbers",
    ),
    "returns objects": (
        "import numpy as np\n" + SIGNATURE + "    return {'dW1': np.array([None, 1])}\n",
        None,
        "an array of objects, not",
    ),
    "returns complex": (
        SIGNATURE + "    return {'dW1': parameters['W1'] * 1j}\n",
        None,
        "complex numbers",
    ),
    "returns nan": (
        SIGNATURE + "    return {'dW1': parameters['W1'] * float('nan')}\n",
        None,
        "not finite",
    ),
    "raises": (SIGNATURE + "    y = 1\n    return y / 0\n", "error", "line 3"),
    "exits": ("import sys\n" + SIGNATURE + "    sys.exit(0)\n", "error", "exit"),
    "exits hard": ("import os\n" + SIGNATURE + "    os._exit(0)\n", None, ""),
}


@pytest.mark.parametrize("case", BAD_CODE)
def test_bad_code_is_graded_with_no_points_and_named(cli: Cli, tmp_path: Path, case: str) -> None:
    text, kind, said = BAD_CODE[case]
    name = student(tmp_path, text)
    done = cli("check", name, *TANH, "--format", "json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["status"] == "graded"
    assert report["score"] == 0
    assert kind is None or report["problems"][0]["kind"] == kind
    shown = cli("check", name, *TANH).stdout
    assert said in shown
    assert "Traceback" not in shown
    assert "Score 0 / 100" in shown


def test_an_endless_loop_is_a_timeout(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "quick"
    folder.mkdir()
    toml = (built_in("shallow-tanh").folder / "assignment.toml").read_text(encoding="utf-8")
    (folder / "assignment.toml").write_text(toml.replace("seconds = 10.0", "seconds = 1"))
    name = student(tmp_path, SIGNATURE + "    while True:\n        pass\n")
    done = cli("check", name, "-a", "quick", "--format", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert {row["verdict"] for row in report["gradients"]} == {"timeout"}
    assert report["problems"][0]["kind"] == "timeout"


def test_limits_can_be_set_on_the_command_line(cli: Cli, tmp_path: Path) -> None:
    slow = SIGNATURE + "    while True:\n        pass\n"
    greedy = "import numpy as np\n" + SIGNATURE + "    return np.ones(100_000_000)\n"
    for text, option, kind in (
        (slow, ("--seconds", "0.5"), "timeout"),
        (greedy, ("--memory-mb", "256"), "memory"),
    ):
        done = cli("check", student(tmp_path, text), *TANH, *option, "--format", "json")
        assert json.loads(done.stdout)["problems"][0]["kind"] == kind


def test_a_flood_of_prints_is_cut_and_costs_nothing(cli: Cli, tmp_path: Path) -> None:
    text = RIGHT.replace(SIGNATURE, SIGNATURE.rstrip("\n") + "\n    print('x' * 40_000)\n", 1)
    assert "print" in text
    done = cli("check", student(tmp_path, text), *TANH, "--format", "json")
    assert done.returncode == 0
    assert 0 < len(json.loads(done.stdout)["output"]) <= 10_100


def test_the_json_report_is_one_object_with_the_promised_names(cli: Cli, tmp_path: Path) -> None:
    text = RIGHT.replace("cache[", "1.5 * cache[")
    done = cli("check", student(tmp_path, text), *TANH, "--format", "json")
    report = json.loads(done.stdout)
    assert report["schema"] == "gradcheck-grader/report/v1"
    assert report["assignment"]["name"] == "shallow-tanh"
    assert report["assignment"]["chosen"] == "given"
    assert report["grader"]["seed"] == 3
    assert report["replay"] == "grader check student.py --assignment shallow-tanh --seed 3"
    row = report["gradients"][0]
    promised = {"part", "name", "verdict", "points", "max_points", "relative_error", "worst"}
    assert row.keys() >= promised | {"trials", "trials_correct", "finding"}
    assert set(row["worst"]) == {"trial", "entry", "got"}


def test_the_same_seed_gives_the_same_report_byte_for_byte(cli: Cli, tmp_path: Path) -> None:
    text = RIGHT.replace("cache[", "1.5 * cache[")
    command = ("check", student(tmp_path, text), *TANH, "--format", "json")
    assert cli(*command).stdout == cli(*command).stdout


def test_a_report_is_written_beside_what_is_printed(cli: Cli, tmp_path: Path) -> None:
    done = cli("check", student(tmp_path, RIGHT), *TANH, "--report", "json=out.json", "-q")
    assert done.stdout == "student.py: 100/100\n"
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["score"] == 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "student.py"]


def test_no_colour_without_a_terminal_and_ascii_where_the_encoding_demands_it(
    cli: Cli, tmp_path: Path
) -> None:
    name = student(tmp_path, RIGHT)
    assert "\x1b" not in cli("check", name, *TANH).stdout
    assert "\x1b" in cli("check", name, *TANH, FORCE_COLOR="1").stdout
    assert "\x1b" not in cli("check", name, *TANH, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" in cli("check", name, *TANH, "--color", "always", NO_COLOR="1").stdout
    plain = cli("check", name, *TANH, PYTHONIOENCODING="ascii").stdout
    assert plain.isascii()
    assert "ok" in plain


def test_no_line_is_wider_than_80_columns(cli: Cli, tmp_path: Path) -> None:
    for text in (RIGHT, RIGHT.replace("cache[", "1.5 * cache["), SIGNATURE + "    return {}\n"):
        shown = cli("check", student(tmp_path, text), *TANH).stdout
        assert max(map(len, shown.splitlines())) <= 80


def test_the_list_names_every_assignment(cli: Cli) -> None:
    done = cli("assignment", "list")
    assert done.returncode == 0
    assert "shallow-tanh" in done.stdout


def test_show_prints_handout_and_points(cli: Cli) -> None:
    done = cli("assignment", "show", "shallow-tanh")
    assert "backward_propagation" in done.stdout
    assert "dW1 25" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["check"],
        ["assignment", "list"],
        ["assignment", "show"],
        ["assignment", "new"],
        ["assignment", "verify"],
        ["gradient"],
        ["doctor"],
    ],
)
def test_every_command_has_help_with_an_example(cli: Cli, command: list[str]) -> None:
    done = cli(*command, "--help")
    assert done.returncode == 0
    assert "Example: grader" in done.stdout


def test_without_a_command_the_help_is_shown_and_nothing_is_called_an_error(cli: Cli) -> None:
    done = cli()
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")
    assert "error" not in done.stderr


@pytest.mark.parametrize("group", [[], ["assignment"], ["bundle"]])
def test_the_list_of_commands_says_whole_sentences(cli: Cli, group: list[str]) -> None:
    assert "..." not in cli(*group, "--help").stdout.split("Commands:")[1]


def test_the_line_of_an_error_is_in_its_row_whatever_the_error_is_called(
    cli: Cli, tmp_path: Path
) -> None:
    student(tmp_path, RIGHT + "\n  x = 1\n")
    done = cli("check", "student.py", "--assignment", "shallow-tanh")
    rows = [line for line in done.stdout.splitlines() if "(n2, n1)" in line]
    assert len(rows) == 1, done.stdout
    assert " in line " in rows[0], rows
    assert "…" not in rows[0], rows


def test_the_doctor_names_the_level_that_is_used(cli: Cli) -> None:
    done = cli("doctor")
    assert done.returncode == 0
    assert done.stdout.count("(used)") == 1


def test_a_wrong_gradient_of_ones_own_is_shown(cli: Cli, tmp_path: Path) -> None:
    np.savez(tmp_path / "point.npz", w=np.array([1.0, -2.0]))
    code = "def loss(w):\n    return (w ** 2).sum()\ndef slope(w):\n    return {}\n"
    student(tmp_path, code.format("2 * w"), "fine.py")
    student(tmp_path, code.format("w"), "half.py")
    at = ("--at", "point.npz")
    assert cli("gradient", "fine.py:loss", *at, "--gradient", "fine.py:slope").returncode == 0
    assert cli("gradient", "half.py:loss", *at, "--gradient", "half.py:slope").returncode == 1
    assert cli("gradient", "half.py:nothing", *at).returncode == 2


def test_the_version_needs_neither_typer_nor_numpy(cli: Cli) -> None:
    assert cli("--version").stdout == "grader 0.1.0\n"
    assert cli("-V").stdout == "grader 0.1.0\n"


def test_a_command_is_built_without_what_others_and_grading_need() -> None:
    program = (
        "import sys\nfrom gradcheck_grader.cli import build\nbuild(['check'])\n"
        "print([name for name in sys.modules if name.startswith('gradcheck_grader.cli.')])\n"
        "print([name for name in ('numpy', 'pydantic', 'jinja2') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules, heavy = map(ast.literal_eval, done.stdout.splitlines())
    own = {"check", "extras", "example", "options"}
    assert {name.split(".")[-1] for name in modules} == own
    assert heavy == []


@pytest.mark.parametrize("example", ["right", "wrong_mean_forgotten"])
def test_a_built_in_assignment_is_graded_without_pydantic(example: str) -> None:
    """To import it takes as long as a job."""
    path = built_in("shallow-tanh").folder / "examples" / f"{example}.py"
    program = (
        "import sys\n"
        "from gradcheck_grader.cli import run\n"
        f"run(['check', {str(path)!r}, '--assignment', 'shallow-tanh'])\n"
        "print('pydantic' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    *report, imported = done.stdout.splitlines()
    assert any("Score" in line for line in report)
    assert imported == "False"


def test_only_the_general_assignment_is_chosen_without_a_name(cli: Cli, tmp_path: Path) -> None:
    example = built_in("backprop").folder / "examples" / "right.py"
    name = student(tmp_path, example.read_text(encoding="utf-8"))
    done = cli("check", name, "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["assignment"]["name"]) == (0, "backprop")
    assert {row["part"] for row in report["gradients"]} == {"shallow", "deep"}


def test_a_function_for_two_layers_keeps_its_shallow_points(cli: Cli, tmp_path: Path) -> None:
    done = cli("check", student(tmp_path, RIGHT), "-a", "backprop")
    assert done.returncode == 1
    assert "Score 50 / 100" in done.stdout
    assert "two layers" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_says_so_and_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(
        "def backward_propagation(parameters, cache, X, Y):\n    while True: pass\n"
    )
    words = ["check", "student.py", "-a", "shallow-tanh", "--seconds", "60"]
    # A shell that runs tests in the background has them ignore the signal.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from gradcheck_grader.cli import run; print('up', flush=True); sys.exit(run())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert (process.returncode, said) == (3, "")
    assert complained == "stopped\n"
