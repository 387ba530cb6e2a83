"""One slip in the output layer is charged once, whatever number that layer has on a network."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, changed, right_of

OUTPUT = 'dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_activation_backward(dAL'
AFTER = '    grads[f"dA{L - 1}"] = dA\n'
WEIGHTS, BIASES = ("dW5", "dW4", "dW3", "dW2"), ("db5", "db4", "db3", "db2")


def slipped(line: str) -> str:
    text = right_of("l-model-backward")
    return changed(text, (AFTER, f"{AFTER}    {line}\n"))


@pytest.mark.parametrize(
    ("text", "id", "names", "score"),
    [
        (slipped('grads[f"dW{L}"] *= 2'), "factor-two", WEIGHTS, 94),
        (slipped('grads[f"db{L}"] = -grads[f"db{L}"]'), "sign-flipped", BIASES, 96),
        (
            changed(
                right_of("l-model-backward"),
                (OUTPUT, OUTPUT.replace("dW{L}", "@").replace("db", "dW").replace("@", "db{L}")),
            ),
            "keys-swapped",
            (*WEIGHTS, *BIASES),
            90,
        ),
    ],
)
def test_a_slip_of_the_output_layer_is_charged_on_the_deepest_networks_alone(
    text: str, id: str, names: tuple[str, ...], score: int, grade_text: Grade
) -> None:
    report = grade_text(text, "l-model-backward")
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    assert (finding.id, set(finding.gradients), report.score) == (id, set(names), score)
    following = {row.name for row in report.gradients if row.verdict == "follow-through"}
    assert following == {name for name in names if not name.endswith("5")}


def test_a_gradient_that_is_wrong_in_hidden_layers_too_is_no_repeat_of_the_output_layer(
    grade_text: Grade,
) -> None:
    """On 5 layers dW5 alone is wrong; dW3 is so as a hidden layer of 4."""
    slip = slipped('grads[f"dW{L}"] *= 2')
    more = "    if L == 4:\n        grads['dW3'] = grads['dW3'] ** 2\n    return grads"
    report = grade_text(changed(slip, ("    return grads", more)), "l-model-backward")
    (dW3,) = [row for row in report.gradients if row.name == "dW3"]
    assert (dW3.verdict, dW3.points) == ("wrong", 0)
