"""What the file's own forward pass and cost say for an assignment, and against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradcheck_grader.assignment import Part
from gradcheck_grader.detection.portrait import SeenLoss
from gradcheck_grader.detection.settings import Setting, settings_of
from gradcheck_grader.detection.sight import Clue, Sight
from gradcheck_grader.family import Family
from gradcheck_grader.sandbox.survey import FunctionFacts

ENTROPIES = {"binary_cross_entropy", "categorical_cross_entropy"}


def network_clue(sight: Sight, _: FunctionFacts) -> Clue:
    """Compare what the forward pass computes, in the form in which each part would be called."""
    seen = sight.portrait.activations
    if not seen:
        return Clue("network")
    words, weight = "", 4
    calls = [(setting, part.network) for part in sight.parts for setting in settings_of(part)]
    for setting, network in sorted(calls, key=lambda call: -call[0].depth):
        if setting not in seen:
            return Clue("network", words=_other_form(setting, seen), against=True)
        own, wanted = seen[setting], network.activations(setting.depth)
        here = f"has a forward pass that computes {in_words(own)}"
        if _leaves_output(own, wanted):
            # The last activation is taken elsewhere: its name may stand there.
            here = f"has a forward pass that computes {in_words(own[:-1])}, then Z{len(own)}"
            weight = 2 + any(wanted[-1] in name.lower() for name in sight.names)
        elif own != wanted:
            return Clue("network", words=here, against=True)
        words = words or here  # the deepest says most
    return Clue("network", weight=weight, words=words)


def _leaves_output(own: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Tell whether a forward pass is the wanted one up to Z of the output layer, and ends there."""
    return own[:-1] == wanted[:-1] and own[-1] == "identity" != wanted[-1]


def _other_form(setting: Setting, seen: Mapping[Setting, tuple[str, ...]]) -> str:
    """Return what the forward pass is for, where it is not for this setting."""
    nearest = next(iter(seen))
    if {other.layout for other in seen} == {"rows"} != {setting.layout}:
        return f"has a forward pass for examples in rows: {in_words(seen[nearest])}"
    depths = sorted({other.depth for other in seen})
    return (
        f"has a forward pass of {' or '.join(map(str, depths))} layers that computes "
        f"{in_words(seen[nearest])}"
    )


def cost_clue(sight: Sight, _: FunctionFacts) -> Clue:
    """Compare what the cost computes.

    Another loss rules an assignment out. Another mean, sum or penalty only tells it from one that
    fits better: few costs decide how the gradients are scaled, and many are only printed.
    """
    losses = sight.portrait.losses
    kinds = {seen.loss for seen in losses.values()}
    for part in sight.parts:
        network = part.network
        here = [*filter(None, map(losses.get, settings_of(part)))]
        if kinds and network.loss not in kinds:
            shown = (here or [*losses.values()])[0]
            if _is_slip(sight, part, kinds):
                return Clue("cost", words=_in_words(_half_or(shown, network)), against=True)
            return Clue("loss", words=_in_words(shown.in_words), against=True)
        for seen in here:
            reduced = network.reduction if network.reduction != "none" else seen.reduction
            penalised = network.penalty_form if network.l2[1] > 0 else seen.penalty
            pairs = ((seen.reduction, reduced), (seen.penalty, penalised))
            if any(own and own != wanted for own, wanted in pairs):
                return Clue("cost", words=_in_words(seen.in_words), against=True)
    return Clue("loss", weight=2 * bool(kinds))


def graded_loss(network: Family) -> str:
    """Return the loss that an assignment grades for, as a phrase."""
    reduction = "" if network.reduction == "none" else network.reduction
    return SeenLoss(network.loss, reduction, network.penalty_form * (network.l2[1] > 0)).in_words


def _is_slip(sight: Sight, part: Part, kinds: Collection[str]) -> bool:
    """Tell whether a cost is the other cross-entropy beside the output of this one.

    No gradient is taken of that: the forward pass says which one is meant.
    """
    seen, output = sight.portrait.activations, part.network.output
    shows = any(seen[setting][-1] == output for setting in settings_of(part) if setting in seen)
    return shows and {part.network.loss, *kinds} <= ENTROPIES


def _half_or(seen: SeenLoss, network: Family) -> str:
    """Return what a cost is; of one output unit, -Y log A alone is a half."""
    is_half = network.outputs == (1, 1) and seen.loss == "categorical_cross_entropy"
    return "half of the cross-entropy that is for Y = 1" if is_half else seen.in_words


def _in_words(cost: str) -> str:
    return f"has a cost that computes the {cost}"


def in_words(activations: tuple[str, ...]) -> str:
    """Return activations as a phrase: ``tanh, then sigmoid``."""
    hidden, last = activations[:-1], activations[-1]
    if len(set(hidden)) == 1 and len(hidden) > 1:
        return f"{hidden[0]} in every hidden layer, then {last}"
    return ", then ".join(activations)
