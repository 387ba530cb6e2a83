"""Text in a workflow's log, from which GitHub reads commands: what a submission prints is none."""

from __future__ import annotations

import re

from gradcheck_grader.reports.context import Context

# Of two kinds: one begins a line, behind spaces if need be; the older one stands anywhere in it.
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


def in_log(text: str, context: Context) -> str:
    """Return text for a log, where GitHub reads it: shielded if something in it is a command."""
    is_read = context.environment.get("GITHUB_ACTIONS") == "true"
    return f"{shielded(text, context.token)}\n" if is_read and _COMMAND.search(text) else text


def shielded(text: str, token: str) -> str:
    """Return text between lines that have GitHub read no command in it."""
    return "\n".join((f"::stop-commands::{token}", text.rstrip("\n"), f"::{token}::"))
