"""Gradescope's ``autograder.zip``: everything that grades an assignment there."""

from __future__ import annotations

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.bundle.contents import assignment_files, template
from gradcheck_grader.bundle.on_gradescope import unfinished
from gradcheck_grader.bundle.plan import FILE, Plan
from gradcheck_grader.bundle.wheel import build_wheel, pack

SCRIPTS = ("setup.sh", "run_autograder")  # at the root, where the platform looks for them


def autograder_zip(assignment: Assignment, plan: Plan) -> bytes:
    """Return the bytes of the zip."""
    name, wheel = build_wheel()
    files = {
        **{script: template(f"gradescope-{script}") for script in SCRIPTS},
        FILE: plan.dumped(),
        "unfinished.json": unfinished(),
        f"wheels/{name}": wheel,
        **assignment_files(assignment),
    }
    return pack(files, executable=frozenset(SCRIPTS))
