"""What there is to learn from factors, penalties, and gradients that were handed back wrongly."""

from __future__ import annotations

from gradcheck_grader.diagnosis.lessons.lesson import Chapter

FACTOR = Chapter(
    group="Averages and other factors",
    idea="This gradient points in the right direction and has the wrong length, or is turned "
    "round. The factor tells where to look: does it follow the number of examples, the number of "
    "units, or is it the same on every network? Whatever stands in front of the loss stands in "
    "front of its gradient, once.",
    twists={
        "missing-mean": "An average over the examples does not grow when every example is given "
        "twice. A sum does.",
        "double-mean": "Dividing in dZ of the output already reaches all gradients that are made "
        "from it. Dividing again where they are made counts the average twice.",
        "mean-instead-of-sum": "Many courses average the loss; this task adds it up. Twice as "
        "many examples then mean a gradient twice as large.",
        "multiplied-by-m": "The number of examples has come in on the wrong side of the fraction, "
        "or where it does not belong at all.",
        "m-above-the-line": "Division and multiplication are worked out from left to right: "
        "1 / 2 * m is one half, times m. Brackets around what belongs below the line say so. And "
        "does this average have a 2 at all?",
        "sign-flipped": "A positive slope means: raise this number and the loss rises. Gradient "
        "descent subtracts it. An error that is taken the other way round turns every sign.",
        "factor-two": "A square brings down a 2 when it is differentiated. Many losses carry a "
        "1/2 in front just to meet it; others leave it out, or are no squares.",
        "factor-half": "A 1/2 in front of a square meets the 2 that the square brings down. It "
        "must not be applied again afterwards, nor where the loss has none.",
        "constant-factor": "A learning rate, a percentage or a left-over constant belongs to the "
        "step that uses the gradient, not into the gradient.",
        "divided-by-wrong-size": "The number of examples is one of the two sizes of X; which one "
        "depends on whether an example is a row or a column. Here the other size was taken, or "
        "that of another array.",
        "fixed-batch-size": "The number of examples of one data set, or of the batches in "
        "training, is no part of the loss. The loss of other examples averages over those.",
        "divided-by-m-minus-one": "m - 1 comes from the statistics of samples. An average of m "
        "losses divides by how many there are.",
        "mean-over-units": "An average over all entries of an array divides by its "
        "rows times its columns. Over which of the two does this loss average?",
        "units-added-up": "A mean of squares over all entries divides by the number of output "
        "units, too: each of them has a share of 1/n in the loss, and in its slope.",
        "odd-factor": "The factor is a combination, such as a sign and an average together. Find "
        "the part that follows the number of examples first, then what is left.",
        "divided-by-its-norm": "A long gradient means that a small step changes the loss a good "
        "deal, a short one that little is to be gained. Training may cut steps short, later: the "
        "slope itself is what it is.",
        "dropout-scale-twice": "Inverted dropout divides the kept units by the keep probability, "
        "once. The way back repeats what the forward pass did, once as well.",
        "dropout-scale-missing": "Inverted dropout makes the kept units larger, so that the layer "
        "carries as much as before. A nudge of such a unit is enlarged just as much.",
        "dropout-scale-inverted": "To keep half of the units and double them leaves their sum "
        "about as it was. The way back does the same to the same units: it doubles, and does not "
        "halve.",
        "dropout-scale-by-drop-rate": "If four of five units are kept, a kept unit stands in for "
        "5/4 of a unit. A division by the share of dropped ones, 1/5, would make it stand for "
        "five.",
        "dropout-scale-fixed": "The keep probability is chosen for each training, and may be "
        "another for each layer. What the forward pass divided by is what the way back divides by.",
        "dropout-other-keep-prob": "Every dropped layer has its own keep probability, and going "
        "back meets them in reverse order.",
    },
)

PENALTY = Chapter(
    group="The penalty on the weights",
    idea="With a penalty the loss is a sum of two: what the data say, and a price on large "
    "weights. The slope of a sum is the sum of the slopes, so each contributes a term to dW, and "
    "each can be checked alone: the term of the penalty depends on the weights and not on the "
    "data.",
    twists={
        "regularisation-added": "The loss of this task has no price on the weights. A term that "
        "grows with the weights belongs to another loss.",
        "l2-missing": "The data's part is right. Of the part that pulls the weights towards 0 "
        "there is nothing here: subtract the two rows below and compare with W.",
        "l2-wrong-scale": "The part that pulls the weights towards 0 is there, with a wrong "
        "strength. Subtract the two rows below and compare with W: the factor in front is what to "
        "look at, what the square brings down included.",
        "l2-one-number": "A sum over all weights is one number, and belongs to the loss. Nudge a "
        "single weight: of the whole sum only its own term moves.",
        "l2-squared-weights": "The square stands in the loss. Its slope grows in step with the "
        "weight, and has the weight's sign: a square has lost it.",
        "l2-sign-of-weights": "A price on absolute values pulls at each weight with the same "
        "force. A price on squares pulls at a weight twice as large twice as hard.",
        "l2-sign-flipped": "The penalty is added to the loss, so it pulls every weight towards "
        "zero. With a minus it pushes them away from zero, the large ones hardest.",
        "l2-on-biases": "The price is on weights alone: biases only shift, and are left free. A "
        "pull towards 0 has no place in db.",
        "l2-one-number-on-biases": "The penalty is a price on weights. Nudge a bias, and the price "
        "stays what it was: it has no term in db, not even one that is the same for all.",
    },
)

RESULT = Chapter(
    group="What comes back",
    idea="A gradient has an entry for each entry of its parameter, and says for each how the "
    "loss changes when it is nudged. It depends on the data, the labels and all parameters.",
    twists={
        "returned-updated-parameter": "A step of gradient descent is made from the gradient, "
        "later and elsewhere. Here the step has been taken already, and the new parameter came "
        "back.",
        "parameter-returned": "This is the parameter, or a multiple of it. The data have left no "
        "trace in it, so there is nothing to learn from them.",
        "constant-returned": "The same numbers come back on every network. A placeholder that was "
        "never replaced looks like that.",
        "zero-gradient": "Zero everywhere means: no nudge changes the loss. An array that is "
        "prepared with zeros and never filled looks like that. So does one of whole numbers, which "
        "drops everything behind the point, one that was multiplied by zero, or a sum whose terms "
        "cancel, as the deltas of softmax do over the classes.",
        "old-parameter-missing": "A step of gradient descent starts from the parameter and takes "
        "the gradient off it, times the learning rate. Without the start only the direction is "
        "left.",
        "wrong-key": "The gradient is a right one, of another parameter. A line that was copied "
        "and changed in one place only fills a key a second time, or with its neighbour.",
        "keys-swapped": "The numbers are all there and right, under each other's names. Shapes "
        "tell them apart: each gradient has that of its parameter.",
    },
)
