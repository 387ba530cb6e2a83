"""What ``grader assignment verify`` and ``new`` find out, on good folders and on bad ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.answer import read_answer
from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.comparison import compare
from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.search.bench import prepare as prepare_bench
from gradcheck_grader.diagnosis.search.sieve import Sieve
from gradcheck_grader.errors import AssignmentError, DisagreementError, GraderError
from gradcheck_grader.new_assignment import new_assignment
from gradcheck_grader.reference.network import Arrays, Problem, backward
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.trials import draw_trials
from gradcheck_grader.verify import Section, agreement, verify
from gradcheck_grader.verify.declared import declared
from gradcheck_grader.verify.mutants import mutants
from gradcheck_grader.verify.mutation import laid_out, mutation_score
from tests.conftest import ASSIGNMENTS, Cli, built_in

Edit = Callable[[Path], None]
ROWS = (("shallow", "dW2"), ("shallow", "db2"), ("deep", "dW2"))
DEEP = {"backprop", "deep-relu", "l-model-backward"}  # seconds long, and alike


def copy(tmp_path: Path, source: str = "shallow-tanh") -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(built_in(source).folder, folder, ignore=shutil.ignore_patterns("__*"))
    return folder


def rewrite(path: Path, pattern: str, text: str) -> None:
    changed, count = re.subn(pattern, text, path.read_text(encoding="utf-8"))
    assert count, f"{pattern!r} is not in {path}"
    path.write_text(changed, encoding="utf-8")


def sections(folder: Path, sandbox: Sandbox) -> dict[str, Section]:
    found = verify(read_assignment(folder), (1,), sandbox)
    return {section.name: section for section in found}


def faults(folder: Path, sandbox: Sandbox) -> str:
    return "\n".join(f for section in sections(folder, sandbox).values() for f in section.faults)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in DEEP else []) for n in ASSIGNMENTS]
)
def test_a_built_in_assignment_catches_every_catalogued_mistake(name: str) -> None:
    score = mutation_score(built_in(name), (1,))
    assert score.missed == ()
    assert score.percent >= 99.9
    assert len(score.ids) > 60
    assert len(score.equivalent) < 0.05 * score.total
    assert not [one for one in score.equivalent if one.why == "the formula is right here too"]


def test_a_good_assignment_is_ready(sandbox: Sandbox) -> None:
    found = list(verify(built_in("squared-error"), (1, 2), sandbox))
    assert [section.name for section in found] == [
        "files", "reference", "examples", "mistakes", "cost",
    ]  # fmt: skip
    assert not [fault for section in found for fault in section.faults]


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("right.py", "expected: dW2 wrong", "right.py: shallow: dW2 is correct, expected wrong"),
        ("wrong_mean_forgotten.py", "expected: all correct", "dW2 is wrong, expected correct"),
        ("wrong_mean_forgotten.py", "expected: dW7 wrong", "cannot be read: 'dW7 wrong'"),
        ("wrong_mean_forgotten.py", "expected: dW2 bad", "cannot be read: 'dW2 bad'"),
        ("wrong_mean_forgotten.py", "hello", "does not say what it expects"),
    ],
)
def test_an_example_that_is_not_as_declared_is_found(
    tmp_path: Path, sandbox: Sandbox, file: str, line: str, words: str
) -> None:
    folder = copy(tmp_path)
    rewrite(folder / "examples" / file, r"\A# expected: .*", f"# {line}")
    assert words in faults(folder, sandbox)


def test_a_mistake_that_is_not_the_declared_one_is_found(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = copy(tmp_path)
    example = folder / "examples" / "wrong_mean_forgotten.py"
    rewrite(example, "# mistake: .*", "# mistake: sign-flipped")
    assert "named is missing-mean, expected sign-flipped" in faults(folder, sandbox)


def test_a_file_called_right_must_be_right(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = copy(tmp_path)
    (folder / "examples" / "wrong_mean_forgotten.py").rename(folder / "examples" / "right_too.py")
    assert "right_too.py: the file is called right" in faults(folder, sandbox)


def test_networks_that_cannot_tell_two_sizes_apart_are_found(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    rewrite(folder / "assignment.toml", r"(?m)^(inputs|examples) = \[.*", r"\1 = 6")
    score = mutation_score(read_assignment(folder), (1, 2))
    assert {(one.id, one.why) for one in score.missed} == {
        ("divided-by-wrong-size", "m and n0 are equal in every trial: widen their ranges")
    }
    assert score.percent < 99.9


def test_a_depth_that_no_trial_has_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(tmp_path)
    rewrite(folder / "assignment.toml", "depth = 2", "depth = [2, 4]")
    more = "dW3 = 0, db3 = 0, dW4 = 0, db4 = 0, "
    rewrite(folder / "assignment.toml", "(points = { )", rf"\1{more}")
    read = read_assignment(folder)
    monkeypatch.setattr(Part, "_every_depth_is_drawn", lambda part: None)  # else it is refused
    few = tuple(replace(part, trials=2) for part in read.parts)
    score = mutation_score(replace(read, parts=few), (1,))
    assert (4, "no trial has 4 layers: give the part more trials") in {
        (one.depth, one.why) for one in score.missed
    }


def test_a_search_for_causes_that_fails_is_found(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(tmp_path)
    assert not sections(folder, sandbox)["mistakes"].faults

    def survivors(*_: object) -> None:
        raise ValueError("a slip of ours")

    monkeypatch.setattr(Sieve, "survivors", survivors)
    [fault] = sections(folder, sandbox)["mistakes"].faults
    assert fault.startswith("the cause of wrong work could not be looked for (shallow ")
    assert "with seed 1" in fault
    assert "ValueError: a slip of ours. That is our fault, please report it" in fault


def test_what_an_example_is_told_instead_is_said_with_its_line(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    folder = copy(tmp_path)
    wrong = (folder / "examples" / "wrong_mean_forgotten.py").read_text(encoding="utf-8")
    text = re.sub("(?m)^# (expected|mistake).*\n", "", wrong)
    (folder / "examples" / "right_b.py").write_text(f"# expected: all correct\n{text}")
    remarks = "\n".join(sections(folder, sandbox)["examples"].remarks)
    assert re.search(r"right_b.py is told: .* \(missing-mean\), line \d+$", remarks, re.M)
    assert "wrong_" not in remarks


def test_without_a_right_example_nothing_is_ready(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = copy(tmp_path)
    for right in (folder / "examples").glob("right*"):
        right.unlink()
    assert "no right one: examples/right.py must show" in faults(folder, sandbox)


def test_without_a_wrong_answer_nothing_is_ready(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradcheck_grader.verify.mutation.mutants", lambda part, bench: ())
    assert "no wrong answer could be made" in faults(copy(tmp_path), sandbox)


@pytest.mark.parametrize("name", ["handout.md", "starter.py"])
def test_a_missing_file_breaks_an_assignment(tmp_path: Path, sandbox: Sandbox, name: str) -> None:
    folder = copy(tmp_path)
    (folder / name).unlink()
    with pytest.raises(AssignmentError, match=f"the assignment has no {name}"):
        sections(folder, sandbox)


def test_a_starter_that_gives_points_away_is_found(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = copy(tmp_path)
    shutil.copy(folder / "examples" / "right.py", folder / "starter.py")
    rewrite(folder / "handout.md", "backward_propagation", "the function")
    found = faults(folder, sandbox)
    assert "starter.py: it earns 100 points" in found
    assert "handout.md never names backward_propagation" in found


def test_a_family_without_telling_networks_is_the_authors_to_mend(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradcheck_grader.trials.tells", lambda trial: False)
    with pytest.raises(AssignmentError, match="no telling trial") as caught:
        sections(copy(tmp_path), sandbox)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_right_gradients_laid_out_by_verify_are_judged_right(name: str) -> None:
    """Or every mutant would be caught for its form alone."""
    for part in built_in(name).parts:
        for trial in draw_trials(part, 5):
            entries = read_answer(part, trial, laid_out(part, trial.truth))
            verdicts = {compare(trial, key, entry).verdict for key, entry in entries.items()}
            assert verdicts == {"correct"}


def test_every_mistake_of_the_catalogue_is_made_somewhere() -> None:
    made: set[str] = set()
    catalogue = build()
    names = ("shallow-tanh", "squared-error", "softmax-shallow", "dropout", "l2-regularized")
    parts = [part for name in names for part in built_in(name).parts]
    leaky = replace(parts[0].network, hidden=("leaky_relu",))
    mean = replace(parts[1].network, error_form="mean", outputs=(2, 4))
    others = [
        replace(part, network=network) for part, network in ((parts[0], leaky), (parts[1], mean))
    ]
    for part in (*parts, *others, *built_in("two-layer-net").parts):
        with np.errstate(all="ignore"):
            bench = prepare_bench(draw_trials(part, 1), catalogue)
            made |= {one.id for one in mutants(part, bench)}
    # One keep probability is passed for all layers of `dropout`: there is no other one to take. A
    # fixed size is a number of anybody's choice.
    assert set(catalogue.mistakes) - made <= {"dropout-other-keep-prob", "fixed-batch-size"}


def test_declarations_of_several_parts_are_read() -> None:
    read = declared("# expected: deep: all error\n# expected: db2 missing\n# mistake: x\n", ROWS)
    assert read.verdicts == {
        ("shallow", "dW2"): "correct",
        ("shallow", "db2"): "missing",
        ("deep", "dW2"): "error",
    }
    assert read.mistakes == {"x"}


def test_a_declaration_may_stand_close_to_its_sign() -> None:
    read = declared("#expected: db2 wrong\n#mistake: x\n", ROWS)
    assert read.verdicts["shallow", "db2"] == "wrong"
    assert read.mistakes == {"x"}


def test_files_may_begin_with_a_byte_order_mark(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = copy(tmp_path)
    for path in (folder / "assignment.toml", folder / "examples" / "right.py"):
        path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert faults(folder, sandbox) == ""


@pytest.mark.parametrize("line", ["", "dW2", "deep: dW9 wrong", "dW2 wrong,db2 wrong", "all fine"])
def test_what_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(AssignmentError, match=r"cannot be read"):
        declared(f"# expected: {line}\n", ROWS)


@pytest.mark.parametrize("source", ["shallow-tanh", "two-layer-net", "backprop"])
def test_a_new_assignment_is_the_old_one_under_another_name(tmp_path: Path, source: str) -> None:
    made = new_assignment("week-3", built_in(source), tmp_path)
    old = built_in(source)
    assert (made.name, made.title) == ("week-3", "Week 3")
    assert _apart_from_names(made) == _apart_from_names(old)
    handout = (made.folder / "handout.md").read_text(encoding="utf-8")
    assert handout.startswith("# Week 3\n")
    assert "--assignment week-3" in handout
    assert old.title not in handout
    assert f"--assignment {source}" not in handout
    names = {path.name for path in (old.folder / "examples").glob("*.py")}
    assert {path.name for path in (made.folder / "examples").iterdir()} == names


def _apart_from_names(assignment: Assignment) -> dict[str, object]:
    values = asdict(assignment)
    return {key: values[key] for key in values.keys() - {"name", "folder", "title"}}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Week 3", "cannot be an assignment's name"),
        ("../week", "cannot be an assignment's name"),
        ("week-", "cannot be an assignment's name"),
        ("dropout", "there is an assignment 'dropout' already"),
        ("taken", "exists already"),
    ],
)
def test_a_new_assignment_overwrites_nothing(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(GraderError, match=words):
        new_assignment(name, built_in("shallow-tanh"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_new_assignment_verifies_at_once(cli: Cli, tmp_path: Path) -> None:
    made = cli("assignment", "new", "week-3", "--title", 'Chains, "the" rule')
    assert made.returncode == 0
    assert "grader assignment verify ./week-3" in made.stdout
    done = cli("assignment", "verify", "./week-3", "--seeds", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'week-3: Chains, "the" rule' in done.stdout
    assert "wrong answers caught, 100 %" in done.stdout
    assert done.stdout.endswith("Ready: grader check student.py --assignment ./week-3\n")

    rewrite(tmp_path / "week-3" / "examples" / "right.py", "all correct", "dW1 wrong")
    done = cli("assignment", "verify", "./week-3", "--seeds", "1")
    assert done.returncode == 1
    assert "Not ready: 1 thing to mend." in done.stdout

    (tmp_path / "week-3" / "handout.md").unlink()
    done = cli("assignment", "verify", "./week-3", "--seeds", "1")
    assert done.returncode == 2
    assert "the assignment has no handout.md" in done.stderr


def test_another_gradient_rule_would_not_verify(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference that disagrees with the numerical derivative is our fault, exit 3."""

    def wrong(*arguments: object) -> object:
        gradients, deltas = backward(*arguments)  # type: ignore[arg-type]
        return {name: 2 * value for name, value in gradients.items()}, deltas

    monkeypatch.setattr("gradcheck_grader.trials.backward", wrong)
    with pytest.raises(DisagreementError) as caught:
        list(verify(built_in("shallow-tanh"), (1,), sandbox))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["dW2", "db2", "dW1", "db1"])
def test_a_derivative_that_is_no_number_is_a_disagreement(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blank(problem: Problem) -> Arrays:
        return numerical(problem) | {name: np.nan * problem.parameters[name[1:]]}

    module = import_module("gradcheck_grader.verify.agreement")
    numerical = module.parameter_gradient
    monkeypatch.setattr(module, "parameter_gradient", blank)
    with pytest.raises(DisagreementError):
        agreement(built_in("shallow-tanh"), (1,))
