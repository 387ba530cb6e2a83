"""What a statement does on the way to a gradient."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a statement does; of a gradient, of a delta, or of both."""

    WHOLE = "whole"  # it computes all of it
    PLAIN = "plain"  # all of a gradient, and is made from no delta
    # Of a gradient in several statements:
    CORE = "core"  # the product with the delta
    SCALE = "scale"  # it multiplies or divides what is there
    ADD = "add"  # it adds something
    SIZE = "size"  # it sets the number that is divided by
    ENTRIES = "entries"  # the same, and the number counts the entries of a whole array
    # Of a delta in several statements:
    PROPAGATE = "propagate"  # what comes from the layer above
    GATE = "gate"  # times the slope
    PART = "part"  # something in between
    CALL = "call"  # it calls the function in which the delta is computed
    SLOPE = "slope"  # in a function: what the delta is multiplied by
    ERROR = "error"  # of the last layer's: the difference from the labels
    PASSED = "passed"  # one of those in which the last layer's delta is made
    UNREAD = "unread"  # a product with the delta that no gradient is made from
