"""The smallest failing case: small, round, right in its numbers, and only on request."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.cli import run
from gradcheck_grader.errors import GraderError
from gradcheck_grader.example.case import STEP, ExampleCase, find_case
from gradcheck_grader.example.saved import save_case, snippet
from gradcheck_grader.example.text import described, none_found
from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.reference.network import loss
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import Submission, read_submission
from tests.conftest import ASSIGNMENTS, Cli, built_in, exam_of, source

WRONG = {
    "backprop": ("wrong_hidden_slope_forgotten", "dW3"),
    "cached-tuple": ("wrong_weight_twice", "dW2"),
    "deep-relu": ("wrong_own_activation", "dW3"),
    "dropout": ("wrong_mask_forgotten", "dW1"),
    "l-model-backward": ("wrong_batch_size", "dW2"),
    "l2-regularized": ("wrong_penalty_not_averaged", "dW1"),
    "relu-sigmoid-softmax": ("wrong_mask_upside_down", "db1"),
    "shallow-sigmoid": ("wrong_weights_forgotten", "dW1"),
    "shallow-tanh": ("wrong_slope_of_sigmoid", "dW1"),
    "single-example": ("wrong_sign", "dW1"),
    "softmax-shallow": ("wrong_two_classes", "dW2"),
    "squared-error": ("wrong_transposed", "dW2"),
    "two-layer-net": ("wrong_bias_wrong_axis", "db2"),
    "update-in-place": ("wrong_slope_forgotten", "dW1"),
}
HEAD = "import numpy as np\n\n\ndef backward_propagation(parameters, cache, X, Y):\n"


def handed_in(assignment: str) -> Submission:
    name = WRONG[assignment][0]
    path = built_in(assignment).folder / "examples" / f"{name}.py"
    return read_submission(path, neighbours=False)


def case_of(
    submission: Submission, assignment: str, name: str, sandbox: Sandbox
) -> ExampleCase | None:
    exam = exam_of(assignment, 5)
    report = grade(submission, exam, sandbox)
    return find_case(submission, exam.assignment, sandbox, report, name)


def found(assignment: str, sandbox: Sandbox) -> ExampleCase:
    case = case_of(handed_in(assignment), assignment, WRONG[assignment][1], sandbox)
    assert case is not None
    return case


def test_every_assignment_has_a_wrong_file_here() -> None:
    assert sorted(WRONG) == ASSIGNMENTS


@pytest.mark.parametrize("assignment", sorted(WRONG))
def test_a_case_is_small_round_and_wrong(assignment: str, sandbox: Sandbox) -> None:
    case = found(assignment, sandbox)
    problem = case.trial.problem
    assert max(problem.network.widths) <= 3
    assert problem.m <= 3
    for array in (*problem.parameters.values(), problem.X):
        assert np.array_equal(np.round(array, 1), array)
    right = case.trial.gradients[case.name]
    assert case.derivative == pytest.approx(float(right[case.entry]), abs=1e-6)
    if case.fits:
        assert isinstance(case.returned, np.ndarray)
        assert abs(float(case.returned[case.entry]) - case.derivative) > 1e-3


@pytest.mark.parametrize("assignment", sorted(WRONG))
def test_the_text_can_be_followed(assignment: str, sandbox: Sandbox) -> None:
    case = found(assignment, sandbox)
    text = described(case)
    for name in (*case.trial.problem.parameters, "X", "Y", "Z1", "loss plus", "loss minus"):
        assert f"{name} = " in text
    assert f"/ {2 * STEP:g} = {case.derivative:.5f}" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_of_the_right_gradient_one_entry_is_told(sandbox: Sandbox) -> None:
    text = HEAD + "    return {k: np.full_like(parameters[k[1:]], 7) for k in KEYS}\n"
    text += "\n\nKEYS = ('dW1', 'db1', 'dW2', 'db2')\n"
    case = case_of(source(text), "shallow-tanh", "dW1", sandbox)
    assert case is not None
    shown = described(case)
    others = [
        float(value)
        for name, array in case.trial.gradients.items()
        for index, value in np.ndenumerate(array)
        # That of the output bias is A2 - Y, which anybody can read off the forward pass.
        if (name, index) != (case.name, case.entry) and name != "db2"
    ]
    assert others
    assert not any(f"{value:.5f}" in shown for value in others)


def test_the_two_losses_are_those_of_the_network(sandbox: Sandbox) -> None:
    case = found("shallow-tanh", sandbox)
    middle = loss(case.trial.problem)
    assert abs(case.plus.loss + case.minus.loss - 2 * middle) < 1e-6
    assert case.plus.value - case.minus.value == pytest.approx(2 * STEP)


def test_rows_and_flat_biases_are_shown_as_the_student_has_them(sandbox: Sandbox) -> None:
    case = found("two-layer-net", sandbox)
    text = described(case)
    assert "b2 = [-" in text or "b2 = [0" in text
    assert f"by b2[{case.entry[0]}]," in text


def test_a_function_that_stops_is_told_so(sandbox: Sandbox) -> None:
    text = HEAD + "    return {'dW2': 1.0, 'db2': 1.0, 'dW1': X @ X, 'db1': 1.0}\n"
    text = text.replace("X @ X", "np.dot(X, X.T[:1])[0:0] @ np.ones(9)")
    case = case_of(source(text), "shallow-tanh", "dW1", sandbox)
    assert case is not None
    assert "Your function did not return (line 5)" in described(case)


def test_the_same_case_comes_for_every_seed(sandbox: Sandbox) -> None:
    submission, exam = handed_in("shallow-tanh"), built_in("shallow-tanh")
    texts = []
    for seed in (1, 2):
        report = grade(submission, prepare(exam, seed), sandbox)
        case = find_case(submission, exam, sandbox, report, "dW1")
        assert case is not None
        texts.append(described(case))
    assert texts[0] == texts[1]


def test_what_is_right_has_no_case(sandbox: Sandbox) -> None:
    assert case_of(handed_in("shallow-tanh"), "shallow-tanh", "dW2", sandbox) is None
    assert "right on every network" in none_found("dW2", ["correct"])
    assert "no dW2 came back" in none_found("dW2", ["missing", "error"])


def test_an_unknown_gradient_is_a_usage_error(sandbox: Sandbox) -> None:
    with pytest.raises(GraderError, match="no gradient 'dW9'"):
        case_of(handed_in("shallow-tanh"), "shallow-tanh", "dW9", sandbox)


@pytest.mark.parametrize("assignment", sorted(set(WRONG) - {"softmax-shallow"}))
def test_the_snippet_makes_the_call_again(
    assignment: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    case = found(assignment, sandbox)
    submission = handed_in(assignment)
    (tmp_path / submission.files[0].path).write_bytes(submission.files[0].content)
    save_case(case, tmp_path / "case.npz")
    code = snippet(case, submission, Path("case.npz")).replace("breakpoint()", "pass")
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if isinstance(case.returned, np.ndarray) and case.part.kind == "gradients" and case.fits:
        assert f"{float(case.returned[case.entry]):.4g}"[:5] in done.stdout


def test_the_snippet_finds_a_file_of_another_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    case, submission = found("shallow-tanh", sandbox), handed_in("shallow-tanh")
    (tmp_path / "week 1").mkdir()
    (tmp_path / "week 1" / submission.files[0].path).write_bytes(submission.files[0].content)
    save_case(case, tmp_path / "case.npz")
    code = snippet(case, submission, Path("case.npz"), Path("week 1"))
    done = subprocess.run(
        [sys.executable, "-c", f"{code.replace('breakpoint()', 'pass')}\n"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dW1" in done.stdout
    assert "\nfrom " not in snippet(case, submission, Path("case.npz"), None)  # in an archive


def test_the_command_shows_and_keeps_a_case(cli: Cli, tmp_path: Path) -> None:
    submission = handed_in("shallow-tanh")
    (tmp_path / "student.py").write_bytes(submission.files[0].content)
    options = ("--assignment", "shallow-tanh", "--seed", "1")
    plain = cli("check", "student.py", *options)
    assert "Smallest failing case" not in plain.stdout
    done = cli("check", "student.py", *options, "--example", "dW1", "--save-case", "case.npz")
    assert done.returncode == 1
    assert done.stdout.startswith(plain.stdout)
    assert "Smallest failing case found for dW1" in done.stdout
    assert "from student import backward_propagation" in done.stdout
    assert sorted(np.load(tmp_path / "case.npz"))[0] == "X"
    as_json = cli("check", "student.py", *options, "--format", "json", "--example", "dW1")
    assert as_json.stdout.startswith("{")
    assert "Smallest failing case" not in as_json.stdout


def test_keeping_without_a_case_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_bytes(handed_in("shallow-tanh").files[0].content)
    done = cli("check", "student.py", "-a", "shallow-tanh", "--save-case", "case.npz")
    assert (done.returncode, done.stdout) == (2, "")  # said before the work
    assert "--example" in done.stderr


def test_a_case_that_has_no_place_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_bytes(handed_in("shallow-tanh").files[0].content)
    options = ("-a", "shallow-tanh", "--example", "dW1", "--save-case", "none/case.npz")
    done = cli("check", "student.py", *options)
    assert (done.returncode, done.stdout) == (2, "")  # said before the work
    assert "the folder of none/case.npz does not exist\n  in --save-case" in done.stderr


def test_a_case_is_searched_within_the_limits_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "student.py"
    file.write_bytes(handed_in("shallow-tanh").files[0].content)
    limits = []

    def searched(_: Submission, assignment: Assignment, *__: object) -> None:
        limits.append((assignment.limits.seconds, assignment.limits.memory_mb))

    monkeypatch.setattr("gradcheck_grader.example.case.find_case", searched)
    run(["check", str(file), "-a", "shallow-tanh", "--example", "dW1",
         "--seconds", "55", "--memory-mb", "777"])  # fmt: skip
    assert limits == [(55, 777)]


def test_a_case_has_the_cache_that_the_function_was_graded_with(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """What it calls Z is what the task calls A; its slip shows only from two examples on."""
    path = tmp_path / "student.py"
    path.write_text(
        "import numpy as np\n\n\n"
        "def sigmoid(a):\n    return 1 / (1 + np.exp(-a))\n\n\n"
        "def forward(X, p):\n"
        "    A1 = p['W1'] @ X + p['b1']\n    Z1 = sigmoid(A1)\n"
        "    A2 = p['W2'] @ Z1 + p['b2']\n    Z2 = sigmoid(A2)\n"
        "    return Z2, {'A1': A1, 'Z1': Z1, 'A2': A2, 'Z2': Z2}\n\n\n"
        "def backward(p, cache, X, Y):\n"
        "    m, Z1, Z2 = X.shape[1], cache['Z1'], cache['Z2']\n"
        "    d2 = Z2 - Y\n    d1 = p['W2'].T @ d2 * Z1 * (1 - Z1)\n"
        "    return {'dW2': d2 @ Z1.T, 'db2': d2.mean(axis=1, keepdims=True),\n"
        "            'dW1': d1 @ X.T / m, 'db1': d1.mean(axis=1, keepdims=True)}\n"
    )
    case = case_of(read_submission(path), "shallow-sigmoid", "dW2", sandbox)
    assert case is not None
    examples = case.trial.problem.m
    assert examples > 1
    assert np.allclose(case.returned, examples * case.trial.gradients["dW2"])
