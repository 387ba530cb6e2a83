"""Signed results: ``grader keygen`` and ``grader verify``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcheck_grader.errors import RIGHT, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gradcheck_grader.signing import Verification

SAID = {
    "submission": ("submission", "name"),
    "sha256": ("submission", "sha256"),
    "assignment": ("assignment", "name"),
    "seed": ("grader", "seed"),
}


def keygen(
    name: Annotated[Path, typer.Argument(help="NAME.pem and NAME.pub.pem are written.")],
) -> None:
    """Make a key to sign reports with, and the public one that verifies them."""
    from gradcheck_grader.keys import make_pair

    private, public = make_pair(name)
    print(f"{private}  signs: grader check student.py --sign {private}. Keep it to yourself.")
    print(f"{public}  verifies: grader verify report.json --key {public}. Give it to anyone.")


def verify(
    report: Annotated[Path, typer.Argument(help="A signed report, as JSON.")],
    key: Annotated[Path, typer.Option(metavar="FILE.pem", help="The public key.")],
    submission: Annotated[
        Path | None,
        typer.Option(help="Also say whether the report is about this file.", show_default=False),
    ] = None,
) -> None:
    """Say whether a report is as it was signed, or what was changed: exit 0, or 1."""
    from gradcheck_grader import signing
    from gradcheck_grader.keys import public_key

    plain = signing.read_report(report)
    result = signing.verify(plain, public_key(key, os.environ))
    lines = [f"{report}: {'valid' if result.valid else 'NOT VALID'}", *_why(result)]
    is_its_report = True
    if result.valid:
        lines += _said(plain)
        is_its_report = submission is None or _is_about(plain, submission)
        if not is_its_report:
            lines.append(f"  but it is about another file than {submission}")
    print("\n".join(lines))
    raise typer.Exit(RIGHT if result.valid and is_its_report else WRONG)


def _why(result: Verification) -> Iterable[str]:
    """Yield what is wrong with the signature, and what was changed."""
    if result.valid:
        yield f"  signed with  {result.key_id}"
        return
    if not result.genuine and result.signed_by != result.key_id:
        yield f"  signed with key {_printable(result.signed_by) or '?'}, not with {result.key_id}"
    elif not result.genuine:
        yield "  the signature is not right: it was changed, or made up"
    for name in result.changed:
        yield f"  changed: {_printable(name)}"
    if not result.genuine and not result.changed:
        yield "  what the report says agrees with what its signature lists, whoever made that"


def _said(plain: Mapping[str, Any]) -> Iterable[str]:
    for label, (table, key) in SAID.items():
        yield f"  {label:<11} {_printable(str(plain[table][key]))}"
    score = f"{plain['score']}/{plain['max_score']}"
    yield f"  {'score':<11} {score if plain['status'] == 'graded' else plain['status']}"


def _is_about(plain: Mapping[str, Any], submission: Path) -> bool:
    from gradcheck_grader.submission import read_submission

    return bool(plain["submission"]["sha256"] == read_submission(submission).sha256)


def _printable(text: str) -> str:
    """Return text of a stranger's file without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:200]
