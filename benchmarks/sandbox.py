"""What confinement costs: the sandbox beside a bare fork of a warm process, in one run.

Both load the same two-layer ``backward_propagation`` and call it on the same 30 trials. The bare
fork has everything in memory, protects from nothing, and pickles its answers into a pipe: it is
the least that any process of one's own can cost. Usage: ``python benchmarks/sandbox.py [jobs]``.
"""

from __future__ import annotations

import os
import pickle
import statistics
import sys
import time
from typing import Any

# One thread, before NumPy: a process with BLAS threads cannot be forked safely.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from gradcheck_grader.sandbox import Call, File, Job, Returned, Sandbox, Target
from gradcheck_grader.sandbox.exchange import Conversation

SOURCE = b"""
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""
PAUSE = 0.015  # seconds, in which the next worker is made
Rows = dict[str, list[float]]

NAME = "backward_propagation"
ARGUMENTS = ("parameters", "cache", "X", "Y")


def trials(count: int = 30) -> list[tuple[Any, ...]]:
    """Return the arguments of each call: networks of 3 to 5 inputs, 4 to 8 hidden units."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(count):
        n_x, n_h, m = (int(n) for n in rng.integers((3, 4, 5), (6, 9, 12)))
        parameters = {
            "W1": rng.normal(size=(n_h, n_x)),
            "b1": rng.normal(size=(n_h, 1)),
            "W2": rng.normal(size=(1, n_h)),
            "b2": rng.normal(size=(1, 1)),
        }
        X, Y = rng.normal(size=(n_x, m)), rng.integers(0, 2, (1, m)).astype(float)
        Z1 = parameters["W1"] @ X + parameters["b1"]
        A1 = np.tanh(Z1)
        Z2 = parameters["W2"] @ A1 + parameters["b2"]
        cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": 1 / (1 + np.exp(-Z2))}
        drawn.append((parameters, cache, X, Y))
    return drawn


def job(calls: tuple[Call, ...]) -> Job:
    """Return the job; the calls are the same tuple for every submission of a batch."""
    return Job((File("student.py", SOURCE),), Target((NAME,), ARGUMENTS), calls)


def sandboxed(sandbox: Sandbox, job: Job) -> tuple[float, list[Any]]:
    """Run the calls in the sandbox; return also when the worker was ready for the first byte."""
    # `Sandbox.run` taken apart, to look at the clock in the middle.
    request = sandbox._pack(job)
    worker = sandbox._ready_worker(request)
    ready = time.perf_counter()
    result = Conversation(worker, request).result(sandbox.isolation)
    worker.done()
    values = [outcome.value for outcome in result.outcomes if isinstance(outcome, Returned)]
    return ready, values


def bare_fork(drawn: list[tuple[Any, ...]]) -> list[Any]:
    """Run the calls in a fork of this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        names: dict[str, Any] = {}
        exec(compile(SOURCE, "student.py", "exec"), names)
        answers = [names[NAME](*arguments) for arguments in drawn]
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answers, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answers = pickle.load(pipe)
    os.waitpid(child, 0)
    return answers


def measure(sandbox: Sandbox, drawn: list[tuple[Any, ...]], jobs: int) -> Rows:
    """Return milliseconds of the sandbox and of the bare fork.

    The sandbox makes the next worker while the grader is busy with the last answers. Where it is
    measured alone, that time is given to it, and counted to nobody; runs in a row leave none, and
    each pays for the making of its worker.
    """
    asked = job(tuple(Call(arguments) for arguments in drawn))
    level = sandbox.isolation[0]
    titles = (f"{level}: bytes sent to verdict", "  whole run", "  runs in a row", "bare fork")
    rows: Rows = {title: [] for title in titles}
    sent, whole, in_a_row, bare = rows.values()
    for _ in range(jobs):
        start = time.perf_counter()
        ready, values = sandboxed(sandbox, asked)
        done = time.perf_counter()
        sent.append(1000 * (done - ready))
        whole.append(1000 * (done - start))
        time.sleep(PAUSE)
        start = time.perf_counter()
        answers = bare_fork(drawn)
        bare.append(1000 * (time.perf_counter() - start))
        assert len(values) == len(answers) == len(drawn)
        time.sleep(PAUSE)
    for _ in range(jobs):
        start = time.perf_counter()
        sandbox.run(asked)
        in_a_row.append(1000 * (time.perf_counter() - start))
    return rows


def main() -> None:
    """Measure in turns, so that a busy moment of the machine hits both."""
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    # One core, as a batch with a worker a core has it: nothing is hidden on another one.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    drawn = trials()
    print(f"{'ms a job of 30 calls':36}{'min':>8}{'median':>8}{'p90':>8}{'x bare':>8}")
    for level in ("namespaces", "kernel"):
        with Sandbox(strongest=level) as sandbox:
            measure(sandbox, drawn, 5)
            rows = measure(sandbox, drawn, jobs)
        base = statistics.median(rows["bare fork"])
        for name, times in rows.items():
            ninth = statistics.quantiles(times, n=10)[-1]
            median = statistics.median(times)
            print(f"{name:36}{min(times):8.2f}{median:8.2f}{ninth:8.2f}{median / base:8.2f}")


if __name__ == "__main__":
    main()
