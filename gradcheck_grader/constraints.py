"""What single values of an assignment's file may be, as pydantic checks them.

To import it takes as long as a job: annotations name these types, and `assignment_check` alone
looks them up.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, FiniteFloat

# Strict: `true` is no number.
Size = Annotated[int, Field(ge=1, strict=True)]
Penalty = Annotated[FiniteFloat, Field(ge=0, strict=True)]
Probability = Annotated[float, Field(gt=0, le=1, strict=True)]
Rate = Annotated[FiniteFloat, Field(gt=0)]


def _is_a_spelling(key: str) -> str:
    """Return a key's spelling if it tells weights from biases."""
    fields = set(re.findall(r"\{(.*?)\}", key))
    plain = re.sub(r"\{(name|kind|l)\}", "", key)
    if not {"name", "kind"} & fields or set("{}") & set(plain):
        raise ValueError(
            f"{key!r} needs {{name}} (W1), or {{kind}} (W) and {{l}} (1), and no other"
        )
    return key


Spelling = Annotated[str, AfterValidator(_is_a_spelling)]
