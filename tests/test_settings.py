"""Options from files and from the environment: flag > environment > file > default."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.settings import KEYS, Settings, settings_for
from tests.conftest import Cli, built_in

RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
WRONG = RIGHT.replace("cache[", "1.5 * cache[")
VALUES: dict[str, tuple[Any, str, Any]] = {  # key: in a file, in the environment, as a flag
    "assignment": ("shallow-tanh", "deep-relu", "backprop"),
    "seed": (3, "4", 5),
    "format": ("json", "text", "json"),
    "color": ("never", "always", "auto"),
    "isolation": ("process", "kernel", "auto"),
    "hints": ("none", "nudge", "full"),
    "exit_zero": (True, "false", True),
    "quiet": (True, "0", True),
    "detail": ("none", "full", "own"),
    "all_parts": (True, "0", True),
    "visibility": ("hidden", "after_due_date", "visible"),
}


def write(folder: Path, text: str, name: str = "grader.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def toml(value: Any) -> str:
    return json.dumps(value)  # of texts, numbers and truth values, TOML writes the same


def test_without_anything_the_defaults_count(tmp_path: Path) -> None:
    assert settings_for(tmp_path / "student.py", {}) == Settings()
    assert settings_for(tmp_path / "student.py", {}, seed=None, quiet=None) == Settings()


@pytest.mark.parametrize("key", KEYS)
def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path, key: str) -> None:
    in_file, in_environment, flag = VALUES[key]
    write(tmp_path, f"{key} = {toml(in_file)}")
    path, variables = tmp_path / "student.py", {f"GRADER_{key.upper()}": in_environment}
    assert getattr(settings_for(path, {}), key) == in_file
    read = getattr(settings_for(path, variables), key)
    assert read == {"4": 4, "false": False, "0": False}.get(in_environment, in_environment)
    assert getattr(settings_for(path, variables, **{key: flag}), key) == flag


@pytest.mark.parametrize("said", ["off", "0", "False "])
def test_no_file_is_read_where_that_is_said(tmp_path: Path, said: str) -> None:
    write(tmp_path, "broken =")
    path = tmp_path / "student.py"
    variables = {"GRADER_SETTINGS": said, "GRADER_SEED": "4"}
    assert settings_for(path, variables) == Settings(seed=4)
    with pytest.raises(GraderError, match="not readable as TOML"):
        settings_for(path, variables | {"GRADER_SETTINGS": "on"})
    with pytest.raises(GraderError, match="GRADER_SETTINGS is 'perhaps'"):
        settings_for(path, variables | {"GRADER_SETTINGS": "perhaps"})


def test_on_github_actions_the_format_is_github_unless_another_is_asked_for(tmp_path: Path) -> None:
    path, there = tmp_path / "student.py", {"GITHUB_ACTIONS": "true"}
    assert settings_for(path, there).format == "github"
    assert settings_for(path, there, format="text").format == "text"
    assert settings_for(path, {**there, "GRADER_FORMAT": "json"}).format == "json"
    write(tmp_path, 'format = "junit"')
    assert settings_for(path, there).format == "junit"


def test_the_nearest_file_up_the_tree_counts_alone(tmp_path: Path) -> None:
    write(tmp_path, "seed = 1\nquiet = true")
    table = '[project]\nname = "x"\n[tool.gradcheck-grader]\nassignment = "deep-relu"\n'
    write(tmp_path / "course", table, "pyproject.toml")
    path = tmp_path / "course" / "week" / "student.py"
    assert settings_for(path, {}) == Settings(assignment="deep-relu")
    write(tmp_path / "course", "seed = 2")
    assert settings_for(path, {}) == Settings(seed=2)
    write(tmp_path / "course" / "week", "[tool.ruff]\nline-length = 100", "pyproject.toml")
    assert settings_for(path, {}) == Settings(seed=2)


def test_a_file_inside_a_folder_that_was_handed_in_is_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path / "work", "exit_zero = true")
    assert settings_for(tmp_path / "work", {}) == Settings()


@pytest.mark.parametrize("name", ["grader.toml", "pyproject.toml"])
def test_a_pipe_is_no_file_of_options(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert settings_for(tmp_path / "student.py", {}) == Settings()


def test_a_path_is_relative_to_the_file_that_says_it(tmp_path: Path) -> None:
    write(tmp_path / "mine", "", "assignment.toml")
    write(tmp_path, 'assignment = "mine"')
    path = tmp_path / "submissions" / "student.py"
    assert settings_for(path, {}).assignment == str(tmp_path / "mine")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed = 1", ["unknown key 'sed'", "Did you mean seed?"]),
        ("exit-zero = true", ["unknown key 'exit-zero'", "Did you mean exit_zero?"]),
        ("points = 3", ["unknown key 'points'", "Known: assignment, seed"]),
        ("seed = '1'", ["key seed", "Write a whole number, 0 or more."]),
        ("seed = -1", ["key seed", "0 or more"]),
        ("seed = true", ["key seed"]),
        ("quiet = 1", ["key quiet", "Write true or false."]),
        ("assignment = 3", ["key assignment", "Write a text."]),
        ("color = 'red'", ["key color", "one of auto, always, never"]),
        ("isolation = 'magic'", ["key isolation", "namespaces, kernel, process"]),
        ("seed = ", ["not readable as TOML"]),
    ],
)
def test_what_is_wrong_in_a_file_is_one_error_with_file_key_and_remedy(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    for name, head in (("grader.toml", ""), ("pyproject.toml", "[tool.gradcheck-grader]\n")):
        file = write(tmp_path, head + text, name)
        with pytest.raises(GraderError) as raised:
            settings_for(tmp_path / "student.py", {})
        assert str(file) in str(raised.value)
        assert all(words in str(raised.value) for words in said)
        file.unlink()


def test_somebody_elses_broken_pyproject_is_not_our_business(tmp_path: Path) -> None:
    write(tmp_path, "[project\n", "pyproject.toml")
    assert settings_for(tmp_path / "student.py", {}) == Settings()
    write(tmp_path, "[tool]\ngradcheck-grader = 3\n", "pyproject.toml")
    with pytest.raises(GraderError, match=r"Write \[tool.gradcheck-grader\]"):
        settings_for(tmp_path / "student.py", {})


@pytest.mark.parametrize(
    ("variable", "text"),
    [("SEED", "one"), ("SEED", "-1"), ("QUIET", "maybe"), ("COLOR", "red"), ("ISOLATION", "x")],
)
def test_a_bad_variable_is_named(tmp_path: Path, variable: str, text: str) -> None:
    with pytest.raises(GraderError, match=f"GRADER_{variable} is '{text}'"):
        settings_for(tmp_path / "student.py", {f"GRADER_{variable}": text})


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_variable_and_a_foreign_one_are_none(tmp_path: Path, empty: str) -> None:
    variables = {f"GRADER_{key.upper()}": empty for key in KEYS} | {"GRADER_HOME": "/x"}
    assert settings_for(tmp_path / "student.py", variables) == Settings()
    write(tmp_path, "quiet = true\nseed = 3")
    assert settings_for(tmp_path / "student.py", variables) == Settings(quiet=True, seed=3)


def test_the_command_line_obeys(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, WRONG, "student.py")
    table = 'assignment = "shallow-tanh"\nseed = 3\nquiet = true\nexit_zero = true\n'
    write(tmp_path, "[tool.gradcheck-grader]\n" + table, "pyproject.toml")
    done = cli("check", "student.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("student.py: ")
    done = cli("check", "student.py", GRADER_QUIET="no", GRADER_FORMAT="json", GRADER_SEED="8")
    report = json.loads(done.stdout)
    assert report["assignment"]["chosen"] == "given"
    assert report["grader"]["seed"] == 8
    assert report["replay"] == "grader check student.py --assignment shallow-tanh --seed 8"
    done = cli("check", "student.py", "-a", "shallow-sigmoid", GRADER_ASSIGNMENT="nothing")
    assert done.returncode == 0


def test_a_broken_file_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, RIGHT, "student.py")
    write(tmp_path, "asignment = 'x'")
    done = cli("check", "student.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean assignment?" in done.stderr
