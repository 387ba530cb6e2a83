"""Submissions as platforms export them, made for a test."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

FORMS = ["folder", "zip", "wrapped zip"]
SOURCE = b"def backward_propagation(parameters, cache, X, Y):\n    return {}\n"


def put(root: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write files below a folder; return the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def packed(path: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write files into a zip; return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def laid_out(root: Path, files: Mapping[str, bytes | str], form: str) -> Path:
    if form == "folder":
        return put(root / "class", files)
    prefix = "class/" if form == "wrapped zip" else ""
    return packed(root / "class.zip", {prefix + name: text for name, text in files.items()})


METADATA = """\
---
submission_1001:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
    :email: jane@uni.example
  :created_at: 2026-11-02 10:00:00.000000000 Z
  :score: 7.5
  :status: processed
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
submission_1002:
  :submitters:
  - :name: Bob Roe
    :sid: 43
    :email: bob@uni.example
  - :name: "No"
    :sid:
    :email: no@uni.example
  :history: []
"""
