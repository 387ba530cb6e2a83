"""What naming a cause costs, beside what any grading costs: in turns, in one run.

    python -m benchmarks.diagnosis [--programs 40] [--keep]

Wrong programs of each convention of the tests are compared with the truth, as every submission is,
then explained; between them a fresh Python process starts and does nothing. The times stand beside
each other in one run, so a ratio says the same on every machine; no test asks how long anything
takes. ``--keep`` writes the table to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import os

# One thread, before NumPy: as the grader runs.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from gradcheck_grader.answer import read_answer
from gradcheck_grader.comparison import compare
from gradcheck_grader.diagnosis.search.engine import explain
from gradcheck_grader.diagnosis.search.programs import Program, run
from tests.diagnosis.conventions import CONVENTIONS, Room, room
from tests.diagnosis.planting import random_programs
from tests.diagnosis.test_unknown import programs as foreign_programs

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "## Naming a cause"
STARTS_EVERY = 5  # programs between two fresh processes

Row = dict[str, list[float]]


def kinds(here: Room, count: int) -> dict[str, list[Program]]:
    """Return programs with one slip, with two, and with one that is not in the catalogue."""
    return {
        "one slip": [program for program, _ in random_programs(here, count, 1, seed=5)],
        "two slips": [program for program, _ in random_programs(here, count, 2, seed=4)],
        "a foreign slip": [program for _, program in foreign_programs(here)][:count],
    }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fresh_process() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def compare_all(here: Room, results: list[dict[str, np.ndarray]]) -> None:
    for trial, result in zip(here.bench.trials, results, strict=True):
        for name, entry in read_answer(here.part, trial, result).items():
            compare(trial, name, entry)


def measured(here: Room, every: list[Program]) -> Row:
    """Return the times of programs of one kind and convention; nothing has two turns in a row."""
    row: Row = {"explain": [], "compare": [], "start": []}
    for number, program in enumerate(every):
        with np.errstate(all="ignore"):
            results = [run(program, here.bench, t) for t in range(len(here.bench.trials))]
        cases = here.cases_of(results)
        row["compare"].append(seconds(lambda r=results: compare_all(here, r)))
        row["explain"].append(seconds(lambda c=cases: explain(here.part, c, here.bench)))
        if number % STARTS_EVERY == 0:
            row["start"].append(seconds(fresh_process))
    return row


def lines(rows: dict[tuple[str, str], Row]) -> Iterator[str]:
    """Yield the table: medians, and how many times as long as its neighbours a diagnosis takes."""
    yield "| convention | program | explain | 99 % | / comparison | / fresh Python |"
    yield "|---|---|--:|--:|--:|--:|"
    for (convention, kind), row in rows.items():
        median, most = (float(np.quantile(row["explain"], q)) for q in (0.5, 0.99))
        ratios = (median / statistics.median(row[name]) for name in ("compare", "start"))
        times = " | ".join(f"{1000 * item:.3g} ms" for item in (median, most))
        yield f"| {convention} | {kind} | {times} | {' | '.join(f'{r:.2g}' for r in ratios)} |"


def keep(text: str) -> None:
    """Replace our section of the results, or add it at the end."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    before, _, rest = old.partition(TITLE)
    _, heading, after = rest.partition("\n## ")
    RESULTS.write_text(f"{before.rstrip()}\n\n{text.rstrip()}\n{heading}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--programs", type=int, default=40, help="of each kind and convention")
    parser.add_argument("--keep", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args()
    rows: dict[tuple[str, str], Row] = {}
    for convention in CONVENTIONS:
        here = room(convention)
        for kind, every in kinds(here, options.programs).items():
            measured(here, every[:2])  # what is imported or made once
            rows[convention, kind] = measured(here, every)
    found = "\n".join(lines(rows))
    print(found)
    if options.keep:
        said = (
            f"`python -m benchmarks.diagnosis --programs {options.programs}`: medians of wall "
            f"times on Python {sys.version.split()[0]}, numpy {np.__version__}, in turns with the "
            "comparison of the same answers and with a fresh `python -c pass`."
        )
        keep(f"{TITLE}\n\n{said}\n\n{found}")


if __name__ == "__main__":
    main()
