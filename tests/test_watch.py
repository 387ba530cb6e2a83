"""``--watch``: each save is noticed once, whatever the editor does, and one screen tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from gradcheck_grader.cli.watch import failed
from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.only import only
from gradcheck_grader.reports.compact import render
from gradcheck_grader.reports.style import Style
from gradcheck_grader.watch import AWAY, EVERY, STILL, Stamp, saves, stamp
from tests.conftest import Cli, Grade, built_in

EXAMPLES = built_in("shallow-tanh").folder / "examples"
RIGHT = (EXAMPLES / "right.py").read_text(encoding="utf-8")
WRONG = (EXAMPLES / "wrong_mean_forgotten.py").read_text(encoding="utf-8")
HIDDEN = (EXAMPLES / "wrong_hidden_slope_forgotten.py").read_text(encoding="utf-8")
TWO_PARTS = built_in("backprop").folder / "examples" / "wrong_two_layers_only.py"
CHECK = ("check", "student.py", "-a", "shallow-tanh", "--seed", "3", "--watch")


def at(moment: int) -> Stamp:
    return (("student.py", moment, 1, 1),)


class EndOfFilmError(Exception):
    """All looks have been taken."""


def events(*film: int | None) -> tuple[list[str], list[float]]:
    """Return what is told of a file that has these times, look by look, and the pauses made."""
    looks, pauses, told = iter(film), [], []

    def look() -> Stamp | None:
        moment = next(looks, EndOfFilmError)
        if moment is EndOfFilmError:
            raise EndOfFilmError
        return None if moment is None else at(moment)  # type: ignore[arg-type]

    try:
        for event in saves(look, pauses.append):
            told.append(event)  # noqa: PERF402 - what was told before the end is kept
    except EndOfFilmError:
        pass
    return told, pauses


def test_the_file_is_graded_at_first_and_then_at_each_save_alone() -> None:
    assert events(1, 1, 1, 1, 1)[0] == ["saved"]
    assert events(1, 1, 1, 2, 2, 2, 3, 3)[0] == ["saved", "saved", "saved"]


def test_a_file_that_is_still_being_written_is_waited_for() -> None:
    assert events(1, 1, 2, 3, 4, 5, 6, 6)[0] == ["saved", "saved"]
    assert events(1, 1, 2, 3)[0] == ["saved"]


def test_a_file_that_is_replaced_is_noticed_even_with_time_and_size_as_before() -> None:
    stamps = iter([at(1), at(1), (("student.py", 1, 1, 2),), (("student.py", 1, 1, 2),)])
    assert list(islice(saves(lambda: next(stamps), lambda _: None), 2)) == ["saved", "saved"]


def test_a_file_that_an_editor_deletes_for_a_moment_is_not_called_gone() -> None:
    assert events(1, 1, None, None, 2, 2)[0] == ["saved", "saved"]
    assert events(1, 1, None, 1, 1)[0] == ["saved"]
    assert events(1, 1, 2, None, 2, 2)[0] == ["saved", "saved"]


def test_a_file_that_stays_away_is_said_to_be_gone_once_and_graded_when_it_is_back() -> None:
    gone = [None] * (3 * AWAY)
    assert events(1, 1, *gone, 1, 1)[0] == ["saved", "gone", "saved"]


def test_between_looks_it_sleeps() -> None:
    assert events(1, 1, 1, 1)[1] == [STILL, EVERY, EVERY]


def test_a_stamp_changes_with_the_file_and_with_modules_beside_it(tmp_path: Path) -> None:
    file, beside = tmp_path / "student.py", tmp_path / "helper.py"
    assert stamp(file) is None
    file.write_text("a", encoding="utf-8")
    seen = [stamp(file)]
    file.write_text("ab", encoding="utf-8")
    seen.append(stamp(file))
    beside.write_text("a", encoding="utf-8")
    seen.append(stamp(file))
    os.utime(beside, ns=(1, 1))
    seen.append(stamp(file))
    (tmp_path / "new").write_text("ab", encoding="utf-8")
    os.replace(tmp_path / "new", file)
    seen.append(stamp(file))
    assert len(set(seen)) == 5
    (tmp_path / "notes.txt").write_text("a", encoding="utf-8")
    assert stamp(file) == seen[-1]


def test_a_folder_s_stamp_is_that_of_its_sources(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "student.py").write_text("a", encoding="utf-8")
    before = stamp(tmp_path)
    (tmp_path / "inner" / "student.py").write_text("ab", encoding="utf-8")
    assert stamp(tmp_path) != before


def test_a_folder_s_stamp_looks_only_where_a_submission_is_read(tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text("a", encoding="utf-8")
    for tool in (".venv", "__pycache__", "node_modules"):
        (tmp_path / tool).mkdir()
        before = stamp(tmp_path)
        (tmp_path / tool / "made.py").write_text("a", encoding="utf-8")
        assert stamp(tmp_path) == before


def test_folders_that_come_and_go_do_not_end_the_watching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "student.py").write_text("a", encoding="utf-8")
    (tmp_path / "other.py").write_text("a", encoding="utf-8")
    real, gone = os.scandir, tmp_path / "gone"

    def scandir(path: str | os.PathLike[str]) -> object:
        """List a folder that is gone before its own turn comes."""
        if Path(path) == gone:
            gone.rmdir()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    gone.mkdir()
    there = stamp(tmp_path)
    assert not gone.exists()
    assert there is not None
    assert [name for name, *_ in there] == [tmp_path.name, "other.py", "student.py"]


def test_a_file_whose_folder_goes_while_it_is_looked_at_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "student.py").write_text("a", encoding="utf-8")

    def gone(*_: object) -> Iterator[Path]:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "glob", gone)
    assert stamp(tmp_path / "student.py") is None


PLAIN = Style(unicode=False)


def test_the_screen_shows_signs_score_and_the_first_cause_with_its_line(grade_text: Grade) -> None:
    screen = render(grade_text(WRONG), Style(), "saved 14:02:51")
    assert screen.splitlines() == [
        "student.py                                                        saved 14:02:51",
        "",
        "  ✗ dW2  ✓ db2  ✓ dW1  ✓ db1",
        "",
        "  Score 75 / 100  ███████████████░░░░░",
        "",
        "  ✗  The average over the examples is missing                       missing-mean",
        "     in dW2",
        "     The gradient adds the examples up where the loss averages them: a factor m",
        "     too many.",
        "",
        "     line 14 │ dW2 = np.dot(dZ2, A1.T)",
    ]


def test_the_screen_says_what_changed_since_the_last_save(grade_text: Grade) -> None:
    wrong, hidden, right = (grade_text(text) for text in (WRONG, HIDDEN, RIGHT))
    gained = render(right, PLAIN, before=wrong)
    assert "+25 since the last save" in gained
    assert "Now right: dW2\n" in gained
    assert "Every gradient is right." in gained
    mixed = render(hidden, PLAIN, before=wrong)
    assert "-25 since the last save" in mixed
    assert "Now right: dW2\n" in mixed
    assert "No longer right: dW1, db1\n" in mixed
    same = render(wrong, PLAIN, before=wrong)
    assert "the same as at the last save" in same
    assert "right:" not in same


def test_what_is_wrong_with_a_path_is_shown_without_what_a_terminal_obeys() -> None:
    error = GraderError("\x1b]0;title\x07.py has 6.0 MB", remedy="Clear it.")
    shown = failed(Path("a\x1b[2Jb.py"), error)
    assert "a\\x1b[2Jb.py" in shown
    assert "  Clear it.\n" in shown
    assert all(sign.isprintable() for sign in shown.replace("\n", ""))


def test_two_parts_have_a_line_each_and_fit_the_width(grade_text: Grade) -> None:
    report = grade_text(TWO_PARTS.read_text(encoding="utf-8"), "backprop")
    lines = render(report, Style(width=60)).splitlines()
    assert lines[2].startswith("  shallow  ✓ dW2  ✓ db2")
    assert lines[3].startswith("  deep     – dW5  – db5")
    assert lines[4].startswith("           ")
    assert all(len(line) <= 60 for line in lines)


def test_what_stops_the_code_comes_first_and_further_causes_are_counted(grade_text: Grade) -> None:
    broken = render(grade_text(RIGHT + "\ndef ("), PLAIN)
    assert "SyntaxError" in broken
    assert "line " in broken
    assert "The function was not found" in render(grade_text("x = 1\n"), PLAIN)
    both = WRONG.replace(
        "dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))", "dZ1 = np.dot(W2.T, dZ2)"
    )
    report = grade_text(both)
    assert len({item.id for item in report.findings if item.severity == "mistake"}) == 2
    screen = render(report, PLAIN)
    assert f"and 1 more cause; for all of them:\n     {report.replay}" in screen


def test_what_was_not_graded_loses_no_points(grade_text: Grade) -> None:
    report = replace(grade_text(WRONG), status="not graded", findings=())
    assert "Not graded: no points are lost." in render(report, PLAIN)
    later = render(grade_text(WRONG), PLAIN, before=report)
    assert "since the last save" not in later


def test_only_some_gradients_can_be_watched(grade_text: Grade) -> None:
    report: GradeReport = only(grade_text(WRONG), ["dW1"])
    assert "Score 25 / 25" in render(report, PLAIN)


Screens = Iterator[str]
Watching = Callable[..., tuple["subprocess.Popen[str]", Screens]]


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """Return a function that starts the command, and gives its screens one after another."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> tuple[subprocess.Popen[str], Screens]:
        process = subprocess.Popen(
            [sys.executable, "-m", "gradcheck_grader", *arguments],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process, screens(process)

    yield start
    for process in started:
        process.kill()
        process.communicate()


def save(file: Path, text: str) -> None:
    """Write a file as most editors do: another one, renamed."""
    (file.parent / "new").write_text(text, encoding="utf-8")
    os.replace(file.parent / "new", file)


def screens(process: subprocess.Popen[str]) -> Screens:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("  Waiting for changes."):
            yield "".join(lines)
            lines = []


def test_the_command_follows_a_file_through_mistakes_and_ends_with_0(
    watching: Watching, tmp_path: Path
) -> None:
    file = tmp_path / "student.py"
    file.write_text(WRONG, encoding="utf-8")
    process, shown = watching(*CHECK)
    assert "Score 75 / 100" in next(shown)
    save(file, RIGHT)
    better = next(shown)
    assert "+25 since the last save" in better
    assert "\x1b" not in better  # no terminal, so nothing is cleared
    save(file, RIGHT + "\ndef (")
    assert "SyntaxError" in next(shown)
    file.unlink()
    assert "student.py is gone" in next(shown)
    save(file, "#" * (6 * 2**20))
    assert "the limit is 2 MB" in next(shown)
    save(file, HIDDEN)
    assert "Score 50 / 100" in next(shown)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "json"), "leave out --format"),
        (("--report", "json=r.json"), "leave out --report"),
        (("--sign", "k.pem", "--quiet"), "leave out --quiet and --sign"),
        (("--example", "dW1", "--save-case", "c.npz"), "leave out --example and --save-case"),
        (("--only", "dX"), "there is no gradient 'dX'"),
    ],
)
def test_options_that_make_no_sense_beside_it_are_refused(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    done = cli(*CHECK, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_is_not_there_is_not_waited_for(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "studnt.py").write_text(RIGHT, encoding="utf-8")
    done = cli(*CHECK)
    assert done.returncode == 2
    assert "did you mean studnt.py?" in done.stderr


def test_one_warm_sandbox_and_one_exam_serve_all_rounds(tmp_path: Path) -> None:
    from gradcheck_grader.check import Checker
    from gradcheck_grader.settings import Settings

    file = tmp_path / "student.py"
    options = Settings(assignment="shallow-tanh", seed=3)
    with Checker("auto", {}) as checker:
        file.write_text(WRONG, encoding="utf-8")
        first = checker.check(file, options).report
        sandbox, exams = checker._sandbox, dict(checker._exams)
        file.write_text(RIGHT, encoding="utf-8")
        second = checker.check(file, options).report
        assert checker._sandbox is sandbox
        assert [*checker._exams.values()] == [*exams.values()]
    assert (first.score, second.score) == (75, 100)


def test_an_assignment_that_was_changed_is_made_ready_anew(tmp_path: Path) -> None:
    import shutil

    from gradcheck_grader.check import Checker
    from gradcheck_grader.settings import Settings

    folder = tmp_path / "mine"
    shutil.copytree(built_in("shallow-tanh").folder, folder)
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    options = Settings(assignment=str(folder), seed=3)
    with Checker("auto", {}) as checker:
        assert checker.check(tmp_path / "student.py", options).report.gradients[0].trials == 12
        file = folder / "assignment.toml"
        file.write_text(file.read_text("utf-8").replace("trials = 12", "trials = 5"), "utf-8")
        assert checker.check(tmp_path / "student.py", options).report.gradients[0].trials == 5
