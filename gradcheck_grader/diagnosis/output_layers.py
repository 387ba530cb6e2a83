"""A slip in the output layer's own gradient, whose name changes with the depth of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.search.explanation import Charge, Named
from gradcheck_grader.reference.network import layer_of

WRONG = ("wrong", "wrong shape")


def charged_once(part: Part, comparisons: Sequence[Comparison], named: Named) -> Named:
    """Return what is named, with a slip of output layers charged on the deepest networks alone.

    Causes are told on the deepest networks. Where dW or db is wrong for the output layer of each
    network, and right everywhere else, the same statement is wrong under other names.
    """
    for name in part.names:
        charge = named.charges.get(name)
        if charge is None or charge.standing != "charged":
            continue
        alike = [item for item in comparisons if _stem(item.name) == _stem(name)]
        if layer_of(name) == part.network.depth[1] and all(map(_only_at_the_output, alike)):
            again = {item.name for item in alike if item.verdict in WRONG} - {name}
            named = _repeated(part, named, name, charge, again) if again else named
    return named


def _stem(name: str) -> str:
    return name.rstrip("0123456789")


def _only_at_the_output(item: Comparison) -> bool:
    """Return whether a gradient is wrong if its layer is the last one, and right if it is not."""
    if layer_of(item.name) == item.trial.problem.network.depth:
        return item.verdict in WRONG
    return item.verdict == "correct"


def _repeated(part: Part, named: Named, name: str, charge: Charge, again: set[str]) -> Named:
    """Return what is named, with these gradients as the repeats of one that is charged."""
    findings = tuple(
        replace(one, gradients=part.in_order({*one.gradients, *again}))
        if one.id == charge.of and name in one.gradients
        else one
        for one in named.findings
    )
    charges = {**named.charges, **dict.fromkeys(again, replace(charge, standing="repeat"))}
    return replace(named, findings=findings, charges=charges)
