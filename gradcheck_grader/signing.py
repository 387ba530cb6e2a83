"""Signed results: an Ed25519 signature over a report, which says what was changed when it fails.

What is signed, and how to check it without this program, is in ``docs/signing.md``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import Signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

DOMAIN = b"gradcheck-grader/signature/v1\n"
FIELD = "signature"
ROWS = "gradients"
WHOLE = 2**53  # up to here a double holds every whole number
DEEPEST = 50  # lists in lists; a report has 5


@dataclass(frozen=True, slots=True)
class Verification:
    """What is to be said of a signed report.

    Attributes
    ----------
    key_id, signed_by
        Of the key that was given, and the one that the report names.
    genuine : bool
        Whether the signature was made with the given key, over the digests that it lists.
    changed : tuple of str
        What does not have the digest that is listed.
    """

    key_id: str
    signed_by: str
    genuine: bool
    changed: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether this is, to the last character that matters, what was signed."""
        return self.genuine and not self.changed


def sign(plain: Mapping[str, Any], key: Ed25519PrivateKey) -> Signature:
    """Return the signature of a report, given as plain values."""
    unsigned = Signature(
        algorithm="ed25519",
        key_id=key_id(key.public_key()),
        digests=digests(plain),
        value="",
    )
    value = base64.b64encode(key.sign(_message(unsigned))).decode()
    return replace(unsigned, value=value)


def verify(plain: Mapping[str, Any], key: Ed25519PublicKey) -> Verification:
    """Hold a signed report against a public key.

    Raises
    ------
    GraderError
        If the report bears no signature.
    """
    from cryptography.exceptions import InvalidSignature
    from pydantic import ValidationError

    from gradcheck_grader.report_file import SIGNATURE

    if FIELD not in plain:
        raise GraderError("the report bears no signature", remedy="Sign with: --sign KEYFILE")
    try:
        signature = SIGNATURE.validate_python(plain[FIELD])
        key.verify(base64.b64decode(signature.value, validate=True), _message(signature))
    except ValidationError:
        return Verification(key_id(key), "", False, (FIELD,))
    except (InvalidSignature, ValueError):  # not made by this key, or not even base64
        genuine = False
    else:
        genuine = True
    changed = tuple(_changed(signature.digests, digests(plain)))
    return Verification(key_id(key), signature.key_id, genuine, changed)


def _message(signature: Signature) -> bytes:
    """Return the bytes that are signed: everything in the signature but its value."""
    signed = {name: text for name, text in asdict(signature).items() if name != "value"}
    return DOMAIN + canonical(signed)


def digests(plain: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of every key of a report but the signature, and of each of its rows.

    The rows are in the digest of ``gradients`` as well: that one decides, and theirs tell which
    of them was changed.
    """
    sections = {key: value for key, value in plain.items() if key != FIELD}
    rows = plain.get(ROWS)
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, Mapping):
            sections.setdefault(f"{ROWS}/{row.get('part')}/{row.get('name')}", row)
    return {key: hashlib.sha256(canonical(value)).hexdigest() for key, value in sections.items()}


def _changed(signed: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what differs; of the rows, the single ones where they can be told."""
    names = [name for name in {**signed, **now} if signed.get(name) != now.get(name)]
    if ROWS in now and any(name.startswith(f"{ROWS}/") for name in names):
        names = [name for name in names if name != ROWS]
    words = {name: " (added)" for name in now if name not in signed}
    words |= {name: " (removed)" for name in signed if name not in now}
    return [name + words.get(name, "") for name in names]


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: keys sorted, no spaces, ASCII, numbers in one form."""
    text = json.dumps(
        _with_plain_numbers(value), sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("ascii")


def _with_plain_numbers(value: Any) -> Any:
    """Write 1.0 as 1: a program that reads and writes the report may do the same."""
    if isinstance(value, Mapping):
        return {str(key): _with_plain_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_plain_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return int(value)
    return value


def read_report(path: Path) -> dict[str, Any]:
    """Return the plain values of a report's file.

    Raises
    ------
    GraderError
        If it is no JSON object, or one that two programs could read in two ways.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key is there twice")
        return dict(pairs)

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is no number")

    def finite(digits: str) -> float:
        if math.isinf(number := float(digits)):
            raise ValueError("a number is too large")
        return number

    try:
        text = path.read_bytes().decode("utf-8")
        found = json.loads(text, object_pairs_hook=once, parse_constant=refuse, parse_float=finite)
        if _is_deeper(found, DEEPEST):
            raise ValueError("there are too many lists in lists")
    except OSError as error:
        raise GraderError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise GraderError(
            f"not readable as JSON: {error}",
            where=str(path),
            remedy="Give a report that was written with --report json=FILE or --format json.",
        ) from error
    if not isinstance(found, dict):
        raise GraderError("this is no report, but JSON of another kind", where=str(path))
    return found


def _is_deeper(value: Any, most: int) -> bool:
    """Return whether more than ``most`` lists and objects lie in one another."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_is_deeper(item, most - 1) for item in items)


def key_id(key: Ed25519PublicKey) -> str:
    """Return a short name of a public key: the start of the digest of its DER form."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]
