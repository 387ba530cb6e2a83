"""What a note on the source is called, in a report and on its page."""

from __future__ import annotations

# Of notes whose name alone does not tell a reader what is meant.
TITLES = {
    "helpers-supplied": "Usual functions stood in",
    "module-inert": "Left out",
    "numpy-supplied": "NumPy was imported for you",
    "python-2": "Written for Python 2",
    "encoding": "Not saved as UTF-8",
}


def title_of(id: str) -> str:
    """Return what a note is called."""
    return TITLES.get(id) or id.replace("-", " ").capitalize()
