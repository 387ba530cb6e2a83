"""A student's own seed: the same each time, another one's different, and no secret is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from pathlib import Path

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.seeds import SEEDS, chosen_seed, read_secret, seed_for
from tests.conftest import Cli, built_in

RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
SECRET = "f3c1a9d27be84c06"  # 16 bytes
SPY = """import os
def backward_propagation(parameters, cache, X, Y):
    print("seen:", os.environ.get("COURSE"))
    return {}
"""
TANH = ("check", "student.py", "-a", "shallow-tanh")


def test_the_seed_is_the_documented_hmac() -> None:
    message = b"gradcheck-grader/seed/v1\0shallow-tanh\0jdoe"
    digest = hmac.new(SECRET.encode(), message, hashlib.sha256).digest()
    own = seed_for(SECRET.encode(), "shallow-tanh", "jdoe")
    assert own == int.from_bytes(digest, "big") % SEEDS


def test_students_assignments_and_secrets_have_seeds_of_their_own() -> None:
    secrets = (SECRET.encode(), b"another secret of a course")
    seeds = {
        seed_for(secret, assignment, f"student{number}")
        for secret in secrets
        for assignment in ("shallow-tanh", "deep-relu")
        for number in range(100)
    }
    assert len(seeds) == 400
    assert all(0 <= seed < SEEDS for seed in seeds)


def test_a_name_cannot_be_moved_across_the_border_of_assignment_and_student() -> None:
    secret = SECRET.encode()
    assert seed_for(secret, "a", "bc") != seed_for(secret, "ab", "c")
    with pytest.raises(GraderError):
        seed_for(secret, "a", "b\0c")


def test_the_way_a_name_is_written_down_makes_no_difference() -> None:
    secret, name = SECRET.encode(), "Zoë"
    plain = seed_for(secret, "deep-relu", name)
    assert seed_for(secret, "deep-relu", unicodedata.normalize("NFD", name)) == plain
    assert seed_for(secret + b"\n", "deep-relu", f" {name} ") == plain
    assert seed_for(secret, "deep-relu", "zoë") != plain


def test_a_short_secret_is_refused_white_space_not_counted() -> None:
    with pytest.raises(GraderError, match="15 bytes; 16 are the least"):
        seed_for(b"x" * 15 + b" \n", "deep-relu", "jdoe")


def test_file_and_variable_give_the_same_seed(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text(SECRET + "\r\n", encoding="utf-8")
    from_file = read_secret(str(tmp_path / "secret.key"), {})
    from_variable = read_secret("env:COURSE", {"COURSE": SECRET})
    assert seed_for(from_file, "a", "b") == seed_for(from_variable, "a", "b")


@pytest.mark.parametrize(
    ("seed", "source", "student", "assignment", "said"),
    [
        (None, "env:S", None, "deep-relu", "--student is missing"),
        (None, None, "jdoe", "deep-relu", "--seed-from is missing"),
        (3, "env:S", "jdoe", "deep-relu", "--seed and --seed-from contradict each other"),
        (None, "env:S", "jdoe", "", "--seed-from needs --assignment"),
        (None, "env:S", "  ", "deep-relu", "needs the student's name"),
        (None, "env:OTHER", "jdoe", "deep-relu", "the variable for the secret is not set"),
        (None, "no/such/file", "jdoe", "deep-relu", "the secret's file cannot be read"),
        (None, "a\0b", "jdoe", "deep-relu", "the secret's file cannot be read"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    seed: int | None, source: str | None, student: str | None, assignment: str, said: str
) -> None:
    with pytest.raises(GraderError, match=said):
        chosen_seed(seed, source, student, assignment, {"S": SECRET})


def test_a_secret_typed_by_mistake_is_not_repeated() -> None:
    for source in (SECRET, f"env:{SECRET}"):
        with pytest.raises(GraderError) as raised:
            chosen_seed(None, source, "jdoe", "deep-relu", {})
        assert SECRET not in str(raised.value)


def test_the_report_shows_the_seed_replays_with_it_and_holds_no_secret(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    own = ("--seed-from", "env:COURSE", "--student", "jdoe")
    done = cli(*TANH, *own, "--format", "json", COURSE=SECRET)
    seed = seed_for(SECRET.encode(), "shallow-tanh", "jdoe")
    assert json.loads(done.stdout)["grader"]["seed"] == seed
    assert SECRET not in done.stdout + done.stderr
    assert cli(*TANH, "--seed", str(seed), "--format", "json").stdout == done.stdout


def test_the_folder_of_an_assignment_counts_by_its_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    path = str(built_in("shallow-tanh").folder)
    own = ("--seed-from", "env:COURSE", "--student", "jdoe", "--format", "json")
    done = cli("check", "student.py", "-a", path, *own, COURSE=SECRET)
    seed = seed_for(SECRET.encode(), "shallow-tanh", "jdoe")
    assert json.loads(done.stdout)["grader"]["seed"] == seed


def test_a_seed_from_a_settings_file_gives_way(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "grader.toml").write_text("seed = 3\n", encoding="utf-8")
    own = ("--seed-from", "env:COURSE", "--student", "jdoe", "--format", "json")
    done = cli(*TANH, *own, COURSE=SECRET)
    assert json.loads(done.stdout)["grader"]["seed"] != 3


def test_what_is_graded_cannot_read_the_secret(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(SPY, encoding="utf-8")
    own = ("--seed-from", "env:COURSE", "--student", "jdoe", "--format", "json")
    report = json.loads(cli(*TANH, *own, COURSE=SECRET).stdout)
    assert SECRET not in json.dumps(report)
    assert "seen: None" in report["output"]
