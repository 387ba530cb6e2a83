"""A class of any size: real reports of real code, under made-up names, hostile ones among them."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.batch.page import Facts
from gradcheck_grader.catalog import assignment_folders, read_assignment
from gradcheck_grader.errors import MachineError
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade, not_graded
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.submission import Submission, read_submission

SEED = 20261123
FIRST = [
    "Ada",
    "Amara",
    "Anna",
    "Bela",
    "Chen",
    "Dario",
    "Elif",
    "Femi",
    "Goran",
    "Hana",
    "Ines",
    "Jonas",
    "Kofi",
    "Leila",
    "Mateo",
    "Nadia",
    "Olu",
    "Priya",
    "Quinn",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Vera",
    "Wanjiru",
    "Xenia",
    "Yara",
    "Zoran",
    "Émile",
    "Søren",
    "Łucja",
]
LAST = [
    "Abebe",
    "Brandt",
    "Costa",
    "Diallo",
    "Eriksen",
    "Fischer",
    "García",
    "Hughes",
    "Ivanova",
    "Jansen",
    "Kowalska",
    "Lindqvist",
    "Mbeki",
    "Nguyen",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Vargas",
    "Weber",
    "Xu",
    "Yilmaz",
    "Zhang",
]
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "=cmd|' /C calc'!A0",
    "&lt;b&gt; {{ 7*7 }} {% raw %}",
    "--><!-- \u202eevil\u202c \"quoted\" 'single' `tick` $&",
)
CRASHES = {
    "nameerror": ("dZ2 =", "dZ2 = probz -"),
    "shape": ("A1.T", "A1"),
    "syntax": ("return", "return {"),
    "slow": ("dZ2 =", "while True: pass\n    dZ2 ="),
    "prints": ("dZ2 =", "print('</pre><script>alert(3)</script> \\x1b[31mred')\n    dZ2 = 2 *"),
    "forbidden": ("dZ2 =", "import torch\n    dZ2 = torch.tensor(0) +"),
}


def real_reports(sandbox: Sandbox, assignment: str = "shallow-tanh") -> list[GradeReport]:
    """Return the report of every example of an assignment, and of what goes wrong otherwise."""
    folder = assignment_folders()[assignment]
    exam = prepare(read_assignment(folder).limited({"seconds": 0.4}), SEED)
    paths = sorted((folder / "examples").glob("*.py"))
    reports = [grade(read_submission(path, neighbours=False), exam, sandbox) for path in paths]
    right = next(path for path in paths if path.name == "right.py").read_text(encoding="utf-8")
    for name, (old, new) in CRASHES.items():
        broken = right.replace(old, new, 1)
        if broken != right:
            source = Submission(f"{name}.py", (File(f"{name}.py", broken.encode()),), f"{name}.py")
            reports.append(grade(source, exam, sandbox))
    fault = MachineError("the sandbox could not be started: </script>")
    nobody = Submission("ours.py", (File("ours.py", b""),), "ours.py")
    return [*reports, not_graded(nobody, exam, fault)]


def class_of(count: int, seed: int, reports: Sequence[GradeReport]) -> list[Graded]:
    """Return a class, sorted by key: a third all right, the rest as uneven as classes are."""
    random_ = random.Random(seed)
    right = [report for report in reports if report.all_correct]
    others = [report for report in reports if not report.all_correct]
    weights = [1 / (1 + at) for at in range(len(others))]
    weights = [
        weight if report.findings else 0.12 for weight, report in zip(weights, others, strict=True)
    ]
    made = []
    for at in range(count):
        is_right = random_.random() < 0.34
        report = random_.choice(right) if is_right else random_.choices(others, weights)[0]
        made.append(_graded(at, count, report, random_))
    return sorted(made, key=lambda one: one.key)


def _graded(at: int, count: int, report: GradeReport, random_: random.Random) -> Graded:
    name = f"{random_.choice(FIRST)} {random_.choice(LAST)}"
    hostile_every = max(count // (2 * len(HOSTILE)), 3)
    if at % hostile_every == hostile_every - 1:
        name = HOSTILE[(at // hostile_every) % len(HOSTILE)]
    key = f"{re.sub('[^a-z]', '', name.lower()) or 'x'}_{at}/{report.submission.name}"
    if name in HOSTILE:
        key = f"{name.replace('/', '_')}_{at}.py"
    own = hashlib.sha256(f"{key}{at}".encode()).hexdigest()
    shift = random_.randrange(40)
    moved = replace(
        report,
        submission=replace(report.submission, name=key, sha256=own),
        findings=tuple(_moved(report.findings, shift, key)),
        replay=f"grader check {key!r} --assignment {report.assignment.name} --seed {SEED}",
    )
    person = Person(name, str(100_000 + at), f"s{at}@example.org", section=f"Lab {1 + at % 3}")
    return Graded(key, person, random_.random() < 0.06, moved, 0.02)


def _moved(findings: Iterable, shift: int, key: str) -> Iterable:
    for finding in findings:
        line = None if finding.line is None else finding.line + shift
        yield replace(finding, line=line, file=Path(key).name)


def facts_of(reports: Sequence[GradeReport]) -> Facts:
    """Return what a page says of such a run."""
    report = reports[0]
    return Facts(
        report.assignment.title, report.assignment.name, SEED, report.gradients[0].trials,
        report.grader.version, report.grader.isolation, "24 November 2026",
    )  # fmt: skip
