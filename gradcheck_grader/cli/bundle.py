"""The commands that pack an assignment and the grader for a platform."""

from __future__ import annotations

import hmac
import os
import secrets
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gradcheck_grader.choices import Detail, Hints, Isolation, Visibility

if TYPE_CHECKING:
    from gradcheck_grader.assignment import Assignment
    from gradcheck_grader.bundle.plan import Plan

DOMAIN = b"gradcheck-grader/bundle/v1\0"
TRIED = 1  # any seed: whether an assignment can be called does not depend on it

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: grader bundle gradescope shallow-tanh -o autograder.zip",
    help="Pack an assignment with the grader, for a platform to run.",
)

Name = Annotated[
    str,
    typer.Argument(
        metavar="ASSIGNMENT", help="A name, or the path of a folder.", show_default=False
    ),
]
LeastIsolation = Annotated[
    Isolation,
    typer.Option(help="Least isolation; where a machine has less, nothing is graded."),
]
MostHints = Annotated[Hints, typer.Option(help="What reports say of causes, at most.")]
Numbers = Annotated[
    Detail,
    typer.Option(help="Numbers in reports: the student's own, the right ones too, or none."),
]
SeedFrom = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|env:NAME",
        help="The secret that networks are drawn by; without it a new one is made. Use the same "
        "one again and regrades agree with grades of an earlier bundle.",
    ),
]


@app.command("gradescope", epilog="Example: grader bundle gradescope shallow-tanh")
def gradescope(
    assignment: Name,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.zip", help="Where to write it.")
    ] = Path("autograder.zip"),
    deadline: Annotated[
        float,
        typer.Option(
            min=10,
            max=2390,
            help="Seconds for one submission; keep it below the platform's time (10 minutes).",
        ),
    ] = 480,
    visibility: Annotated[
        Visibility, typer.Option(help="When students see their results.")
    ] = "visible",
    isolation: LeastIsolation = "auto",
    hints: MostHints = "full",
    detail: Numbers = "own",
    seed_from: SeedFrom = None,
) -> None:
    """Make the autograder.zip that Gradescope builds an autograder from."""
    from gradcheck_grader.bundle.gradescope import autograder_zip
    from gradcheck_grader.errors import GraderError
    from gradcheck_grader.whole import write_whole

    found, plan = _planned(assignment, seed_from, deadline, isolation, hints, detail)
    plan = plan.model_copy(update={"visibility": visibility})
    try:
        write_whole(output, autograder_zip(found, plan))
    except OSError as error:
        raise GraderError(f"{output} cannot be written: {error.strerror}") from error
    print(f"{found.title}: {output}, {output.stat().st_size / 1000:.0f} kB\n\nNext")
    print(f"  points  set the assignment's autograder points to {plan.total}")
    print("  upload  Configure Autograder > Zip file upload; any base image of Ubuntu will do")
    print("  try     Test Autograder, with a file of your own that is right and one that is wrong")


@app.command("prairielearn", epilog="Example: grader bundle prairielearn shallow-tanh -o tanh")
def prairielearn(
    assignment: Name,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER", help="A new folder.", show_default=False),
    ],
    image: Annotated[
        str, typer.Option(metavar="NAME", help="What you will call the grader's Docker image.")
    ] = "gradcheck-grader:latest",
    deadline: Annotated[
        float, typer.Option(min=10, max=570, help="Seconds for one submission.")
    ] = 120,
    isolation: LeastIsolation = "auto",
    hints: MostHints = "full",
    detail: Numbers = "own",
    seed_from: SeedFrom = None,
) -> None:
    """Make a PrairieLearn question, and the recipe of the image that grades it."""
    from gradcheck_grader.bundle.prairielearn import ENTRY, question_files
    from gradcheck_grader.whole import write_folder

    found, plan = _planned(assignment, seed_from, deadline, isolation, hints, detail)
    write_folder(output, question_files(found, plan, image), executable=(ENTRY,))
    print(f"{found.title}: {output}\n\nNext")
    print(f"  image   docker build -t {image} {shlex.quote(str(output / 'image'))}")
    print(
        f"  course  copy {output} into the course's questions folder; {output}/README.md says more"
    )


def _planned(
    name: str, seed_from: str | None, deadline: float, isolation: str, hints: str, detail: str
) -> tuple[Assignment, Plan]:
    """Return the assignment, and how a bundle is to grade it."""
    from gradcheck_grader.bundle.contents import named
    from gradcheck_grader.bundle.plan import Plan
    from gradcheck_grader.catalog import find_assignment
    from gradcheck_grader.exam import prepare
    from gradcheck_grader.seeds import read_secret, seed_for

    found = find_assignment(name)
    prepare(found, TRIED)  # what cannot be made ready is refused here, and not on the platform
    secret = secrets.token_hex(32)
    if seed_from is not None:
        given = read_secret(seed_from, os.environ).strip()
        seed_for(given, found.name, "anybody")  # refuses one that is too short
        # A bundle lies on other people's machines, and the course's secret serves elsewhere too.
        secret = hmac.digest(given, DOMAIN + found.name.encode(), "sha256").hex()
    plan = Plan.model_validate(
        {
            "assignment": named(found),
            "name": found.name,
            "total": found.total,
            "secret": secret,
            "deadline": deadline,
            "isolation": isolation,
            "hints": hints,
            "detail": detail,
        }
    )
    return found, plan
