"""Seeds: drawn for a run, or a student's own, derived from a secret that only the course has."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from gradcheck_grader.errors import GraderError

SEEDS = 10**8  # short enough to be typed
SHORTEST = 16
DOMAIN = b"gradcheck-grader/seed/v1\0"
VARIABLE = "env:"
# What was typed is in none of the messages: it may be the secret itself, typed by mistake.
OPTION = "--seed-from"
FORMS = "Give the path of the file that holds the secret, or env:NAME for a variable."


def draw_seed() -> int:
    """Return a seed that nobody knows beforehand."""
    return secrets.randbelow(SEEDS)


def seed_for(secret: bytes, assignment: str, student: str) -> int:
    """Return a student's own seed: the same each time, and not to be told without the secret.

    Parameters
    ----------
    secret : bytes
        At least 16 bytes; white space around it is not part of it.
    assignment : str
        Its name, as a report has it.
    student : str
        Whatever names a student the same way each time: a login, a number, a mail address. Upper
        and lower case differ; white space around it and the way that accents are encoded do not.

    Raises
    ------
    GraderError
        If the secret is too short, or nobody is named.
    """
    secret = secret.strip()
    if len(secret) < SHORTEST:
        raise GraderError(
            f"the secret has {len(secret)} bytes; {SHORTEST} are the least",
            where=OPTION,
            remedy="Make one with: openssl rand -hex 32",
        )
    names = [unicodedata.normalize("NFC", name).strip() for name in (assignment, student)]
    if not all(names) or any("\0" in name for name in names):
        raise GraderError("a student's own seed needs the student's name", where="--student")
    message = DOMAIN + "\0".join(names).encode("utf-8", "surrogatepass")
    digest = hmac.digest(secret, message, "sha256")
    return int.from_bytes(digest, "big") % SEEDS


def read_secret(source: str, environment: Mapping[str, str]) -> bytes:
    """Return the secret that a file holds, or for ``env:NAME`` a variable.

    Raises
    ------
    GraderError
        If there is no such file or variable.
    """
    if source.startswith(VARIABLE):
        text = environment.get(source.removeprefix(VARIABLE))
        if text is None:
            raise GraderError("the variable for the secret is not set", where=OPTION, remedy=FORMS)
        return text.encode("utf-8", "surrogateescape")
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a path"
        raise GraderError(
            f"the secret's file cannot be read: {why}", where=OPTION, remedy=FORMS
        ) from None


def chosen_seed(
    seed: int | None,
    source: str | None,
    student: str | None,
    assignment: str,
    environment: Mapping[str, str],
) -> int | None:
    """Return the seed that the options ask for, None for one that is drawn.

    Parameters
    ----------
    seed : int or None
        ``--seed``, if it was given.
    source, student : str or None
        ``--seed-from`` and ``--student``.
    assignment : str
        Name or path of the assignment, empty if none was given.

    Raises
    ------
    GraderError
        If the options contradict each other, or one is missing.
    """
    if source is None and student is None:
        return seed
    if source is None or student is None:
        missing = "--student" if student is None else OPTION
        raise GraderError(
            f"{OPTION} and --student go together: {missing} is missing",
            remedy="E.g. --seed-from env:GRADER_SECRET --student jdoe",
        )
    if seed is not None:
        raise GraderError(
            f"--seed and {OPTION} contradict each other",
            remedy=f"Leave out --seed; to replay a report, leave out {OPTION} and --student.",
        )
    if not assignment:
        raise GraderError(
            f"{OPTION} needs --assignment: each assignment has its own seeds", where=OPTION
        )
    from gradcheck_grader.catalog import find_assignment

    return seed_for(read_secret(source, environment), find_assignment(assignment).name, student)
