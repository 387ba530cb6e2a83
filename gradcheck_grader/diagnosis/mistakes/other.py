"""Mistakes that are no formula of a step: factors, penalties, and what is handed back."""

from __future__ import annotations

from gradcheck_grader.diagnosis.mistakes.mistake import Mistake

FACTORS: tuple[Mistake, ...] = (
    Mistake(
        "missing-mean",
        "The average over the examples is missing",
        "The gradient adds the examples up where the loss averages them: a factor m too many.",
        "Train on every example twice: should the gradient of this loss double? Look for what "
        "the loss does after the sum over examples.",
    ),
    Mistake(
        "double-mean",
        "The examples are averaged twice",
        "The gradient divides by the number of examples more often than the loss does.",
        "Count how often you divide by m on the way from the loss to this gradient.",
    ),
    Mistake(
        "mean-instead-of-sum",
        "Averaged, where this loss is a sum",
        "The gradient divides by the number of examples: this loss adds them up.",
        "Write the loss down again: is there an average in it?",
    ),
    Mistake(
        "multiplied-by-m",
        "Multiplied by the number of examples",
        "The gradient has a factor m that the loss does not have.",
        "Where does the batch size enter this loss, and on which side of the fraction?",
    ),
    Mistake(
        "m-above-the-line",
        "Half of m stands where 1/m belongs",
        "The gradient is the right one times half the square of m.",
        "Work out 1 / 2 * m for m = 10, from left to right. Is m above the line in it, or below?",
    ),
    Mistake(
        "sign-flipped",
        "The sign is flipped",
        "The gradient has the wrong sign.",
        "Make one number of this parameter a little larger: does the loss rise or fall? Which of "
        "the two does a positive slope stand for?",
    ),
    Mistake(
        "factor-two",
        "A factor 2 too many",
        "The gradient has a factor 2 that the right one does not have.",
        "Differentiate one example's loss on paper: which constant survives?",
    ),
    Mistake(
        "factor-half",
        "A factor 1/2 too many",
        "The gradient has a factor 1/2 that the right one does not have.",
        "What does a constant in front of the loss become when you differentiate?",
    ),
    Mistake(
        "constant-factor",
        "Right up to one constant",
        "The gradient is the right one times a constant, the same on every network.",
        "Which constant do you multiply by here, and is it part of the loss?",
    ),
    Mistake(
        "divided-by-wrong-size",
        "Divided by the wrong size",
        "The gradient is divided by a number of units where the number of examples belongs.",
        "Print m. How many examples did you pass in?",
    ),
    Mistake(
        "fixed-batch-size",
        "Divided by one number, whatever the batch",
        "The sum over the examples is divided by the same number in every network.",
        "How many examples are passed in? Compare with the number that you divide by, or multiply "
        "with.",
    ),
    Mistake(
        "divided-by-m-minus-one",
        "Off by one in the number of examples",
        "The average divides by one less than the number of examples, or by one more.",
        "The loss is an average, not a sample variance. What does it divide by?",
    ),
    Mistake(
        "mean-over-units",
        "Averaged over units or inputs as well",
        "The gradient is divided by a number of units, or of inputs, once more than the loss is.",
        "Which numbers do you divide by? Count the terms that the loss averages over.",
    ),
    Mistake(
        "units-added-up",
        "The average over the output units is missing",
        "The gradient adds the units of the last layer up: the 1/n of this loss, n of them, is not "
        "in it.",
        "Over which terms does the loss average? How many are there for one example?",
    ),
    Mistake(
        "odd-factor",
        "Right up to a factor that changes with the batch",
        "The gradient is the right one times a factor that depends on the sizes.",
        "Which sizes do you multiply or divide by here? Check sign and averages separately.",
    ),
    Mistake(
        "dropout-scale-twice",
        "Dropout is scaled twice",
        "The gradient is divided by the keep probability once too often.",
        "How often does the forward pass divide this layer by its keep probability?",
    ),
    Mistake(
        "dropout-scale-missing",
        "The scale of dropout is missing on the way back",
        "Dropped units get no blame, which is right; what the others get is not "
        "divided by the keep probability.",
        "What did the forward pass do to the units that it kept?",
    ),
    Mistake(
        "dropout-scale-inverted",
        "Multiplied by the keep probability",
        "The gradient is multiplied by the keep probability where it is to be divided by it.",
        "Did the forward pass make the units that it kept larger or smaller? And your way back?",
    ),
    Mistake(
        "dropout-scale-by-drop-rate",
        "Divided by the probability of being dropped",
        "The gradient is divided by 1 - keep_prob where the keep probability belongs.",
        "What did the forward pass divide the units that it kept by?",
    ),
    Mistake(
        "dropout-scale-fixed",
        "Divided by one number, whatever the keep probability",
        "The gradient is divided by the same number in every network where the keep probability "
        "belongs.",
        "Which keep probability is passed in? Compare with the number that you divide by.",
    ),
    Mistake(
        "dropout-other-keep-prob",
        "The keep probability of another layer",
        "The gradient is scaled with the keep probability of another layer.",
        "Each dropped layer has its own keep probability. Which one do you use here?",
    ),
)

