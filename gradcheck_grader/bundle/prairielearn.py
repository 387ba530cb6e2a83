"""A PrairieLearn question that is graded by us, and the recipe of the image that does it."""

from __future__ import annotations

import html
import json
import re
import uuid
from typing import Any

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.bundle.contents import assignment_files, template
from gradcheck_grader.bundle.on_prairielearn import unfinished
from gradcheck_grader.bundle.plan import FILE, Plan
from gradcheck_grader.bundle.wheel import build_wheel
from gradcheck_grader.catalog import text_of

ENTRY = "tests/run.sh"
STARTER = "starter.py"
HANDED_IN = "student.py"
MARGIN = 30  # seconds between our deadline and the platform's


def question_files(assignment: Assignment, plan: Plan, image: str) -> dict[str, bytes]:
    """Return the files of the question's folder, by path."""
    name, wheel = build_wheel()
    starter = assignment.folder / STARTER
    readme = template("prairielearn-README.md").decode()
    return {
        "info.json": (json.dumps(_info(assignment, plan, image), indent=2) + "\n").encode(),
        "question.html": _question(assignment).encode(),
        STARTER: starter.read_bytes() if starter.is_file() else b"",
        "README.md": readme.replace("IMAGE", image).replace("TITLE", assignment.title).encode(),
        ENTRY: template("prairielearn-run.sh"),
        f"tests/{FILE}": plan.dumped(),
        "tests/unfinished.json": unfinished(),
        **{f"tests/{path}": data for path, data in assignment_files(assignment).items()},
        "image/Dockerfile": template("prairielearn-Dockerfile"),
        f"image/wheels/{name}": wheel,
    }


def _info(assignment: Assignment, plan: Plan, image: str) -> dict[str, Any]:
    own = uuid.uuid5(uuid.NAMESPACE_OID, f"gradcheck-grader/{assignment.name}")
    return {
        "uuid": str(own),
        "title": assignment.title,
        "topic": "Backpropagation",
        "tags": ["code"],
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": f"/grade/{ENTRY}",
            "timeout": round(plan.deadline) + MARGIN,
        },
    }


def _question(assignment: Assignment) -> str:
    """Return the question's page: the handout, an editor with the starter, the results."""
    handout = assignment.folder / "handout.md"
    text = text_of(handout) if handout.is_file() else assignment.summary
    # As the platform asks for it, so that an author's text cannot end the element it stands in,
    # nor be taken for its templates.
    text = re.sub(r"(</?markdown)(#*)>", r"\1\2#>", text)
    page = template("prairielearn-question.html").decode()
    head = "{{=<% %>=}}\n" if "{{" in text else ""
    name = html.escape(assignment.file or HANDED_IN)
    return head + page.replace("FILE", name, 1).replace("HANDOUT", text.strip(), 1)
