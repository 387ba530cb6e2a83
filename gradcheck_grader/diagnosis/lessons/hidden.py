"""What there is to learn from mistakes in hidden layers: on the way back, and at activations."""

from __future__ import annotations

from gradcheck_grader.diagnosis.lessons.lesson import Chapter

PROPAGATE = Chapter(
    group="From a layer to the one below",
    idea="A hidden activation a acts on the loss only through the units of the next layer. Nudge "
    "it, and every z it feeds moves by the weight in between; each of those z then changes the "
    "loss as its own dz says. dA adds up these contributions, separately for every example.",
    twists={
        "prop-weights-forgotten": "A unit with a large outgoing weight moves the loss more than "
        "one with a small weight, and a negative weight turns the effect round. Without the "
        "weights all units look alike.",
        "prop-not-transposed": "In the forward pass a row of W collects what enters one unit. On "
        "the way back the question is what leaves one unit, and those weights stand along the "
        "other direction of W.",
        "prop-reshape-not-transpose": "Reshaping keeps the order in which numbers lie in memory "
        "and only breaks the rows elsewhere, so weights end up between units that they never "
        "connected. Turning a matrix exchanges rows and columns.",
        "prop-uses-dW": "The connection between two units has the strength of the weight. Its "
        "gradient says how the weight should change, and carried nothing in the forward pass.",
        "prop-uses-activation": "Activations travel forward, slopes of the loss travel back. "
        "How active the units above are says nothing of what the labels ask for.",
        "prop-ungated-error": "What travels on must be the slope by the z of the layer above, and "
        "z is reached only after passing that layer's activation. The error from before the "
        "activation is one link short.",
        "prop-weight-fractions": "Sharing out an error by percentages is a picture from some "
        "books. The slope is not a fixed amount to be shared: larger weights everywhere mean more "
        "effect everywhere.",
        "prop-batch-mean-delta": "Every example passes its own activation, with its own slope. If "
        "their deltas are averaged before that, each example receives what others caused.",
        "prop-adds-bias": "The bias is added in the forward pass whatever a is. Nudging a does "
        "not change it, so it has no part in the slope by a.",
        "prop-absolute-weights": "A negative weight means: more of this activation, less of that "
        "z. Its slope has the opposite sign, and that is information, not an accident.",
        "prop-output-error-everywhere": "The output error reaches a hidden unit through every "
        "layer in between: their weights and their slopes all shape it. Lower layers hear a "
        "changed story.",
        "prop-output-dA-everywhere": "Each layer has a dA of its own. That of the output layer is "
        "the slope of the loss by the prediction, and no hidden activation is the prediction.",
        "prop-skips-a-layer": "Going back is a relay: a layer takes what the one just above has "
        "made. Here the baton comes from further up, so one layer has not added its links.",
        "prop-uses-updated-weights": "All slopes are taken at one point, the weights that the "
        "forward pass used. After a step of descent the network is another one, while the cache "
        "still belongs to the old one.",
    },
)

