"""The backward pass of one layer: it is given the gradient of what comes after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .binding import plain_name, same_meaning

# As `plain_name` leaves them: `dout`, `dvalues`, `output_gradient`, `grad_output`, `output_error`.
_GRADIENT = re.compile(
    r"d(out(put)?s?|v(al(ue)?s?)?|[axyzhl]|loss|next|scores|logits|upstream)(prev|curr|next)?"
    r"|(output|out|upstream|next|acc(umulated)?)?(grad(ient)?s?)(output|out|input|y|a|z|loss)?"
    r"|outputerror|upstream|delta"
)


def is_of_layer(parameters: Sequence[str], arguments: Sequence[str]) -> bool:
    """Tell whether a function takes the gradient of a layer's output, and no argument of ours."""
    if not parameters or _GRADIENT.fullmatch(plain_name(parameters[0])) is None:
        return False
    return not any(same_meaning(own, name) for own in parameters for name in arguments)
