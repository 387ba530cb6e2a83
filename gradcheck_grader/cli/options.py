"""Options that several commands have; only typer is imported, as each of them waits for it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Seconds = Annotated[
    float | None,
    typer.Option(min=0.1, help="CPU seconds for the calls of a part.", show_default=False),
]
MemoryMb = Annotated[
    int | None, typer.Option(min=128, help="Memory of its process.", show_default=False)
]
AllParts = Annotated[
    bool, typer.Option("--all-parts", help="Count optional parts that were not handed in.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="One line.")]
Colour = Annotated[
    Literal["auto", "always", "never"] | None,
    typer.Option("--color", help="Colours in text."),
]