GATE = Chapter(
    group="Through the activation",
    idea="Between z and a stands the activation function. Nudge z by a little, and a moves by "
    "that little times the steepness of the curve at that z; only the movement of a reaches the "
    "loss. So dZ holds what comes from above, dA, as far as the curve lets it through.",
    twists={
        "hidden-missing-gprime": "Here everything is let through. That would be right if the "
        "curve rose as fast as z everywhere; the ratios show how far it is from that, most of all "
        "where z is large and the curve is flat.",
        "wrong-derivative-sigmoid": "Each activation has its own curve. The rule used here "
        "belongs to a sigmoid: it is never above 1/4, and comes out negative where a is negative.",
        "wrong-derivative-tanh": "Each activation has its own curve. The rule used here belongs "
        "to tanh: it is 1 where the activation is 0. Is this layer's curve that steep there?",
        "wrong-derivative-relu": "A ReLU is either on, with steepness 1, or off, with 0. A smooth "
        "activation has every steepness in between.",
        "wrong-derivative-leaky-relu": "A leaky ReLU has two steepnesses, 1 and a small one, and "
        "nothing in between. Is the curve of this layer made of two straight lines?",
        "another-activation": "The cache holds what the forward pass made. What is computed again "
        "must come out the same: another function puts a network in the place of the one that "
        "the loss was measured on.",
        "sum-not-reset": "A sum over the units above belongs to one unit in one example. What is "
        "left in it from before is blame that others caused.",
        "gprime-at-activation": "A slope function expects either z, and applies the activation "
        "inside, or a, and does not. Given a in place of z, it reads the steepness at another "
        "point of the curve.",
        "gprime-formula-on-z": "The short rules for the slope use the value of the activation, "
        "because it is at hand. With z in its place such a rule may even be negative, although "
        "the curve only rises.",
        "g-instead-of-gprime": "How high the curve is and how steep it is are two questions. Far "
        "to the right tanh and sigmoid are high, and almost flat.",
        "z-instead-of-gprime": "z says where on the curve the unit sits. The chain rule asks how "
        "steep the curve is there.",
        "gprime-twice": "a comes from z by one pass through the activation, so one steepness "
        "belongs into the chain. With two of them small slopes become tiny.",
        "gprime-times-z": "In g'(z), z is the place where the slope is read. It is no factor: "
        "nothing in the chain from z to a is multiplied by z.",
        "gprime-times-a": "The slope may well be built from a, but once it is complete nothing "
        "else belongs into this link. A unit with a near 0 would report nothing at all.",
        "gprime-factor-lost": "One part of the rule for the slope is there, the other is lost. At "
        "a place where the slope is known, such as z = 0, the difference shows at once.",
        "tanh-prime-plus": "A curve that stays between -1 and 1 must become flat on both sides. A "
        "slope that grows with the height of the curve would shoot out of that band.",
        "tanh-prime-one-forgotten": "tanh is steepest in the middle, where its value is 0. A "
        "slope that is 0 there has it the wrong way round.",
        "tanh-prime-square-outside": "The curve looks the same on both sides of 0, so its slope "
        "must be equal for z and -z. Compare a unit with positive and one with negative a.",
        "tanh-prime-doubled": "tanh rises everywhere, and is as steep at z as at -z. Doubling a "
        "keeps its sign, so the two sides come out differently, and one of them even falls.",
        "tanh-prime-power-swapped": "A square has the 2 up in the exponent, whatever is squared. "
        "With the 2 below it the result grows without end to the right, and is never 0.",
        "gprime-bracket-misplaced": "Copy the rule once more, and say for each square and each "
        "difference what it is of: of z, of an exponential, or of the value of the activation.",
        "sigmoid-prime-plus": "A curve that levels out must have a slope that goes to 0 as it "
        "nears its upper end. This one grows instead.",
        "gprime-mixes-a-and-z": "The rule for the slope is about one quantity. Half of it read "
        "from the activation and half from z belongs to no point of the curve.",
        "gprime-differentiated-wrongly": "How steep the curve is, and how its steepness changes, "
        "are two derivatives. The second is 0 where the first is largest.",
        "gprime-of-wrong-layer": "Every layer has its own z, and so its own steepness. On the way "
        "back through a layer, the curve to look at is the one that was passed going forward.",
        "gprime-mixes-layers": "The rule for the slope is about one unit at one point of its "
        "curve. Half of it read from this layer and half from the next belongs to neither.",
        "gprime-batch-mean": "Each example sits at its own point of the curve: one may be on the "
        "steep part and the next on the flat part. A mean slope gives both the same.",
        "upstream-dropped": "The steepness says how strongly z moves a. Without what comes from "
        "above, nothing tells whether that matters to the loss, or in which direction.",
        "gprime-added": "Links of a chain act one after the other: twice as much here and three "
        "times as much there make six times as much, not five. A flat unit must block what comes "
        "from above, and a sum cannot.",
        "foreign-gprime-formula-on-z": "Each activation has a slope of its own. The short rules "
        "a(1-a) and 1-a^2 belong to sigmoid and tanh, and are written in terms of their output.",
        "leaky-slopes-swapped": "To the right of zero a leaky ReLU is z itself, so a nudge of z is "
        "passed on whole. To the left it is a small share of z, and passes on that share.",
        "gprime-divided": "A flat curve lets little through. Dividing by its steepness lets the "
        "most through just there.",
        "gprime-matrix-product": "A unit passes its own blame through its own slope, in each "
        "example by itself: one number times one number. A product of matrices multiplies whole "
        "rows by whole columns and adds up. That its shape fits is an accident.",
        "hidden-error-a-minus-y": "Labels belong to outputs. What a hidden unit should have been "
        "nobody says; how its value affects the loss is what comes back from the layer above.",
        "precedence-slip": "Python multiplies before it subtracts. A slope that is itself a "
        "difference falls apart when it is multiplied without brackets.",
        "gprime-of-gradient": "The steepness is read where the unit was in the forward pass. What "
        "comes back from above is no place on the curve.",
        "relu-mask-inverted": "A unit that was off passed nothing forward, so a nudge of its z "
        "changes nothing. A unit that was on passes every nudge. Look at the sign of Z and at "
        "what is 0.",
        "relu-product-compared": "A comparison gives yes or no, 1 or 0. Made for z it says which "
        "units were on. Made for a product it answers another question, and nothing of the blame "
        "itself is left.",
        "relu-mask-on-gradient": "Whether a unit was on was decided in the forward pass. What "
        "comes back may be negative for a unit that was on, and must go through unchanged.",
        "leaky-slope": "A ReLU is exactly flat for negative z: a nudge there changes nothing at "
        "all. A small slope on that side belongs to another function, the leaky ReLU.",
        "leak-in-place-of-delta": "A slope multiplies what comes from above; it does not take its "
        "place. A unit that the loss hardly depends on would report as much as any other.",
        "leak-of-another-size": "The leak is a part of the function: the steepness left of zero "
        "must be the number that the forward pass multiplies a negative z by.",
        "relu-derivative-sign": "With steepness -1 a curve falls on the left. That of max(0, z) "
        "is flat there, which means steepness 0, and that of a leaky ReLU rises a little.",
        "dropout-mask-forgotten": "A dropped unit passed nothing forward, whatever its z was, so "
        "nothing comes back through it. What dropout did to a kept unit also happens to its slope.",
        "dropout-mask-averaged": "The keep probability is one number that is known before a mask "
        "is drawn. The share of units that a mask keeps is near it, and seldom equal to it.",
        "dropout-slope-from-dropped-activation": "The short rule for the slope needs the value "
        "that the curve gave. After dropout A1 holds something else: zeros for dropped units, and "
        "scaled values for the kept ones, here even beyond the range of the curve.",
    },
)
