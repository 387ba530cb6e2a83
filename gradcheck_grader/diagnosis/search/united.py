"""One slip that has two names by what it gives in different layers, told under one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.verdicts import Slip
from gradcheck_grader.reference.network import kind_of, layer_of

MISSING, WRONG_SIZE, OVER_UNITS = "missing-mean", "divided-by-wrong-size", "mean-over-units"
SUMMED, ZERO = "db-summed-over-everything", "zero-gradient"


def united(bench: Bench, slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """Return the slips, with those under one name that one statement for all layers makes."""
    return _by_own_units(bench, _over_all_classes(bench, slips))


def _over_all_classes(bench: Bench, slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """Tell a sum over units and examples as such where it is zero: in the error of a softmax."""
    last = f"db{bench.depth}"
    is_softmax = bench.trials[0].problem.network.activations[-1] == "softmax"
    if not is_softmax or all(slip.id != SUMMED for slip in slips):
        return tuple(slips)
    return tuple(
        replace(slip, id=SUMMED) if (slip.id, slip.place) == (ZERO, last) else slip
        for slip in slips
    )


def _by_own_units(bench: Bench, slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """Tell a division by a layer's own units as such where they are one: m is missing there."""
    last = bench.depth
    factors = [one for slip in slips if slip.is_factor for one in _spread(slip)]
    missing = {slip.place for slip in factors if (slip.id, slip.note) == (MISSING, "times m")}
    others = {slip.place: slip for slip in factors if slip.place not in missing}
    one_unit = all(trial.problem.network.widths[-1] == 1 for trial in bench.trials)
    if not one_unit or not missing or len(missing) + len(others) < len(factors):
        return tuple(slips)
    if missing == {f"dZ{last}"}:  # 1/n is what is left below a factor m
        id, form, of_last = OVER_UNITS, "times 1/n{}", {f"dW{last}", f"db{last}"}
    else:
        id, form, of_last = WRONG_SIZE, "times m/n{}", missing
    kinds = {kind_of(place) for place in of_last}
    places = {f"{kind}{layer}" for kind in kinds for layer in range(1, last)}
    own = all(
        (slip.id, slip.note) == (id, form.format(layer_of(place))) for place, slip in others.items()
    )
    if not own or places != set(others) or of_last != {f"{kind}{last}" for kind in kinds}:
        return tuple(slips)
    told = [
        Slip(WRONG_SIZE, place, f"times m/n{layer_of(place)}", is_factor=True)
        for place in sorted(of_last | places, key=lambda place: (-layer_of(place), place))
    ]
    return tuple(sorted((*_plain(slips), *told), key=lambda slip: -slip.layer))


def _spread(slip: Slip) -> list[Slip]:
    """Return a factor of the lowest delta as one of both its gradients, which is the same."""
    places = ("dW1", "db1") if slip.place == "dZ1" else (slip.place,)
    return [replace(slip, place=place) for place in places]


def _plain(slips: Sequence[Slip]) -> list[Slip]:
    return [slip for slip in slips if not slip.is_factor]
