"""Numerical gradients side by side, in one run: time, memory, error, and what each lets pass.

    python -m benchmarks.numerical [--rounds 5] [--hidden relu tanh] [--full] [--keep]

All methods run in turn in every round, one thread each, so that a ratio compares like with like.
Loops over the entries run on a slice of the two large networks and are scaled ("~"); ``--full``
runs them whole, which takes minutes. ``--keep`` writes the tables to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import os

# One thread, before NumPy: a comparison of algorithms, not of thread pools.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import argparse
import dataclasses
import datetime
import gc
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck_grader.reference.by_node import NodeMethod, Workspace, node_gradient
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.reference.finite_difference import differentiate
from gradcheck_grader.reference.network import backward, forward
from gradcheck_grader.reference.rounding import error_bound, tolerance

from .acceptance import acceptance_table
from .networks import Case, cases, oracle
from .peers import FULL, ONE_DIRECTION, Peer, installed, quiet, torch_last_weight
from .study import study_table

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "## Numerical gradients"
SLICE = 600
SHORTEST = 0.02  # seconds of one measurement; shorter calls are repeated


def by_node(method: NodeMethod) -> Callable[[Case], Callable[[], Any]]:
    """Ours by node: forward pass, derivative of every parameter."""

    def prepare(case: Case) -> Callable[[], Any]:
        workspace, problem = Workspace(), case.problem
        return lambda: node_gradient(problem, forward(problem), method, workspace=workspace)

    return prepare


def by_parameter(case: Case) -> Callable[[], Any]:
    """Ours by parameter: the independent witness."""
    return lambda: parameter_gradient(case.problem)


def any_function(case: Case) -> Callable[[], Any]:
    """Ours for any function: the textbook loss as a black box, the checked complex step."""

    def gradient() -> Any:
        def loss(part: Any) -> Any:
            theta = case.theta.astype(part.dtype)
            theta[case.entries] = part
            return case.loss(theta)

        return differentiate(loss, case.theta[case.entries]).values

    return gradient


OURS = (
    Peer("ours, node, tangent", "numpy", by_node("tangent"), slices=False),
    Peer("ours, node, complex step", "numpy", by_node("complex"), slices=False),
    Peer("ours, node, central order 2", "numpy", by_node("central2"), slices=False),
    Peer("ours, node, central order 4", "numpy", by_node("central4"), slices=False),
    Peer("ours, parameter, complex step", "numpy", by_parameter, slices=False),
    Peer("ours, any function", "numpy", any_function),
)


@dataclasses.dataclass
class Row:
    """What was measured of one method on one network."""

    name: str
    run: Callable[[], Any]
    scale: float = 1.0
    entries: Any = None
    times: list[float] = dataclasses.field(default_factory=list)
    error: float | None = None
    memory: int | None = None

    @property
    def seconds(self) -> float:
        return statistics.median(self.times)


def measure(run: Callable[[], Any]) -> float:
    """Return the CPU seconds of one call, repeated until the clock can tell.

    CPU time and not time on the wall: other work on the machine then costs cache, but no wait.
    """
    repeats, start = 0, time.process_time()
    while True:
        run()
        repeats += 1
        if (passed := time.process_time() - start) >= SHORTEST:
            return passed / repeats


def row(peer: Peer, case: Case, full: bool) -> Row:
    entries = np.arange(case.theta.size) if full else case.entries
    part = case
    if peer.slices:
        part = dataclasses.replace(case, entries=entries[:: 1 if full else peer.share])
    if peer.name == "torch gradcheck slow" and not full and case.scale > 1:
        last = case.problem.parameters[f"W{case.problem.network.depth}"].size
        return Row(peer.name, torch_last_weight(case), scale=case.theta.size / last)
    return Row(peer.name, peer.prepare(part), part.scale if peer.slices else 1.0, part.entries)


def run_rows(rows: list[Row], case: Case, rounds: int) -> None:
    """Measure all rows in turn, then error and memory of each, apart from the clock."""
    truth = oracle(case)
    for item in rows:
        quiet(item.run)
    for _ in range(rounds):
        for item in rows:
            gc.collect()
            item.times.append(item.scale * quiet(partial(measure, item.run)))
    for item in rows:
        tracemalloc.start()
        found = quiet(item.run)
        item.memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if isinstance(found, dict):
            found = case.flat(found)
        if found is not None:
            expected = truth if found.size == truth.size else truth[item.entries]
            distance = np.linalg.norm(found - expected)
            size = np.linalg.norm(found.astype(expected.dtype)) + np.linalg.norm(expected)
            item.error = float(distance / size)
        if item.name.startswith(("torch", "JAX")):
            item.memory = None  # their memory is not Python's


def seconds(value: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if value * factor >= 1.0 or unit == "µs":
            return f"{value * factor:.3g} {unit}"
    raise AssertionError


def table(case: Case, rows: list[Row]) -> str:
    by_name = {item.name: item.seconds for item in rows}
    base = by_name["textbook double loop"]
    peers = [peer.name for peer in FULL if peer.name in by_name]
    best = min(peers, key=lambda name: by_name[name])
    network = case.problem.network
    lines = [
        f"### {list(network.widths)}, m = {case.problem.m}, {case.theta.size} parameters, "
        f"hidden {network.activations[0]}",
        "",
        f"Best peer that gives or checks every entry: {best}.",
        "",
        "| method | time | textbook / it | best peer / it | error | memory |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for item in rows:
        scaled = "~" if item.scale > 1 else ""
        memory = "" if item.memory is None else f"{item.memory / 1e6:.2g} MB"
        lines.append(
            f"| {item.name} | {scaled}{seconds(item.seconds)} | {base / item.seconds:,.3g} "
            f"| {by_name[best] / item.seconds:,.3g} "
            f"| {'' if item.error is None else f'{item.error:.1e}'} | {memory} |"
        )
    return "\n".join(lines)


def parts(case: Case) -> list[Row]:
    """Return what a trial and a submission cost besides the numerical gradient."""
    problem, cache = case.problem, forward(case.problem)
    gradients, deltas = backward(problem, cache)
    bound = partial(error_bound, problem, cache, deltas)
    bounds = bound()
    allowed = {name: tolerance(bounds[name]) for name in gradients}
    found = {name: values * (1 + 2.0**-52) for name, values in gradients.items()}
    return [
        Row("our forward pass", lambda: nothing(forward(problem))),
        Row("our backpropagation", lambda: nothing(backward(problem, cache))),
        Row(
            "our rounding bound, once a trial", lambda: error_bound(problem, cache, deltas) and None
        ),
        Row(
            "our comparison of one submission",
            lambda: nothing(
                all((np.abs(found[n] - gradients[n]) <= allowed[n]).all() for n in found)
            ),
        ),
    ]


def nothing(_: Any) -> None:
    """Keep a result that is no gradient from being taken for one."""


def one_network(case: Case, options: argparse.Namespace) -> str:
    chosen = [peer for peer in (*FULL, *OURS, *ONE_DIRECTION) if installed(peer.module)]
    rows = []
    for peer in chosen:
        if peer.name == "ours, parameter, complex step" and case.theta.size > 10_000:
            continue  # a witness for small networks
        rows.append(row(peer, case, options.full))
    rows += parts(case)
    run_rows(rows, case, options.rounds)
    return table(case, rows)


def setting(options: argparse.Namespace) -> str:
    versions = [
        f"{name} {metadata.version(name)}" if installed(name) else f"no {name}"
        for name in ("numpy", "scipy", "numdifftools", "torch", "jax")
    ]
    return (
        f"{TITLE}\n\n"
        f"`python -m benchmarks.numerical`, {datetime.date.today():%Y-%m-%d}, {machine()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}; one thread.\n\n"
        f"Median CPU times of {options.rounds} rounds in which all methods take turns. A ratio "
        "above 1 says how many times faster a method is than the textbook loop or the best peer. "
        f"`~`: measured on a slice of {SLICE} entries (numdifftools on every 20th of them, torch "
        "on the last weight matrix) and scaled. Ours include the forward pass. Error: normwise, "
        "||a-b|| / (||a||+||b||), against long-double backpropagation. Memory: peak of Python's "
        "allocator in one call. torch and JAX also run their own backward pass; torch's fast mode "
        "and JAX look along one random direction and give no gradient."
    )


def machine() -> str:
    """Return the kind of processor and the number of cores."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores"


def keep(text: str) -> None:
    """Replace our section of the results, or add it at the end."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    before, _, rest = old.partition(TITLE)
    _, heading, after = rest.partition("\n## ")
    RESULTS.write_text(f"{before.rstrip()}\n\n{text.rstrip()}\n{heading}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--rounds", type=int, default=5)
    hidden = ("relu", "tanh")
    parser.add_argument("--hidden", nargs="+", choices=hidden, default=hidden)
    parser.add_argument("--full", action="store_true", help="no slices: takes minutes")
    parser.add_argument("--keep", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args()
    texts = [setting(options)]
    print(texts[0])
    for case in (case for name in options.hidden for case in cases(name, SLICE)):
        texts.append(one_network(case, options))
        print(f"\n{texts[-1]}", flush=True)
    for last in (acceptance_table, study_table):
        texts.append(last())
        print(f"\n{texts[-1]}", flush=True)
    if options.keep:
        keep("\n\n".join(texts))


if __name__ == "__main__":
    main()
