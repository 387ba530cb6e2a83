"""The smallest failing case as text, in the student's own layout and names."""

from __future__ import annotations

import textwrap
from collections.abc import Collection

import numpy as np

from gradcheck_grader.example.case import STEP, ExampleCase, Side
from gradcheck_grader.interface import in_layout, named_value, own_index
from gradcheck_grader.models import WITHOUT_VALUE, Verdict
from gradcheck_grader.phrases import counted
from gradcheck_grader.reference.network import Network
from gradcheck_grader.sandbox.job import Problem as Stopped
from gradcheck_grader.sandbox.job import Value

WIDTH = 80
LOSSES = {
    "binary_cross_entropy": "-(y log a + (1 - y) log(1 - a))",
    "categorical_cross_entropy": "-(sum of y log a over the classes)",
}
SQUARES = {"half": "half the sum", "whole": "the sum", "mean": "the mean"}
REDUCTIONS = {
    "mean": "averaged over the examples",
    "sum": "summed over the examples",
    "none": "of the one example",
}
PENALTIES = {"half_mean": "lambd / (2 m)", "half": "lambd / 2", "whole": "lambd"}


def described(case: ExampleCase) -> str:
    """Return everything that a person needs to follow the case by hand."""
    blocks = [_network(case), _given(case), _returned(case), _derivative(case)]
    head = f"Smallest failing case found for {case.name}"
    return "\n\n".join([f"{head}\n{'─' * WIDTH}", *("\n".join(block) for block in blocks)])


def none_found(name: str, verdicts: Collection[Verdict]) -> str:
    """Return what is said where there is no case to show of a gradient with these verdicts."""
    if all(verdict in WITHOUT_VALUE for verdict in verdicts):
        return f"There is no case to show: no {name} came back. The report says why."
    if any(verdict != "correct" for verdict in verdicts):
        return f"No small network with round numbers was found on which {name} is wrong."
    return f"There is no failing case to show: {name} is right on every network."


def _network(case: ExampleCase) -> list[str]:
    network, m = case.trial.problem.network, case.trial.problem.m
    layers = [
        counted(units, f"{activation} unit")
        for units, activation in zip(network.widths[1:], network.activations, strict=True)
    ]
    inputs, examples = counted(network.widths[0], "input"), counted(m, "example")
    text = f"{inputs}, {', '.join(layers)}; {examples}. The loss is {_loss(network)}."
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _loss(network: Network) -> str:
    squares = f"{SQUARES[network.error_form]} of (a - y)^2 over the units"
    text = f"{LOSSES.get(network.loss, squares)}, {REDUCTIONS[network.reduction]}"
    if network.l2:
        text += f", plus {PENALTIES[network.penalty_form]} times the sum of all squared weights"
    return text


def _given(case: ExampleCase) -> list[str]:
    """Return the parameters, inputs and the values of the forward pass."""
    problem = case.trial.problem
    network = problem.network
    names = [*problem.parameters, "X", "Y", *problem.masks]
    scalars: dict[str, float] = {"lambd": network.l2} if network.l2 else {}
    if network.keep_prob:
        scalars["keep_prob"] = network.keep_prob[0]
    lines = [f"  {name} = {value:g}" for name, value in scalars.items()]
    for name in names:
        lines += _shown(name, named_value(case.part, case.trial, name))
    lines += ["", "  The forward pass gives"]
    for layer in network.layers:
        for kind in "ZA":
            name = f"{kind}{layer}"
            lines += _shown(name, named_value(case.part, case.trial, name))
    return lines


def _returned(case: ExampleCase) -> list[str]:
    if isinstance(case.returned, Stopped):
        where = f" (line {case.returned.line})" if case.returned.line else ""
        text = f"Your function did not return{where}: {case.returned.message}"
        return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if case.returned is None:
        return [f"  Your function returned no {case.name} with numbers in it"]
    if case.part.kind == "descent":
        lead = "  Your function took off, divided by the learning rate"
    else:
        lead = "  Your function returned"
    array = in_layout(case.part.interface, case.name, case.returned) if case.fits else case.returned
    shape = "" if case.fits else f", of shape {array.shape}"
    return [f"{lead}{shape}", *_shown(case.name, array)]


def _derivative(case: ExampleCase) -> list[str]:
    """Return the numerical derivative by one entry, step by step."""
    place = f"{case.parameter}{list(_index(case))}"
    gap = case.plus.loss - case.minus.loss
    value = float(case.trial.problem.parameters[case.parameter][case.entry])
    lines = [f"  The derivative of the loss by {place}, with a step h = {STEP:g}"]
    for sign, side in (("+", case.plus), ("-", case.minus)):
        lines += _side(case, f"{place} = {value:g} {sign} {STEP:g} = {side.value:g}", side)
    lines += [
        "",
        f"    (loss plus - loss minus) / (2 h) = {gap:.10f} / {2 * STEP:g} = {case.derivative:.5f}",
    ]
    if case.fits and isinstance(case.returned, np.ndarray):
        own = float(case.returned[case.entry])
        lines.append(f"    your {case.name}{list(_index(case))}".ljust(37) + f"= {own:.5f}")
    return lines


def _side(case: ExampleCase, words: str, side: Side) -> list[str]:
    last = f"A{case.trial.problem.network.depth}"
    output = in_layout(case.part.interface, last, side.output)
    sign = "plus" if side is case.plus else "minus"
    lines = _shown(last, output, 8)
    return ["", f"    {words}", *(f"  {line}" for line in lines),
            f"    loss {sign} = {side.loss:.10f}"]  # fmt: skip


def _index(case: ExampleCase) -> tuple[int, ...]:
    """Return the entry's place as the student writes it."""
    return own_index(case.part.interface, case.parameter, case.entry)


def _shown(name: str, value: Value, digits: int = 6) -> list[str]:
    """Return an array as Python writes it, one row below the other."""
    text = np.array2string(
        np.asarray(value), separator=", ", max_line_width=WIDTH, formatter={
            "float_kind": lambda number: f"{number:.{digits}g}"}
    )  # fmt: skip
    lead = f"  {name} = "
    first, *rest = text.splitlines()
    return [lead + first, *(" " * len(lead) + line for line in rest)]
