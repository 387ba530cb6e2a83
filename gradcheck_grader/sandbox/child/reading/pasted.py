"""Lines that are no Python because of how they came into the file."""

from __future__ import annotations

_MARKS = (
    ("```", "A line of three ``` marks is no Python: take it out, with the other one."),
    ("<<<<<<<", "Two versions of the file were merged, and the marks of it are left: choose one."),
    (">>>>>>>", "Two versions of the file were merged, and the marks of it are left: choose one."),
    ("=======", "Two versions of the file were merged, and the marks of it are left: choose one."),
    (">>> ", "The line was copied with the `>>>` of a Python prompt: take that out."),
)


def say_pasted(said: str, line: str) -> str | None:
    """Return why the parser stumbles over a line that was pasted, if it was."""
    for mark, message in _MARKS:
        if line.lstrip().startswith(mark):
            return message
    if "U+" not in said or "invalid" not in said:
        return None
    code = said[said.index("U+") :].split(")")[0]
    return (
        f"The character {code} is no part of Python, though it may look like one that is or not be "
        "seen: it comes with text from a page or a document. Type that place anew."
    )
