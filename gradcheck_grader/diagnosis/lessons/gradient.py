"""What there is to learn from mistakes in the last step of a layer: dW and db."""

from __future__ import annotations

from gradcheck_grader.diagnosis.lessons.lesson import Chapter

DW = Chapter(
    group="The gradient of the weights",
    idea="A weight multiplies one value that comes into the layer, and the product goes into one "
    "z. Nudge the weight: in each example that z moves by the value that came in, and the loss "
    "by that much times the unit's dz. dW gathers this for each pair of unit and input, over all "
    "examples.",
    twists={
        "dW-uses-z": "What came into the layer was the activation of the layer below. Its z is "
        "what that was before the curve.",
        "dW-averages-first": "In every example its own dz meets its own input. The mean of these "
        "products is not the product of the means: two examples with opposite signs in both show "
        "it.",
        "only-last-example": "A loop that writes the same variable in every turn leaves only what "
        "its last turn wrote. All examples have a say in the loss.",
        "only-first-example": "Only one example has entered. A loop that returns inside its body, "
        "or an index that stays 0, never meets the others.",
        "loop-skips-last-example": "One example has no say. Count the turns of the loop for a "
        "batch of three.",
        "loop-skips-first-example": "One example has no say. Python counts from 0, and so does "
        "the first example.",
        "dW-reshape-not-transpose": "Reshaping keeps the order of numbers in memory and breaks "
        "the rows elsewhere. The shape then fits, but units are paired with the wrong examples.",
        "dW-uses-dA": "The weight acts on z, and z must still pass the curve before it becomes a. "
        "The slope by a is one link too early in the chain.",
        "gradients-use-dA": "Weights and biases act on z, and z must still pass the curve before "
        "it becomes a. The slope by a is one link too early in the chain. A layer below starts "
        "from the slope by z, too.",
        "dW-gates-previous-activation": "The value that the weight multiplied is on the input "
        "side. How steep the curve below was matters for the layer below, and not for this weight.",
        "dW-gated-again": "dZ is already the slope by z, with the steepness of the curve inside. "
        "Nothing stands between the weight and z.",
        "dW-input-summed": "A weight whose input is 0 has no effect, and one with a large input "
        "has a large one. If all weights of a unit get the same gradient, their inputs are not in "
        "it.",
        "dW-transposed": "Entry by entry the numbers are right, but they stand in each other's "
        "place: the row of a unit has become a column.",
        "dW-uses-own-activation": "The output of a layer comes after its weights. Nudging a "
        "weight changes it, but what the weight multiplied is what came in.",
        "dW-uses-x-everywhere": "Only the first layer sees X. Every other layer multiplies its "
        "weights by what the layer below made of it.",
        "dW-uses-weights": "How large the weight is does not matter: adding 0.01 to it moves z by "
        "0.01 times what comes in, whether it was 0 or 100.",
        "dW-elementwise": "One weight serves all examples, so its gradient is one number. With "
        "one number for each example, the last thing to do is still missing.",
        "dW-skips-a-layer": "The input of a layer is the activation just below it. Counting of "
        "layers that starts at 0 in one place and at 1 in another leads one too far.",
        "delta-of-wrong-layer": "A layer's delta has a row for each of its own units. That of the "
        "layer above has other rows, and says what its own weights should do.",
        "dW-forgets-dropout": "After dropout some inputs of this layer were 0 and the rest were "
        "scaled. The weight multiplied those values, and not what they were before.",
    },
)

DB = Chapter(
    group="The gradient of the biases",
    idea="A bias is added to the z of its unit in every example. Nudge it, and the z of that "
    "unit moves by just as much in all examples; each changes the loss as its own dz says. db "
    "gathers these, one number for each unit.",
    twists={
        "db-wrong-axis": "Adding along the wrong axis joins the units of one example, which have "
        "different biases, and keeps the examples apart, which share one.",
        "db-summed-over-everything": "Each unit has a bias of its own. One number for all of them "
        "would move them together for ever.",
        "db-not-summed": "The bias is one number for the whole batch. Each column here is what "
        "one example asks for; they have not been brought together.",
        "db-uses-dA": "The bias acts on z, and z must still pass the curve before it becomes a. "
        "The slope by a is one link too early in the chain.",
        "db-times-b": "How large the bias is does not matter: adding 0.01 to it adds 0.01 to z, "
        "whether it was 0 or 100.",
        "db-sums-dW": "A weight acts together with an input, a bias without one. So the inputs, "
        "which are inside dW, have no place in db.",
        "db-absolute": "One example may want the bias larger and another smaller; they weigh "
        "against each other. Without signs they all seem to agree.",
        "db-max": "The loss has a contribution from every example. The loudest one does not speak "
        "for all.",
        "db-gated-again": "dZ is already the slope by z, with the steepness of the curve inside. "
        "Nothing stands between the bias and z.",
        "db-includes-activation": "A weight is multiplied by what comes in; a bias is multiplied "
        "by nothing. And the activation of the layer comes only after it.",
        "db-of-wrong-layer": "Every layer has its own dz. That of the layer above says what its "
        "own biases should do.",
    },
)
