"""What options of several rooms may be set to; heavy imports would make each command wait."""

from __future__ import annotations

from typing import Literal

Hints = Literal["none", "nudge", "full"]
Detail = Literal["none", "own", "full"]
Colour = Literal["auto", "always", "never"]
Isolation = Literal["auto", "namespaces", "kernel", "process"]
Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
