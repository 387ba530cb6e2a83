"""How far a batch is, on stderr: a bar on a terminal, else a line each tenth."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from gradcheck_grader.choices import Colour
from gradcheck_grader.errors import visible
from gradcheck_grader.models import Status

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


@dataclass
class Counts:
    """What has come of a run so far."""

    total: int
    kept: int = 0
    graded: int = 0
    wrong: int = 0
    not_graded: int = 0
    start: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Submissions that have a result, also of an earlier run."""
        return self.kept + self.graded

    def add(self, status: Status, all_correct: bool) -> None:
        """Count one result."""
        self.graded += 1
        self.not_graded += status != "graded"
        self.wrong += status == "graded" and not all_correct

    def words(self) -> str:
        """Return what is said beside the count."""
        seconds = time.monotonic() - self.start
        parts = [f"{self.wrong} wrong", f"{self.not_graded} not graded"]
        if self.graded and seconds:
            parts.append(f"{self.graded / seconds:.1f}/s")
            left = (self.total - self.done) * seconds / self.graded
            parts.append(f"{_time(left)} left" if self.done < self.total else _time(seconds))
        return ", ".join(parts)


class Progress(Protocol):
    """Where a run says how far it is."""

    def note(self, words: str) -> None:
        """Say something that a person should know; called before the counts are shown."""

    def show(self, counts: Counts) -> None:
        """Show the counts as they are; called often."""

    def close(self) -> None:
        """Leave the terminal in order."""


class Silent:
    """Says nothing."""

    def note(self, words: str) -> None:
        """Say nothing."""

    def show(self, counts: Counts) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Do nothing."""


class Lines:
    """A plain line each tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._tenth = 0

    def note(self, words: str) -> None:
        """Print it."""
        print(f"note: {visible(words)}", file=self._stream, flush=True)

    def show(self, counts: Counts) -> None:
        """Print a line if another tenth is done."""
        if not counts.total or not counts.graded:
            return
        tenth = 10 * counts.done // counts.total
        if tenth > self._tenth:
            self._tenth = tenth
            done = f"{counts.done} of {counts.total} graded"
            print(f"{done}, {counts.words()}", file=self._stream, flush=True)

    def close(self) -> None:
        """Do nothing."""


class Bar:
    """A bar of rich; it is drawn from the run's own loop, since a fork must find no thread."""

    def __init__(self, stream: TextIO, colour: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(file=stream, no_color=not colour, highlight=False)
        self._bar: RichProgress = Progress(
            TextColumn("Grading"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            auto_refresh=False,
            transient=True,
        )
        self._stream = stream
        self._task: TaskID | None = None
        self._shown = 0.0

    def note(self, words: str) -> None:
        """Print it above the bar."""
        print(f"note: {visible(words)}", file=self._stream, flush=True)

    def show(self, counts: Counts) -> None:
        """Draw the bar anew, ten times a second at most."""
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("", total=counts.total)
        now = time.monotonic()
        if now - self._shown >= 0.1 or counts.done == counts.total:
            self._shown = now
            self._bar.update(self._task, completed=counts.done, description=counts.words())
            self._bar.refresh()

    def close(self) -> None:
        """Take the bar away and show the cursor again."""
        if self._task is not None:
            self._bar.stop()


def progress_for(quiet: bool, colour: Colour) -> Progress:
    """Return the way that suits standard error."""
    if quiet:
        return Silent()
    if not sys.stderr.isatty():
        return Lines(sys.stderr)
    from gradcheck_grader.reports.style import style_for

    return Bar(sys.stderr, style_for(sys.stderr, colour).colour)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
