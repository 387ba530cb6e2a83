"""What a file's own forward pass and cost compute: they are run on drawn networks and recognised.

The backward function is not looked at. Nothing here is an answer: a forward pass gets inputs and
parameters, a cost gets outputs and labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.answer_values import as_numbers
from gradcheck_grader.detection.settings import Setting
from gradcheck_grader.reference.activations import ACTIVATIONS, Array
from gradcheck_grader.reference.network import Network, Problem, forward, is_bias
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.sandbox.survey import Question

FORWARD = (
    "forward_propagation", "forward_propagation_n", "forward_prop", "forward_pass", "forward",
    "feed_forward", "forward_propagate", "fprop", "L_model_forward", "model_forward",
    "forward_propagation_with_dropout", "forward_propagation_with_regularization",
    "forward_prop_with_dropout", "dropout_forward_prop", "compute_forward", "propagate_forward",
    "propagate",
    "*forward*", "*fprop*", "*fwd*",
)  # fmt: skip
COST = (
    "compute_cost_with_regularization", "compute_cost_with_regularisation", "l2_reg_cost",
    "compute_cost", "compute_loss", "calculate_cost", "calculate_loss", "calc_cost", "calc_loss",
    "cost_function", "loss_function", "cost", "loss", "get_cost", "get_loss", "get_cost_value",
    "cross_entropy", "cross_entropy_loss", "cross_entropy_cost", "categorical_cross_entropy",
    "binary_cross_entropy", "binary_cross_entropy_loss", "bce", "bce_loss", "log_loss", "mse",
    "mse_loss", "mean_squared_error", "squared_error", "quadratic_cost", "compute_cost_sum",
)  # fmt: skip
INPUTS, WIDTHS, OUTPUTS, EXAMPLES = 4, (6, 5, 8, 9), 3, 7
LAMBDA = 0.7
PENALTIES = {"half_mean": "lambda / 2m", "half": "lambda / 2", "whole": "lambda"}
CLOSE = 1e-6
"""A guard in a logarithm moves a cost by 1e-8 or so, another network by far more."""


@dataclass(frozen=True, slots=True)
class SeenLoss:
    """What a cost was recognised as; an empty text is something that we do not know.

    ``reduction`` is mean or sum; ``penalty`` none, half_mean, half or whole.
    """

    loss: str
    reduction: str
    penalty: str

    @property
    def in_words(self) -> str:
        """What it is, as a phrase: ``mean binary cross-entropy with the penalty lambda / 2``."""
        name = self.loss.replace("_", " ").replace("cross entropy", "cross-entropy")
        size = PENALTIES.get(self.penalty, "")
        return " ".join(filter(None, (self.reduction, name, size and f"with the penalty {size}")))


@dataclass(frozen=True, slots=True)
class Portrait:
    """What was recognised, by setting; a setting that is not there told nothing."""

    activations: Mapping[Setting, tuple[str, ...]]
    losses: Mapping[Setting, SeenLoss]


def questions(settings: Sequence[Setting]) -> list[Question]:
    """Return what to ask a file: three questions a setting."""
    return [question for setting in settings for question in _questions(setting)]


def recognise(settings: Sequence[Setting], answers: Sequence[Value]) -> Portrait:
    """Return what the answers to ``questions`` show."""
    activations: dict[Setting, tuple[str, ...]] = {}
    losses: dict[Setting, SeenLoss] = {}
    for place, setting in enumerate(settings):
        passed, cost, penalised = answers[3 * place : 3 * place + 3]
        problem = _drawn(setting)
        names = _activations(problem, _arrays(passed, setting))
        if names is not None:
            activations[setting] = names
        loss = _loss(problem, _number(cost), _number(penalised))
        if loss is not None:
            losses[setting] = loss
    return Portrait(activations, losses)


def _drawn(setting: Setting) -> Problem:
    """Return the network of a setting, the same in every run; hidden layers are not looked at."""
    output, loss = ("softmax", "categorical") if setting.several else ("sigmoid", "binary")
    widths = (INPUTS, *WIDTHS[: setting.depth - 1], OUTPUTS if setting.several else 1)
    names = ("tanh",) * (setting.depth - 1) + (output,)
    network = Network(widths, names, f"{loss}_cross_entropy")
    rng = np.random.default_rng(setting.depth)
    parameters: dict[str, Array] = {}
    for layer in network.layers:
        units, below = widths[layer], widths[layer - 1]
        parameters[f"W{layer}"] = rng.standard_normal((units, below)) / np.sqrt(below)
        parameters[f"b{layer}"] = 0.3 * rng.standard_normal((units, 1))
    examples = 1 if setting.single else EXAMPLES
    X = rng.standard_normal((INPUTS, examples))
    classes = np.arange(examples) % 3
    Y = np.eye(OUTPUTS)[:, classes] if setting.several else (classes[None, :] > 0) * 1.0
    return Problem(network, parameters, X, Y, {})


def _questions(setting: Setting) -> list[Question]:
    problem = _drawn(setting)
    last = f"A{setting.depth}"
    values = _values(problem, setting)
    output = _turned(forward(problem)[last], setting)
    outputs = values | {"AL": output, last: output}
    layers = tuple(problem.parameters)
    extras = ("Y", "lambd", "keep_prob", "layers_dims", "L", "m")
    forward_orders = (
        ("X", "parameters", *layers, *extras),
        ("X", "parameters"),
        ("X", *layers),
        ("X",),
    )
    cost_orders = (
        ("AL", last, "Y", "parameters", *layers, "lambd", "layers_dims", "L", "m"),
        ("AL", "Y"),
        ("AL", "Y", "parameters", "lambd"),
        ("AL", "Y", "parameters"),
    )
    kept: dict[str, Value] = {"cache": {}, "caches": []}
    kept |= {f"{kind}{layer}": None for kind in "ZA" for layer in problem.network.layers}
    return [
        Question(FORWARD, forward_orders, values, kept | {"params": values["parameters"]}),
        Question(COST, cost_orders, outputs),
        Question(COST, cost_orders, outputs | {"lambd": LAMBDA}),
    ]


def _values(problem: Problem, setting: Setting) -> dict[str, Value]:
    """Return the arguments by name, in the layout of the setting."""
    parameters: dict[str, Value] = {}
    for name, array in problem.parameters.items():
        turned = setting.layout == "rows" if is_bias(name) else setting.weights_turned
        flat = setting.flat_biases and is_bias(name)
        parameters[name] = array[:, 0].copy() if flat else _copied(array, turned)
    labels: Value = _turned(problem.Y, setting)
    if setting.labels == "integers":
        labels = problem.Y.argmax(axis=0) if setting.several else problem.Y[0].astype(np.int64)
    return {
        "X": _turned(problem.X, setting),
        "Y": labels,
        "parameters": dict(parameters),
        **parameters,
        "lambd": 0.0,
        "keep_prob": 1.0,
        "layers_dims": list(problem.network.widths),
        "L": setting.depth,
        "m": problem.m,
        "in_rows": setting.layout == "rows",
    }


def _turned(array: Array, setting: Setting) -> Array:
    return _copied(array, setting.layout == "rows")


def _copied(array: Array, turned: bool) -> Array:
    return np.array(array.T if turned else array, order="C")


def _arrays(answer: Value, setting: Setting) -> list[Array]:
    """Return every array in what came back, features x examples."""
    found = []
    waiting: list[Value] = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        array = as_numbers(value)
        if not isinstance(array, str) and array.ndim in (1, 2):
            found.append(array.T if setting.layout == "rows" else array)
    return found


def _activations(problem: Problem, arrays: Sequence[Array]) -> tuple[str, ...] | None:
    """Return the activations with which the network gives these arrays, None if none do.

    Layer by layer: those whose result is among the arrays; all, where a hidden layer is not. The
    last one is the identity only where nothing but Z has an output's shape.
    """
    paths: dict[tuple[str, ...], Array] = {(): problem.X}
    for layer in problem.network.layers:
        last = layer == problem.network.depth
        tried: dict[tuple[str, ...], Array] = {}
        telling: dict[tuple[str, ...], Array] = {}
        for names, below in paths.items():
            z = problem.parameters[f"W{layer}"] @ below + problem.parameters[f"b{layer}"]
            for activation in ACTIVATIONS.values():
                a = activation.function(z)
                tried[*names, activation.name] = a
                # Z is often returned beside A, so what equals it tells nothing.
                if _holds(arrays, a) and not np.allclose(a, z):
                    telling[*names, activation.name] = a
        linear = {names: a for names, a in tried.items() if names[-1] == "identity"}
        seen = {names: a for names, a in linear.items() if _is_output(arrays, a, problem.Y)}
        paths = telling or (seen if last else tried)
    return next(iter(paths), None)


def _is_output(arrays: Iterable[Array], z: Array, labels: Array) -> bool:
    """Tell whether Z is among the arrays, and nothing else that may be an output."""
    shapes = (z.shape, (z.size,))
    like = [array for array in arrays if array.shape in shapes and not _holds([array], labels)]
    return bool(like) and all(_holds([array], z) for array in like)


def _holds(arrays: Iterable[Array], wanted: Array) -> bool:
    return any(
        array.size == wanted.size
        and array.shape in (wanted.shape, (wanted.size,))
        and np.allclose(array.reshape(wanted.shape), wanted, rtol=1e-5, atol=1e-7)
        for array in arrays
    )


def _number(answer: Value) -> float | None:
    """Return the number that a cost returned, None for anything else."""
    value = answer[0] if isinstance(answer, tuple) else None
    array = as_numbers(value)
    if isinstance(array, str) or array.size != 1 or not np.isfinite(array).all():
        return None
    return abs(float(array.reshape(-1)[0]))


def _loss(problem: Problem, cost: float | None, penalised: float | None) -> SeenLoss | None:
    """Return what a cost is, from its value without a penalty and with lambda ``LAMBDA``."""
    if cost is None:
        return None
    a, y = forward(problem)[f"A{problem.network.depth}"], problem.Y
    m, n = problem.m, y.shape[0]
    sums = {
        "binary_cross_entropy": -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)),
        "categorical_cross_entropy": -np.sum(y * np.log(a)),
        "squared_error": 0.5 * np.sum(np.square(a - y)),
    }
    # Some leave out the half, or take the mean over output units, too.
    means = (2.0 / m, 1.0 / (m * n), 2.0 / (m * n), 1.0 / m)
    factors = dict.fromkeys(means, "mean") | dict.fromkeys((2.0, 1.0), "sum")
    for loss, total in sums.items():
        for factor, reduction in factors.items():
            if np.isclose(cost, factor * total, rtol=CLOSE, atol=0.0):
                return SeenLoss(loss, reduction, _penalty(problem, cost, penalised))
    return None


def _penalty(problem: Problem, cost: float, penalised: float | None) -> str:
    squares = sum(np.sum(np.square(problem.parameters[f"W{k}"])) for k in problem.network.layers)
    more = None if penalised is None else penalised - cost
    forms = {"none": 0.0, "half_mean": 0.5 / problem.m, "half": 0.5, "whole": 1.0}
    for form, factor in forms.items():
        if more is not None and abs(more - LAMBDA * factor * squares) <= CLOSE * squares:
            return form
    return ""
