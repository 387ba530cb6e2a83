"""Keys for signed results: Ed25519, in PEM files as ``openssl genpkey`` writes them."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck_grader.errors import GraderError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

PASSPHRASE = "GRADER_PASSPHRASE"
MAKE = "Make a pair with: grader keygen grades"
OTHERS = stat.S_IRGRP | stat.S_IROTH


def private_key(path: Path, environment: Mapping[str, str]) -> Ed25519PrivateKey:
    """Return the private key that a file holds; the passphrase is taken from GRADER_PASSPHRASE.

    Raises
    ------
    GraderError
        If the library or the passphrase is missing, or the file holds no such key.
    """
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _read(path)
    if b"PRIVATE KEY" not in content:
        raise GraderError("this file holds no private key", where=str(path), remedy=MAKE)
    encrypted = b"ENCRYPTED" in content
    passphrase = environment.get(PASSPHRASE)
    if encrypted and not passphrase:
        raise GraderError(
            "the key is encrypted",
            where=str(path),
            remedy=f"Put its passphrase into the environment variable {PASSPHRASE}.",
        )
    secret = passphrase.encode() if encrypted and passphrase else None
    try:
        key = load_pem_private_key(content, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        why = f"is {PASSPHRASE} the right one?" if encrypted else "it may be cut or damaged"
        raise GraderError(f"the key cannot be read: {why}", where=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise GraderError("the key is not an Ed25519 key", where=str(path), remedy=MAKE)
    return key


def public_key(path: Path, environment: Mapping[str, str]) -> Ed25519PublicKey:
    """Return the public key that a file holds, or the one that belongs to its private key.

    Raises
    ------
    GraderError
        As for `private_key`.
    """
    _need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    content = _read(path)
    if b"PRIVATE KEY" in content:
        return private_key(path, environment).public_key()
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise GraderError(
            "this file holds no public key in PEM form", where=str(path), remedy=MAKE
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise GraderError("the key is not an Ed25519 key", where=str(path), remedy=MAKE)
    return key


def is_open_to_others(path: Path) -> bool:
    """Return whether other users of this machine can read a file; unknown on Windows."""
    return os.name == "posix" and bool(path.stat().st_mode & OTHERS)


def make_pair(stem: Path) -> tuple[Path, Path]:
    """Write a new private key ``STEM.pem``, for its owner alone, and ``STEM.pub.pem``.

    Raises
    ------
    GraderError
        If one of the files exists, or cannot be written.
    """
    _need_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    paths = stem.with_name(f"{stem.name}.pem"), stem.with_name(f"{stem.name}.pub.pem")
    if there := next((path for path in paths if path.exists()), None):
        raise GraderError(
            f"{there} exists already", remedy="A key that is gone cannot be had again: move it."
        )
    _write_new(paths[0], private, 0o600)
    _write_new(paths[1], public, 0o644)
    return paths


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not exist yet, with its mode from the first moment on."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(
            f"the key {path} cannot be read: {error.strerror}", remedy=MAKE
        ) from error


def _need_library() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError as error:
        raise GraderError(
            "signatures need the library cryptography",
            remedy='Install it with: python -m pip install "gradcheck-grader[sign]"',
        ) from error
