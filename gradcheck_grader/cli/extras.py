"""What ``grader check`` can do beside grading: own seeds, and signatures."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck_grader.errors import GraderError, visible

if TYPE_CHECKING:
    from gradcheck_grader.models import GradeReport
    from gradcheck_grader.settings import Settings


def with_own_seed(
    options: Settings, seed: int | None, source: str | None, student: str | None
) -> Settings:
    """Return the options with the student's own seed, if one is asked for.

    Raises
    ------
    GraderError
        If the options contradict each other, or the secret cannot be had.
    """
    if source is None and student is None:
        return options
    from gradcheck_grader.seeds import chosen_seed

    own = chosen_seed(seed, source, student, options.assignment, os.environ)
    return replace(options, seed=own)


def refuse_with_watch(**given: object) -> None:
    """Refuse the options that make no sense beside ``--watch``.

    Raises
    ------
    GraderError
        If one of them was given.
    """
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        raise GraderError(
            f"--watch shows one screen and writes nothing: leave out {' and '.join(names)}"
        )


def refuse_case(example: str | None, save_case: Path | None) -> None:
    """Refuse, before the work, to keep a case that is not asked for or has no place.

    Raises
    ------
    GraderError
        If ``--save-case`` was given without ``--example``, or cannot be written.
    """
    if save_case is not None and not example:
        raise GraderError(
            "--save-case keeps the case of --example", remedy="Add --example dW1, for instance."
        )
    if save_case is not None:
        from gradcheck_grader.whole import demand_writable

        demand_writable(save_case, "--save-case")


def signer(
    keyfile: Path | None,
    options: Settings,
    targets: Sequence[str],
    wanted: Sequence[str],
) -> Callable[[GradeReport], GradeReport]:
    """Return the function that signs a report, or leaves it as it is without a key.

    Raises
    ------
    GraderError
        If nothing signed would be written, or the key is not to be had.
    """
    if keyfile is None:
        return lambda report: report
    shown = options.format == "json" and not options.quiet
    if not shown and not any(item.startswith("json=") for item in targets):
        printed = "" if options.quiet else "--format json, or "  # --quiet prints one line
        raise GraderError(
            "--sign signs the JSON report, and none is written",
            remedy=f"Add {printed}--report json=report.json",
        )
    if wanted:
        raise GraderError("a signed report speaks of all gradients: leave out --only or --sign")
    from gradcheck_grader.keys import is_open_to_others, private_key
    from gradcheck_grader.reports.json import as_object
    from gradcheck_grader.signing import sign

    key = private_key(keyfile, os.environ)
    if is_open_to_others(keyfile):
        name = visible(str(keyfile))
        print(f"warning: others can read {name}; run: chmod 600 {name}", file=sys.stderr)

    def signed(report: GradeReport) -> GradeReport:
        return replace(report, signature=sign(as_object(report), key))

    return signed
