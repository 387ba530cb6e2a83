"""The store: every result of a batch in one SQLite file, there as soon as it is found.

Written ahead (WAL), so that a kill at any moment leaves it whole with everything committed. A
commit does not wait for the disk: a loss of power may take the last results, which are then
graded again, and can spoil nothing.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gradcheck_grader.batch.changes import Change, grade_in_words, why
from gradcheck_grader.batch.conditions import Conditions
from gradcheck_grader.batch.graded import Entry, Graded, Person, person_as_json, person_of
from gradcheck_grader.batch.lock import Lock
from gradcheck_grader.batch.task import Answer
from gradcheck_grader.errors import GraderError
from gradcheck_grader.report_file import REPORT

FILE = "store.sqlite"
FORMAT = 1  # PRAGMA user_version
APPLICATION = 0x67636764  # PRAGMA application_id: "gcgd"
TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE results (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, conditions TEXT NOT NULL, present INTEGER NOT NULL,
    status TEXT NOT NULL, score INTEGER NOT NULL, max_score INTEGER NOT NULL,
    person TEXT NOT NULL, late INTEGER NOT NULL, seconds REAL NOT NULL, report TEXT NOT NULL
);
CREATE TABLE changes (
    key TEXT PRIMARY KEY, status TEXT NOT NULL, score INTEGER NOT NULL, max_score INTEGER NOT NULL,
    why TEXT NOT NULL
) WITHOUT ROWID;
"""


