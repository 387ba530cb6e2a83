"""Trials: reproducible, certified, and such that wrong gradients show."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import asdict, replace
from itertools import islice

import numpy as np
import pytest

from gradcheck_grader import trials as trials_module
from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.search.probes import draw_probes
from gradcheck_grader.errors import DisagreementError
from gradcheck_grader.example.draw import draw_cases
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.draw import EXTREME_LIMIT, KINK_MARGIN, OUTPUT_LIMIT
from gradcheck_grader.reference.network import Arrays, Problem, backward
from gradcheck_grader.reference.rounding import tolerance
from gradcheck_grader.trials import Trial, certified, draw_trials
from tests.conftest import ASSIGNMENTS, built_in, made_part

SEEDS = range(8)


@functools.cache
def drawn_trials(name: str) -> list[tuple[Trial, ...]]:
    """Return the trials of each part for each seed; many tests look at them."""
    return [draw_trials(part, seed) for seed in SEEDS for part in built_in(name).parts]


def all_trials(name: str) -> list[Trial]:
    return [trial for trials in drawn_trials(name) for trial in trials]


def usual_trials(name: str) -> list[Trial]:
    """Return the trials but for the last two of each part, of which test_regimes.py speaks."""
    return [trial for trials in drawn_trials(name) for trial in trials[:-2]]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_seed_gives_the_same_trials_again(name: str) -> None:
    for part in built_in(name).parts:
        first, again, other = draw_trials(part, 5), draw_trials(part, 5), draw_trials(part, 6)
        assert all(
            np.array_equal(a.problem.X, b.problem.X) for a, b in zip(first, again, strict=True)
        )
        assert not all(
            np.array_equal(a.problem.X, b.problem.X) for a, b in zip(first, other, strict=True)
        )


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_sizes_differ_so_that_no_wrong_axis_fits(name: str) -> None:
    for trial in all_trials(name):
        network, m = trial.problem.network, trial.problem.m
        inner = network.widths[:-1]
        assert len(set(inner)) == len(inner)
        assert min(inner) > 1
        assert network.widths[-1] not in inner
        if network.reduction != "none":
            assert m not in network.widths
            assert m > 1


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_part_has_several_batch_sizes_and_every_depth(name: str) -> None:
    for part in built_in(name).parts:
        drawn = draw_trials(part, 3)
        low, high = part.network.depth
        assert {trial.problem.network.depth for trial in drawn} == set(range(low, high + 1))
        if part.network.reduction != "none":
            assert len({trial.problem.m for trial in drawn}) > 1


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_biases_are_not_zero_and_outputs_not_saturated(name: str) -> None:
    for trial in all_trials(name):
        depth = trial.problem.network.depth
        for key, value in trial.problem.parameters.items():
            assert not key.startswith("b") or np.all(value != 0.0)
        assert np.abs(trial.cache[f"Z{depth}"]).max() <= EXTREME_LIMIT * (1 + 1e-12)
    for trial in usual_trials(name):
        output = trial.cache[f"Z{trial.problem.network.depth}"]
        assert np.abs(output).max() <= OUTPUT_LIMIT * (1 + 1e-12)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_pre_activation_is_near_a_kink(name: str) -> None:
    for trial in usual_trials(name):
        for z in kinked(trial):
            size = np.sqrt(np.mean(z**2, axis=1, keepdims=True))
            assert np.all(np.abs(z) >= KINK_MARGIN * size)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_unit_with_a_kink_is_on_and_off(name: str) -> None:
    for trial in all_trials(name):
        for z in kinked(trial):
            assert np.all((z > 0).any(axis=1))
            assert np.all((z < 0).any(axis=1))


def kinked(trial: Trial) -> list[Array]:
    """Return the pre-activations of each layer with a kink."""
    network = trial.problem.network
    layers = [layer for layer in network.layers if network.activation(layer).kinked]
    return [trial.cache[f"Z{layer}"] for layer in layers]


@pytest.mark.parametrize("name", ["shallow-tanh", "shallow-sigmoid", "deep-relu", "backprop"])
def test_labels_are_mixed_never_balanced_and_the_first_one_alternates(name: str) -> None:
    for part in built_in(name).parts:
        for seed in SEEDS:
            drawn = draw_trials(part, seed)
            for trial in drawn:
                assert 0 < trial.problem.Y.sum() < trial.problem.m
                assert 2 * trial.problem.Y.sum() != trial.problem.m
            assert {trial.problem.Y[0, 0] for trial in drawn} == {0.0, 1.0}


@pytest.mark.parametrize("shared", [True, False])
def test_keep_probabilities_are_equal_only_where_one_number_is_passed(shared: bool) -> None:
    (part,) = built_in("dropout").parts
    interface = replace(part.interface, one_keep_prob=shared)
    for trial in draw_trials(replace(part, interface=interface), 1):
        low, high = part.network.keep_prob or (0.0, 0.0)
        keep = trial.problem.network.keep_prob
        assert len(set(keep)) == (1 if shared else 2)
        assert all(low <= probability <= high for probability in keep)


def test_every_mask_drops_some_units_and_keeps_some() -> None:
    for trial in all_trials("dropout"):
        assert list(trial.problem.masks) == ["D1", "D2"]
        for mask in trial.problem.masks.values():
            assert set(np.unique(mask)) == {0.0, 1.0}


def test_a_penalty_is_never_zero() -> None:
    assert all(trial.problem.network.l2 >= 0.3 for trial in all_trials("l2-regularized"))


def test_single_examples_have_both_labels() -> None:
    (part,) = built_in("single-example").parts
    assert {trial.problem.Y[0, 0] for trial in draw_trials(part, 2)} == {0.0, 1.0}


def varied(name: str, trials: int = 12, **network: object) -> Part:
    """Return the first part of a built-in assignment with other networks, points for all."""
    values = asdict(built_in(name).parts[0]) | {"trials": trials}
    values["network"] |= network
    deepest = values["network"]["depth"][-1]
    values["points"] = {f"d{kind}{n}": 1 for n in range(1, deepest + 1) for kind in "Wb"}
    return made_part(values)


@pytest.mark.parametrize(
    "part",
    [
        varied("single-example", depth=(2, 3)),
        varied("single-example", depth=(2, 5)),
        varied("single-example", depth=(2, 3), outputs=(1, 2), trials=16),
        varied("softmax-shallow", trials=30),
        varied("softmax-shallow", depth=(2, 3), outputs=(3, 4), trials=30),
    ],
    ids=lambda part: f"{part.network.depth}, {part.network.outputs}",
)
def test_in_networks_of_one_kind_the_first_label_is_not_always_the_same(part: Part) -> None:
    """A function that never reads Y must not be right on any kind of network."""
    first: dict[tuple[int, int], set[bytes]] = {}
    for trial in draw_trials(part, 1):
        network = trial.problem.network
        labels = first.setdefault((network.depth, network.widths[-1]), set())
        labels.add(trial.problem.Y[:, 0].tobytes())
    assert all(len(labels) > 1 for labels in first.values()), first


def test_every_depth_has_every_number_of_output_units() -> None:
    part = varied("softmax-shallow", depth=(2, 4), outputs=(3, 5))
    networks = [trial.problem.network for trial in draw_trials(part, 1)]
    met = {(network.depth, network.widths[-1]) for network in networks}
    assert met == {(depth, units) for depth in (2, 3, 4) for units in (3, 4, 5)}


def test_as_few_trials_as_depths_have_several_labels_and_output_units() -> None:
    part = varied("softmax-shallow", depth=(2, 4), outputs=(3, 5), trials=3)
    drawn = draw_trials(part, 1)
    assert {trial.problem.network.widths[-1] for trial in drawn} == {3, 4, 5}
    assert len({int(trial.problem.Y[:, 0].argmax()) for trial in drawn}) > 1


@pytest.mark.parametrize(
    "ranges",
    [
        {"inputs": (2, 3), "examples": (3, 4), "outputs": 4, "width": (2, 8)},
        {"inputs": (2, 3), "examples": (4, 5), "outputs": 1, "width": (2, 5)},
        {"inputs": (6, 6), "examples": (5, 5), "outputs": (2, 3), "width": (2, 6), "depth": (2, 3)},
        {"inputs": (3, 3), "examples": (4, 12), "outputs": (2, 4), "width": (2, 8)},
    ],
)
def test_narrow_ranges_have_different_sizes_too(ranges: dict[str, object]) -> None:
    for seed in SEEDS:
        for trial in draw_trials(varied("squared-error", **ranges), seed):
            sizes = [*trial.problem.network.widths, trial.problem.m]
            assert len(set(sizes)) == len(sizes), sizes


def test_where_ranges_leave_no_choice_nothing_else_is_the_same() -> None:
    part = varied("squared-error", inputs=3, outputs=3, examples=4, width=(2, 4))
    for seed in SEEDS:
        for trial in draw_trials(part, seed):
            assert trial.problem.network.widths == (3, 2, 3)


def slips(problem: Problem, truth: Arrays) -> dict[str, dict[str, Array]]:
    """Return wrong gradients that are often passed by careless test data."""
    m, inputs = problem.m, problem.network.widths[0]
    return {
        "zero": {name: np.zeros_like(value) for name, value in truth.items()},
        "not averaged": {name: value * m for name, value in truth.items()},
        "averaged twice": {name: value / m for name, value in truth.items()},
        "m from the wrong axis": {name: value * m / inputs for name, value in truth.items()},
        "sign": {name: -value for name, value in truth.items()},
        "added 4e-7": {name: value + 4e-7 for name, value in truth.items()},
        "one in a million": {name: value * (1 + 1e-6) for name, value in truth.items()},
    }


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_slip_passes_on_any_gradient_of_any_trial(name: str) -> None:
    for trial in all_trials(name):
        if trial.truth is not trial.gradients:
            continue
        for slip, gradients in slips(trial.problem, trial.truth).items():
            if trial.problem.m == 1 and "averaged" in slip:
                continue
            for key, value in trial.truth.items():
                allowed = tolerance(trial.bound[key])
                assert np.any(np.abs(gradients[key] - value) > allowed), (slip, key, trial.number)


def test_a_wrong_reference_stops_the_run_as_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_backward(problem: Problem, cache: Arrays) -> tuple[Arrays, Arrays]:
        gradients, deltas = backward(problem, cache)
        return {**gradients, "dW1": gradients["dW1"] * (1 + 1e-9)}, deltas

    monkeypatch.setattr(trials_module, "backward", wrong_backward)
    with pytest.raises(DisagreementError, match="disagree") as caught:
        draw_trials(built_in("shallow-tanh").parts[0], 1)
    assert caught.value.exit_code == 3


def test_a_trial_with_a_spoiled_truth_is_not_certified() -> None:
    trial = draw_trials(built_in("deep-relu").parts[0], 1)[0]
    name = next(iter(trial.gradients))
    spoiled = {**trial.gradients, name: trial.gradients[name] + 1e-12}
    with pytest.raises(DisagreementError, match=name):
        certified(dataclasses.replace(trial, gradients=spoiled))


@pytest.mark.parametrize("name", ["dW2", "db1"])
def test_a_derivative_that_is_no_number_certifies_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blank(problem: Problem, cache: Arrays) -> Arrays:
        return numerical(problem, cache) | {name: np.nan * problem.parameters[name[1:]]}

    numerical = trials_module.node_gradient
    trial = draw_trials(built_in("shallow-tanh").parts[0], 1)[0]
    monkeypatch.setattr(trials_module, "node_gradient", blank)
    with pytest.raises(DisagreementError, match=name):
        certified(trial)


def test_labels_that_are_passed_as_integers_are_one_hot_columns() -> None:
    """Numbers of classes cannot say that an example belongs to several of them, or to none."""
    part = built_in("shallow-sigmoid").parts[0]
    interface = replace(part.interface, labels="integers")
    family = replace(part.network, outputs=(3, 5))
    part = replace(part, interface=interface, network=family)
    for trial in (*draw_trials(part, 1), *draw_probes(part, 1, 2), *islice(draw_cases(part, 2), 9)):
        assert np.array_equal(trial.problem.Y.sum(axis=0), np.ones(trial.problem.m))
