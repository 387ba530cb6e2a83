"""Options that several commands have; nothing heavy is imported, as each of them waits for it."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcheck_grader.choices import Colour

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
Coloured = Annotated[Colour | None, typer.Option("--color", help="Colours in text.")]
