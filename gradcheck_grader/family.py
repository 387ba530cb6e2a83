"""The networks that an assignment's trials are drawn from, as its file says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradcheck_grader.phrases import counted
from gradcheck_grader.reference.network import ErrorForm, Network

if TYPE_CHECKING:
    from gradcheck_grader.constraints import Penalty, Probability, Size

ActivationName = Literal["identity", "relu", "leaky_relu", "sigmoid", "tanh"]
OutputName = Literal["identity", "relu", "leaky_relu", "sigmoid", "tanh", "softmax"]
LossName = Literal["binary_cross_entropy", "categorical_cross_entropy", "squared_error"]

# In weights and activations of one network: what is more does not fit into an answer.
MOST_NUMBERS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The networks that trials are drawn from; a range is inclusive.

    Attributes
    ----------
    hidden : tuple of str
        Activations of the hidden layers; one name serves all of them.
    output, loss, reduction
        Of the last layer and of the objective.
    error_form : {"half", "whole", "mean"}
        Half the sum of (a - y)^2 over the output units, the sum, or its mean.
    depth : (int, int)
        Number of layers, the output layer included; every number in the range occurs.
    inputs, width, outputs : (int, int)
        Units of the input, of each hidden layer, of the output layer.
    examples : (int, int)
        Number of examples m.
    l2, keep_prob : (float, float)
        Penalty factor lambda and keep probabilities of dropout; absent: none.
    every_class : bool
        Whether each class occurs among the labels of every network that has the examples for it.
    """

    hidden: tuple[ActivationName, ...]
    output: OutputName
    loss: LossName
    error_form: ErrorForm = "half"
    reduction: Literal["mean", "sum", "none"]
    depth: tuple[Size, Size] = (2, 2)
    inputs: tuple[Size, Size] = (2, 8)
    width: tuple[Size, Size] = (2, 8)
    outputs: tuple[Size, Size] = (1, 1)
    examples: tuple[Size, Size] = (5, 12)
    l2: tuple[Penalty, Penalty] = (0.0, 0.0)
    penalty_form: Literal["half_mean", "half", "whole"] = "half_mean"
    keep_prob: tuple[Probability, Probability] | None = None
    every_class: bool = True

    def __post_init__(self) -> None:
        for field in ("depth", "inputs", "width", "outputs", "examples", "l2", "keep_prob"):
            low, high = getattr(self, field) or (0, 0)
            if low > high:
                raise ValueError(f"{field} runs from {low} to {high}")
        if len(self.hidden) > 1 and self.depth != (len(self.hidden) + 1,) * 2:
            raise ValueError(
                f"{len(self.hidden)} hidden activations are listed, so depth must be "
                f"{len(self.hidden) + 1}"
            )
        if (self.reduction == "none") != (self.examples == (1, 1)):
            raise ValueError('reduction = "none" goes with examples = 1, and the other way round')
        if min(self.inputs[1], self.width[1]) < 2:
            raise ValueError("inputs and width must reach 2: one unit hides transposed weights")
        if self.keep_prob and self.width[0] < 2:
            raise ValueError("width must begin at 2 with keep_prob: some units drop, some stay")
        self._fits_into_an_answer()
        self._room_for_distinct_sizes()
        names = self.activations(self.depth[0])
        Network((2,) * (len(names) + 1), names, self.loss, error_form=self.error_form)
        if self.output == "softmax" and self.outputs[0] < 2:
            raise ValueError("softmax needs outputs from 2: the share of one class is always 1")

    def _fits_into_an_answer(self) -> None:
        inputs, width, outputs = self.inputs[1], self.width[1], self.outputs[1]
        hidden = self.depth[1] - 1
        weights = inputs * outputs
        if hidden:
            weights = inputs * width + (hidden - 1) * width**2 + width * outputs
        numbers = weights + self.examples[1] * (inputs + hidden * width + outputs)
        if numbers > MOST_NUMBERS:
            raise ValueError(
                f"the largest network has {numbers} weights and activations, more than "
                f"{MOST_NUMBERS}: let inputs, width, outputs, examples or depth end lower"
            )

    def _room_for_distinct_sizes(self) -> None:
        hidden = self.depth[1] - 1
        if self.width[1] - self.width[0] + 1 < hidden + 2:
            raise ValueError(
                f"width runs over {counted(self.width[1] - self.width[0] + 1, 'size')}, too few "
                f"for {counted(hidden, 'hidden layer')}, inputs and examples that all differ"
            )

    def activations(self, depth: int) -> tuple[str, ...]:
        """Return the names of g_1 ... g_L."""
        hidden = self.hidden * (depth - 1) if len(self.hidden) == 1 else self.hidden
        return (*hidden, self.output)