PENALTY: tuple[Mistake, ...] = (
    Mistake(
        "regularisation-added",
        "A penalty on the weights that the loss does not have",
        "A multiple of the weights is added to the gradient.",
        "Does the loss of this task contain the weights themselves?",
    ),
    Mistake(
        "l2-missing",
        "The penalty on the weights is missing",
        "The gradient of the data is right, the term of the penalty is not there.",
        "Which terms of the loss contain W? Differentiate each of them.",
    ),
    Mistake(
        "l2-wrong-scale",
        "The penalty has the wrong scale",
        "The weights are added, as the penalty asks, but times another number than it gives.",
        "Differentiate the penalty by one weight, on paper: which numbers are left in front of it?",
    ),
    Mistake(
        "l2-one-number",
        "The penalty adds one number to every entry",
        "The same number is added in every entry, where each weight has a term of its own.",
        "Differentiate the penalty by one weight: which of the weights are left?",
    ),
    Mistake(
        "l2-squared-weights",
        "The weights of the penalty are still squared",
        "The term of the penalty has the squares of the weights in it.",
        "What is the slope of a square?",
    ),
    Mistake(
        "l2-sign-of-weights",
        "The penalty knows only the signs of the weights",
        "The term of the penalty is as large for a small weight as for a large one.",
        "Which penalty has a slope of the same size everywhere: one of squares, or one of absolute "
        "values?",
    ),
    Mistake(
        "l2-sign-flipped",
        "The penalty is subtracted",
        "The term of the penalty has the right size and the wrong sign.",
        "Does the penalty make the loss larger or smaller when a weight moves away from zero?",
    ),
    Mistake(
        "l2-on-biases",
        "The biases are penalised",
        "A multiple of the bias is added to its gradient; this loss penalises weights only.",
        "Which parameters appear in the penalty of this loss?",
    ),
    Mistake(
        "l2-one-number-on-biases",
        "A number of the penalty is added to db",
        "One number, made with the factor of the penalty, is added to every entry; this loss "
        "penalises weights only.",
        "Does the penalty of this loss change when a bias is nudged?",
    ),
)

RESULT: tuple[Mistake, ...] = (
    Mistake(
        "returned-updated-parameter",
        "The updated parameter is returned, not its gradient",
        "What came back is the parameter after a step of gradient descent.",
        "The task asks for the slope, not for the new parameter.",
    ),
    Mistake(
        "parameter-returned",
        "The parameter itself is returned",
        "What came back is a multiple of the parameter; no gradient is in it.",
        "What does this gradient depend on besides the parameter?",
        worthless=True,
    ),
    Mistake(
        "constant-returned",
        "The same numbers whatever the network",
        "Every entry has one value, on every network.",
        "Which of the arguments does this gradient depend on?",
        worthless=True,
    ),
    Mistake(
        "zero-gradient",
        "Zero everywhere",
        "This gradient is zero in every entry and on every network, up to rounding.",
        "Is it ever set, or is an error caught before it is? Is it multiplied by zero, as an "
        "integer division such as 1 // m gives, or stored in an array of whole numbers? Or do its "
        "terms cancel?",
        worthless=True,
    ),
    Mistake(
        "gradient-missing",
        "Not returned",
        "This gradient did not come back at all.",
        "Which keys does the task ask for?",
        worthless=True,
    ),
    Mistake(
        "old-parameter-missing",
        "The old parameter is not in the new one",
        "What is stored as the new parameter is a multiple of the gradient alone.",
        "Where does a step start from? Is that in the line that makes the new parameter?",
    ),
    Mistake(
        "wrong-key",
        "Another gradient stands under this key",
        "What came back under this key is the gradient of another parameter, right in itself.",
        "Go through the keys that you fill, one by one. Is one filled twice, or with its "
        "neighbour?",
    ),
    Mistake(
        "keys-swapped",
        "Gradients stand under each other's keys",
        "Each of these gradients stands where another one of them belongs.",
        "Compare the shape of each gradient with its parameter.",
    ),
)
