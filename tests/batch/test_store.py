"""The store: results are there at once, and only one run writes."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck_grader.batch import lock
from gradcheck_grader.batch.conditions import Conditions, conditions_of
from gradcheck_grader.batch.graded import Entry, Person
from gradcheck_grader.batch.store import FILE, Store, open_results, open_store
from gradcheck_grader.batch.task import Answer
from gradcheck_grader.errors import GraderError
from gradcheck_grader.reports.json import as_line
from tests.batch import made
from tests.conftest import built_in

NOW = Conditions("a" * 64, "1", 7, "{}", "kernel", all_parts=False, round=0)


def answer(key: str, *wrong: str, digest: str = "d", status: str = "graded") -> Answer:
    report = made.report(key, wrong, status=status)
    return Answer(
        key,
        digest,
        report.status,
        report.score,
        report.max_score,
        report.all_correct,
        as_line(report),
        0.5,
    )


def entry(key: str, name: str = "") -> Entry:
    return made.entry(made.graded(Person(name or key), made.report(key)))


def put(store: Store, key: str, *wrong: str, now: Conditions = NOW, **more: str) -> None:
    store.put(entry(key), answer(key, *wrong, **more), now)


def test_results_come_back_whole_and_sorted_by_key(tmp_path: Path) -> None:
    group = Person("Ann and Bob", members=(Person("Ann", "1"), Person("Bob", "2")))
    with open_store(tmp_path) as store:
        put(store, "b/student.py")
        put(store, "Ä.py", "dW1")
        one = replace(entry("a.py"), person=group, late=True)
        store.put(one, answer("a.py"), NOW)
        found = list(store.results)
        assert len(store.results) == 3
    assert [item.key for item in found] == sorted(["a.py", "b/student.py", "Ä.py"])
    assert found[0].person == group
    assert found[0].late
    assert [item.report for item in found] == [
        made.report("a.py"),
        made.report("b/student.py"),
        made.report("Ä.py", ["dW1"]),
    ]


def test_a_result_is_there_for_others_as_soon_as_it_is_put(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for count in range(3):
            put(store, f"{count}.py")
            with open_results(tmp_path) as results:
                assert len(results) == count + 1


def test_a_second_run_is_refused_and_a_killed_one_is_not_in_the_way(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from gradcheck_grader.batch.store import open_store\n"
        "with open_store(pathlib.Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(GraderError) as caught, open_store(tmp_path):
            pass
        assert f"another run is writing to {tmp_path} (process {other.pid})" in str(caught.value)
        other.kill()
        other.wait()
        with open_store(tmp_path) as store:
            assert len(store.results) == 0


def test_a_folder_that_cannot_be_locked_is_not_said_to_be_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", no_locks)
    with pytest.raises(GraderError) as caught, open_store(tmp_path):
        pass
    assert str(caught.value).startswith(f"error: {tmp_path} cannot be locked: No locks available")


def test_a_lock_needs_nothing_that_windows_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pwrite", "pread", "O_CLOEXEC"):
        monkeypatch.delattr(os, name, raising=False)
    with lock.Lock(tmp_path):
        assert (tmp_path / lock.NAME).read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"something else" * 100)
    with pytest.raises(GraderError, match="the store cannot be used"), open_store(tmp_path):
        pass


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(GraderError, match="not made by this version"), open_store(tmp_path):
        pass
    with pytest.raises(GraderError, match="not made by this version"), open_results(tmp_path):
        pass


def test_a_folder_without_a_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=f"holds no {FILE}"), open_results(tmp_path):
        pass


def test_a_result_is_valid_under_its_own_conditions_alone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, "a.py", digest="one")
        put(store, "b.py", status="not graded")
        assert store.valid(NOW) == {"a.py": "one"}
        assert store.valid(replace(NOW, seed=8)) == {}
        assert store.not_graded() == 1


def test_what_has_left_is_not_shown_and_may_come_back(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, "a.py")
        put(store, "b.py")
        store.keep([entry("b.py", "Bob now has a name")])
        assert [item.person.name for item in store.results] == ["Bob now has a name"]
        assert set(store.valid(NOW)) == {"a.py", "b.py"}
        store.keep([entry("a.py"), entry("b.py")])
        assert len(store.results) == 2


def test_a_change_names_its_reasons(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.begin(7, regrade=False)
        for key in ("other-file.py", "other-seed.py", "same.py"):
            put(store, key, "dW1")
        put(store, "fault.py", status="not graded")
        store.end()
        store.begin(8, regrade=True)
        put(store, "same.py", "dW1")
        put(store, "fault.py")
        put(store, "other-file.py", digest="e")
        put(store, "other-seed.py", now=replace(NOW, seed=8, version="2"))
        assert [(item.key, item.before, item.after, item.why) for item in store.changes()] == [
            ("fault.py", "not graded", "100/100", "graded now"),
            ("other-file.py", "75/100", "100/100", "changed: the submission"),
            ("other-seed.py", "75/100", "100/100", "changed: the grader's version, the seed"),
        ]
        store.end()
        store.begin(8, regrade=False)
        assert list(store.changes()) == []


def test_a_regrading_that_was_interrupted_goes_on(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.begin(7, regrade=False) == 0
        store.end()
        assert store.begin(7, regrade=True) == 1
    with open_store(tmp_path) as store:
        assert store.begin(7, regrade=False) == 1
    with open_store(tmp_path) as store:
        assert store.begin(7, regrade=True) == 1
        store.end()
        assert store.begin(7, regrade=True) == 2


def test_only_what_matters_for_grades_is_a_condition() -> None:
    def made_of(assignment: str = "shallow-tanh", **more: float) -> Conditions:
        return conditions_of(built_in(assignment), more, 7, "kernel", False, 0)

    assert made_of() == made_of()
    assert made_of() == made_of(seconds=10)
    assert made_of().changed_since(made_of(seconds=5).text()) == ["the limits"]
    assert made_of("shallow-sigmoid").changed_since(made_of().text()) == ["the assignment"]


def test_results_are_read_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        put(store, "a.py")
        store.remember(expected=3)
        monkeypatch.setattr("os.access", lambda *_: False)
        with (
            pytest.raises(GraderError, match="is read-only, and its run has not ended"),
            open_results(tmp_path),
        ):
            pass
    files = sorted(tmp_path.iterdir())
    with open_results(tmp_path) as results:
        assert [item.key for item in results] == ["a.py"]
        assert results.expected == 3
    assert sorted(tmp_path.iterdir()) == files
