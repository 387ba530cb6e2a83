"""Many submissions on a Dask cluster: the same task, sent as bytes to workers elsewhere.

A plugin on each Dask worker holds the exam and a warm sandbox for each of its threads. The exam is
made here, once: its truth does not depend on which machine computed it.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import time
from collections.abc import Iterable, Iterator
from typing import Any

import distributed
import numpy as np
from distributed.diagnostics.plugin import WorkerPlugin

from gradcheck_grader import __version__
from gradcheck_grader.batch.task import Answer, Task, Work, grade_task, lost
from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox import Sandbox

TICK = 0.2  # seconds
CONNECT = 5.0  # seconds; it tries again and again meanwhile
FETCH = 15.0  # seconds, for an answer that is there
PATIENCE = 120.0  # seconds without any worker
AHEAD = 2  # tasks at each thread of a worker
VERSIONS = {"gradcheck_grader": __version__, "numpy": np.__version__}  # by the name to import


class Grader(WorkerPlugin):
    """Grades on one Dask worker; made here, sent there, and set up there.

    ``fault`` says why that worker must not grade, empty if it may.
    """

    def __init__(self, work: Work, name: str) -> None:
        self.name = name
        self.fault = ""
        self._work = work
        self._versions = VERSIONS
        self._idle: list[Sandbox] = []  # each does one job at a time; a worker may have threads
        self._is_over = False

    def setup(self, worker: Any) -> None:
        """Look what this worker can do, and warm up."""
        for package, version in self._versions.items():
            if VERSIONS[package] != version:  # those of the worker: the module is loaded there
                self.fault = f"it has {package} {VERSIONS[package]}, and {version} is used here"
                return
        try:
            self._idle.append(Sandbox(self._work.isolation))
        except GraderError as error:
            self.fault = f"{error.message} ({error.where})" if error.where else error.message

    def teardown(self, worker: Any) -> None:
        """End the processes that were started here."""
        self._is_over = True
        while self._idle:
            self._idle.pop().close()

    def grade(self, task: Task) -> Answer:
        """Grade one submission, in a sandbox that nobody else uses meanwhile."""
        if self.fault:
            raise MachineError(f"a worker of the cluster cannot grade: {self.fault}")
        try:
            sandbox = self._idle.pop()
        except IndexError:
            sandbox = Sandbox(self._work.isolation)
        try:
            return grade_task(task, self._work, sandbox)
        finally:
            self._idle.append(sandbox)
            if self._is_over:
                self.teardown(None)


def on_worker(task: Task, name: str) -> Answer:
    """Grade one submission with the plugin of the Dask worker that this is called on."""
    worker = distributed.get_worker()
    if name not in worker.plugins:
        raise MachineError(f"the worker at {worker.address} could not be set up; see what it logs")
    plugin: Any = worker.plugins[name]
    answer: Answer = plugin.grade(task)
    return answer


def _fault(name: str, dask_worker: Any) -> str:
    return str(dask_worker.plugins[name].fault)


class Cluster:
    """Grades tasks on the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        ``tls://host:8786``; certificates are those of Dask's configuration. Without TLS, ``tcp://``:
        anybody who reaches the port can run code on every worker.

    Raises
    ------
    GraderError
        If there is no scheduler or no worker, or a worker has other versions or confines less.
    """

    def __init__(self, address: str, work: Work) -> None:
        self._work = work
        self._client = _connect(address)
        text = f"{work.exam.typed}\0{work.exam.seed}\0{time.time_ns()}"
        self._name = f"gradcheck-grader-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        self._waiting: dict[str, tuple[Any, Task]] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._seen = self._counted = time.monotonic()
        self._threads = 0
        try:
            self._install()
        except BaseException:
            self.close()
            raise

    def _install(self) -> None:
        _demand_versions(self._client, self._client.scheduler.address)
        self._client.register_plugin(Grader(self._work, self._name))
        faults = self._client.run(_fault, self._name)
        wrong = {address: fault for address, fault in faults.items() if fault}
        if wrong:
            address, fault = min(wrong.items())
            raise GraderError(
                f"{len(wrong)} of {len(faults)} workers of the cluster cannot grade: {fault}",
                where=f"the worker at {address}",
                remedy="See docs/cluster.md, and `grader doctor` on that machine.",
            )

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer | None]:
        """Yield answers as they come, in any order; None when none came for a moment.

        Raises
        ------
        MachineError
            If the cluster is lost.
        """
        source = enumerate(tasks)
        while True:
            self._send(source)
            if not self._waiting:
                return
            try:
                future = self._done.get(timeout=TICK)
            except queue.Empty:
                self._look_around()
                yield None
                continue
            yield self._read(future)

    def _send(self, source: Iterator[tuple[int, Task]]) -> None:
        """Keep as many tasks out there as all threads of all workers need, and no more."""
        while len(self._waiting) < max(AHEAD * self._count_threads(), 1):
            numbered = next(source, None)
            if numbered is None:
                return
            number, task = numbered
            future = self._client.submit(
                on_worker, task, self._name, key=f"{self._name}-{number}", pure=False
            )
            self._waiting[future.key] = (future, task)
            future.add_done_callback(self._done.put)

    def _count_threads(self) -> int:
        """Return how many threads all workers have; asked once a second, as workers may join."""
        now = time.monotonic()
        if not self._threads or now - self._counted > 1:
            self._threads, self._counted = sum(self._client.nthreads().values()), now
            self._seen = now if self._threads else self._seen
        return self._threads

    def _read(self, future: Any) -> Answer | None:
        """Return the answer; None if it was lost with its worker: then another makes it again."""
        _, task = self._waiting[future.key]
        answer: Answer
        try:
            answer = future.result(timeout=FETCH)
        except distributed.KilledWorker:
            answer = lost(task, self._work, "Every worker that tried to grade it ended.")
        except MachineError:
            raise
        except Exception as error:
            if isinstance(error, TimeoutError) and not future.done():
                future.add_done_callback(self._done.put)
                return None
            raise _lost_cluster(f"{type(error).__name__}: {error}") from error
        del self._waiting[future.key]
        future.release()
        return answer

    def _look_around(self) -> None:
        """Give up when the scheduler is gone, or every worker for a long time."""
        if self._client.status != "running":
            raise _lost_cluster("the scheduler is gone")
        if not self._count_threads() and time.monotonic() - self._seen > PATIENCE:
            raise _lost_cluster(f"it has had no worker for {PATIENCE:g} seconds")

    def close(self) -> None:
        """Take back what is not done, and leave the workers as they were."""
        with contextlib.suppress(Exception):  # of a cluster that may be gone
            if self._client.status == "running":
                self._client.cancel([future for future, _ in self._waiting.values()], force=True)
                self._client.unregister_worker_plugin(self._name)
        self._client.close(timeout=5)


def _connect(address: str) -> Any:
    client: Any = distributed.Client
    security: Any = distributed.Security
    try:
        context = security().get_connection_args("client")["ssl_context"]
        if address.startswith("tls:") and context is None:
            raise TypeError("tls:// needs certificates, and Dask's configuration names none here")
        return client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise GraderError(
            f"no Dask scheduler answers at {address}: {error}",
            where="--cluster",
            remedy="Give its address, such as tls://host:8786. See docs/cluster.md.",
        ) from error


def _demand_versions(client: Any, address: str) -> None:
    """Refuse a worker that has not what is here, before anything is sent that it could not read."""
    workers = client.get_versions(packages=list(VERSIONS))["workers"]
    if not workers:
        raise GraderError(
            "the cluster has no worker",
            where=f"the scheduler at {address}",
            remedy="Start some: see docs/cluster.md.",
        )
    for worker, found in sorted(workers.items()):
        for package, version in VERSIONS.items():
            there = found["packages"].get(package)
            if there != version:
                has = f"{package} {there}" if there else f"no {package}"
                raise GraderError(
                    f"a worker of the cluster has {has}; {version} is used here",
                    where=f"the worker at {worker}",
                    remedy="Install the same versions on every machine.",
                )


def _lost_cluster(why: str) -> MachineError:
    return MachineError(
        f"the cluster was lost: {why}",
        where="--cluster",
        remedy="What is graded is kept. To go on, give the same command again.",
    )