class StoredResults:
    """The finished results of a store, read anew on each walk, one at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM results WHERE present").fetchone()
        return int(count)

    @property
    def expected(self) -> int:
        """How many were handed in when grading began; 0 if nobody has said."""
        query = "SELECT value FROM facts WHERE name = 'expected'"
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    def __iter__(self) -> Iterator[Graded]:
        rows = self._connection.execute(
            "SELECT key, person, late, report, seconds FROM results WHERE present ORDER BY key"
        )
        for key, person, late, report, seconds in rows:
            made = REPORT.validate_json(report)
            yield Graded(key, person_of(person), bool(late), made, seconds)


class Store:
    """The results of a run, open for writing; made by `open_store`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.former: dict[str, str] = {}  # the key that the same person's work had before
        self.results = StoredResults(connection)

    def fact(self, name: str) -> str | None:
        """Return something that the run before left, such as its seed."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, **facts: object) -> None:
        """Leave facts for the next run."""
        with self._connection:
            self._remember(facts)

    def _remember(self, facts: dict[str, object]) -> None:
        rows = [(name, str(value)) for name, value in facts.items()]
        self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)

    def begin(self, seed: int, *, regrade: bool) -> int:
        """Begin a run, or go on with one that was interrupted; return its round.

        A regrading that was interrupted is gone on with, whether or not it is asked for again.
        """
        number = int(self.fact("round") or 0)
        is_over = self.fact("running") != "yes"
        if regrade and (is_over or self.fact("regrading") != "yes"):
            number += 1
        regrading = regrade or (not is_over and self.fact("regrading") == "yes")
        with self._connection:
            if is_over:
                self._connection.execute("DELETE FROM changes")
            self._remember({"seed": seed, "round": number, "running": "yes"})
            self._remember({"regrading": "yes" if regrading else "no"})
        return number

    def end(self) -> None:
        """Say that the run came to its end: everything is graded."""
        self.remember(running="no", regrading="no")

    def valid(self, conditions: Conditions) -> dict[str, str]:
        """Return the digest of each submission whose result was found under these conditions.

        What could not be graded is not among them: the next run tries it again.
        """
        rows = self._connection.execute(
            "SELECT key, digest FROM results WHERE conditions = ? AND status = 'graded'",
            (conditions.text(),),
        )
        return dict(rows.fetchall())

    def outdated(self, conditions: Conditions, keys: Container[str]) -> tuple[int, list[str]]:
        """Return how many of these were graded under others, and in words what has changed."""
        rows = self._connection.execute(
            "SELECT key, conditions FROM results WHERE conditions != ?", (conditions.text(),)
        )
        texts = Counter(text for key, text in rows if key in keys)
        count, changed = 0, set[str]()
        for text, number in texts.items():
            if words := conditions.changed_since(text):  # else it is --regrade alone
                count += number
                changed.update(words)
        return count, sorted(changed)

    def shown(self) -> set[str]:
        """Return the keys of what is in the outputs of the run before."""
        return {key for (key,) in self._connection.execute("SELECT key FROM results WHERE present")}

    def people(self) -> dict[str, Person]:
        """Return who is behind each result, also of what is handed in no more; oldest first."""
        rows = self._connection.execute("SELECT key, person FROM results ORDER BY rowid")
        return {key: person_of(person) for key, person in rows}

    def keep(self, entries: Iterable[Entry]) -> None:
        """Have these results, and no others, in the outputs; people as they are known now."""
        rows = [(person_as_json(item.person), item.late, item.key) for item in entries]
        with self._connection:
            self._connection.execute("UPDATE results SET present = 0")
            self._connection.executemany(
                "UPDATE results SET present = 1, person = ?, late = ? WHERE key = ?", rows
            )

    def put(self, entry: Entry, answer: Answer, conditions: Conditions) -> None:
        """Commit one result."""
        before = self._connection.execute(
            "SELECT digest, conditions, status, score, max_score FROM results WHERE key = ?",
            (self.former.get(entry.key, entry.key),),
        ).fetchone()
        row = (
            *(entry.key, answer.digest, conditions.text(), True),
            *(answer.status, answer.score, answer.max_score),
            *(person_as_json(entry.person), entry.late, answer.seconds, answer.report),
        )
        with self._connection:
            if before is not None:
                digest, text, *grade = before
                reason = why(digest != answer.digest, conditions.changed_since(text), grade[0])
                # The first of a run that was interrupted is what a person has seen.
                self._connection.execute(
                    "INSERT OR IGNORE INTO changes VALUES (?, ?, ?, ?, ?)",
                    (entry.key, *grade, reason),
                )
            marks = ", ".join("?" * len(row))
            self._connection.execute(f"INSERT OR REPLACE INTO results VALUES ({marks})", row)

    def changes(self) -> Iterator[Change]:
        """Yield every result of this run that is another one than before, sorted by key."""
        rows = self._connection.execute(
            "SELECT c.key, c.status, c.score, c.max_score, r.status, r.score, r.max_score, c.why"
            " FROM changes c JOIN results r USING (key) WHERE r.present"
            " AND (c.status, c.score, c.max_score) != (r.status, r.score, r.max_score)"
            " ORDER BY c.key"
        )
        for key, *grades, reason in rows:
            yield Change(key, grade_in_words(*grades[:3]), grade_in_words(*grades[3:]), reason)

    def not_graded(self) -> int:
        """Return how many could not be graded."""
        return self._count("status != 'graded'")

    def below(self, percent: float) -> int:
        """Return how many got less than so many percent of their points."""
        return self._count("status = 'graded' AND 100.0 * score < ? * max_score", percent)

    def _count(self, condition: str, *values: float) -> int:
        query = f"SELECT count(*) FROM results WHERE present AND {condition}"
        return int(self._connection.execute(query, values).fetchone()[0])


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """Open the store of a folder for writing, and make it if there is none.

    Raises
    ------
    GraderError
        If another run writes to it, or its file is not one that this version can read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraderError(f"{folder} cannot be made: {error.strerror}", where="--output") from error
    path = folder / FILE
    with Lock(folder), closing(_connect(path, "rwc")) as connection, _readable(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _prepare(connection, path)
        yield Store(connection)


@contextmanager
def open_results(folder: Path) -> Iterator[StoredResults]:
    """Open the results of a folder for reading, also while a run goes on.

    Raises
    ------
    GraderError
        If there is no store, or it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise GraderError(
            f"{folder} holds no {FILE}",
            remedy="Give the folder that `grader batch` wrote: the one of its --output.",
        )
    with closing(_connect(path, _mode(folder))) as connection, _readable(path):
        _demand_format(connection, path)
        yield StoredResults(connection)


def _mode(folder: Path) -> str:
    """Return how a store is opened for reading: where nothing can be written, as a plain file."""
    if os.access(folder, os.W_OK):
        return "rw"  # SQLite keeps a file beside it, in which readers are counted
    log = folder / f"{FILE}-wal"
    if log.is_file() and log.stat().st_size:
        raise GraderError(
            f"{folder} is read-only, and its run has not ended",
            remedy="Copy the whole folder to where you may write, and give that.",
        )
    return "ro&immutable=1"


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)
    except sqlite3.Error as error:
        raise GraderError(f"{path} cannot be opened: {error}", where="--output") from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one clear error."""
    try:
        yield
    except sqlite3.Error as error:
        raise GraderError(
            f"the store cannot be used: {error}",
            where=str(path),
            remedy="Is the disk full? If the file is damaged, move it away and grade again.",
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        script = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};"
        connection.executescript(f"BEGIN; {TABLES} {script} COMMIT;")
    _demand_format(connection, path)


def _demand_format(connection: sqlite3.Connection, path: Path) -> None:
    found = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    ]
    if found != [APPLICATION, FORMAT]:
        raise GraderError(
            "the store was not made by this version of the grader",
            where=str(path),
            remedy="Give another folder: --output DIR",
        )
