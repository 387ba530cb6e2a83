"""What there is to learn from mistakes in the delta of the output layer."""

from __future__ import annotations

from gradcheck_grader.diagnosis.lessons.lesson import Chapter

OUTPUT = Chapter(
    group="The error of the output layer",
    idea="Backpropagation starts at the loss. dZ of the output layer says, for every unit and "
    "every example, how fast the loss changes when that unit's pre-activation z is nudged. Two "
    "links make it: how the loss depends on the prediction a, and how a depends on z.",
    twists={
        "output-extra-gprime": "With the cross-entropy, a confidently wrong prediction is very "
        "dear just where the sigmoid or softmax is very flat, and the two effects cancel. One "
        "more slope makes the worst predictions learn the least: compare the ratios with how far "
        "a is from the middle.",
        "output-missing-gprime": "With the squared error nothing cancels. A unit that sits on the "
        "flat part of its activation hardly moves when z moves, however wrong it is, so it must "
        "report less than a unit on the steep part.",
        "output-dA-not-dZ": "Nudging z by 0.01 does not move a by 0.01. How the loss changes with "
        "a is the first link only; how far a moves when z does is the second.",
        "label-forgotten": "The loss compares a prediction with a label. A delta that stays the "
        "same when the label changes cannot say which way to go: the examples with label 0 come "
        "out right and the others do not.",
        "error-uses-z": "z is a score that may be any number. The last activation turns it into "
        "the prediction, and the prediction is what the loss compares with the label.",
        "thresholded-prediction": "Rounding to 0 or 1 is for counting hits. The loss sees the "
        "prediction itself: 0.51 for a label 1 still costs a good deal, and pulls further up.",
        "squared-error-as-delta": "A square says how bad a prediction is, and is never negative. "
        "A slope says which way to go: it must have one sign where the prediction is too large "
        "and the other where it is too small.",
        "absolute-error-as-delta": "The sizes are right, but a prediction that is too large and "
        "one that is too small ask for opposite changes. Without a sign both push the same way.",
        "batch-mean-error-as-delta": "Each example has its own error, and that error is later "
        "multiplied by the activations of the same example. Once all examples carry the mean, "
        "what belongs together cannot be found again.",
        "error-forgotten": "How strongly z moves the prediction is one link. Whether that "
        "movement is welcome, and how much, comes from the comparison with the label, which is "
        "not in it.",
        "label-times-activation": "A product of label and prediction is 0 for every example with "
        "label 0, however wrong it is, and is not 0 for a perfect prediction of a label 1.",
        "output-wrong-activation-derivative": "Every activation has a slope of its own. The rule "
        "of one used on the output of another gives numbers of a plausible size that belong to no "
        "curve in this network.",
        "dA-times-wrong-gprime": "The first link, from the loss to a, is right. The second is the "
        "slope of the activation that really turned z into a here.",
        "only-activation-averaged": "Python multiplies and divides before it subtracts. A division "
        "that is meant for a difference needs brackets around it, or else the two terms are of "
        "different sizes and no longer cancel where the prediction is right.",
        "only-label-averaged": "Python divides before it subtracts. A division that is meant for a "
        "difference needs brackets around it: here the label has almost no say any more, and a "
        "perfect prediction of a label 1 still gives a large error.",
        "output-times-activation": "The value of an activation says where a unit is, its slope how "
        "far it moves when z does. The chain is made of slopes. With the value in it, predictions "
        "near 0 learn almost nothing, even if the label is 1.",
        "dA-times-activation": "The first link, from the loss to a, is right. The second is how "
        "far a moves when z does. The value of a is no slope: it is largest where the curve is "
        "flat.",
        "output-gprime-at-activation": "A slope function expects either z, and applies the "
        "activation inside, or a, and does not. Given the wrong one of the two, it reads the "
        "slope at another point of the curve.",
        "output-gprime-formula-on-z": "The short rules for the slope of sigmoid and tanh are "
        "shortcuts that use the value of the activation, because it is at hand. With z in its "
        "place the rule means nothing, and can even come out negative.",
        "output-gprime-of-error": "The steepness is read where the unit was in the forward pass. "
        "The error says how far it is from where it should be, which is no place on the curve.",
        "output-gprime-twice": "z passes through its activation once on the way to the loss, so "
        "one slope belongs into the chain. A second one makes every unit report too little.",
        "output-precedence-slip": "Python multiplies before it subtracts. A slope that is itself "
        "a difference falls apart when it is multiplied without brackets: only its first term is "
        "multiplied, the second is subtracted from everything.",
        "cross-entropy-delta-ratio": "Where the activation is flat, z can do little, so little "
        "should be reported. Dividing does the opposite: the flattest units report the most.",
        "output-activation-twice": "The prediction has been through the last activation already. "
        "A second time squeezes it towards the middle, so even a perfect prediction seems wrong.",
        "loss-squared-error": "Different losses have different slopes at the same prediction. The "
        "numbers here fit a squared error. Training would still go downhill, but on another hill.",
        "squared-error-on-softmax": "The chain through the softmax is carried out well, but it "
        "starts from the slope of a squared error by the probabilities. The loss of this task "
        "depends on them in another way.",
        "loss-absolute-error": "An absolute error pulls equally hard at small and large errors. "
        "The loss of this task does not: compare the measured slopes of a small and of a large "
        "error.",
        "bce-first-term-only": "The binary cross-entropy has two terms, and each label switches "
        "one of them off. With the first alone, examples with label 0 teach nothing.",
        "bce-second-term-sign": "log(1 - a) falls when a grows: the inner function 1 - a runs "
        "backwards, and the chain rule does not forget it. Look at the examples with label 0.",
        "bce-wrong-denominator": "The slope of a logarithm is 1 over what stands in it. The two "
        "terms have logarithms of different things, so each has a denominator of its own. Look at "
        "the two labels apart: is each of them right?",
        "prediction-upside-down": "A sigmoid rises from 0 to 1. With another sign in the exponent "
        "it falls, and gives 1 - a: each prediction is turned round, and compared with its label "
        "all the same.",
        "loss-value-as-delta": "The value of the loss says how bad things are. The chain rule "
        "needs how fast that changes. On a slope of a hill, height and steepness are two numbers.",
        "cost-as-delta": "One number for the whole batch says how bad all predictions are "
        "together. Which of them were too high, and which too low, is lost in it: that is in the "
        "slopes, of which every output of every example has its own.",
        "softmax-true-class-only": "The softmax shares out a probability of 1. Raising the score "
        "of a wrong class takes probability away from the right one, so the loss changes: every "
        "class has a slope.",
        "softmax-minus-one-everywhere": "Each example has a single right class, and only there is "
        "the wish to reach 1. A wrong class wishes to reach 0.",
        "labels-one-class-off": "Counting may begin with 0 or with 1, in labels and in arrays; a "
        "label that is moved by one asks for the class beside its own. Moved below the first, it "
        "means the last one in Python.",
        "labels-not-one-hot": "The number of a class is a name, and no size: class 3 is not three "
        "times class 1. Each output has a target of its own, which says whether the example is of "
        "its class.",
        "labels-pick-whole-examples": "The error of softmax takes 1 off one entry for each "
        "example, that of its own class. A label is the number of a class, and says nothing of "
        "which example is meant.",
        "labels-pick-whole-classes": "The error of softmax takes 1 off one entry for each "
        "example, that of its own class. In an example of another class that entry has nothing to "
        "lose.",
        "softmax-slope-over-batch": "Softmax makes the classes of one example compete, and the "
        "examples know nothing of each other. A sum that spans them all mixes them.",
        "softmax-over-batch-axis": "The classes of one example compete for a probability of 1. "
        "Summed along the other axis, examples compete with each other: add up A over the "
        "classes, then over the examples.",
        "softmax-over-everything": "The classes of one example compete for a probability of 1. A "
        "sum over all entries makes them compete with those of every other example as well: add "
        "up A over the classes of each.",
        "binary-ce-on-softmax": "The binary cross-entropy treats every output as a yes or no of "
        "its own. Softmax outputs are one choice among several, and their cross-entropy looks at "
        "the right class alone.",
    },
)
