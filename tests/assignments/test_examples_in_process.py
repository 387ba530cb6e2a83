"""The examples run in this process, by hand: a check beside the grader, sharing none of its path.

Arguments, keys, shapes and tolerance are written down here once more on purpose; only the drawing
of problems and the reference backpropagation are the project's own.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.catalog import built_in, read_assignment
from gradcheck_grader.family import Family
from gradcheck_grader.reference.draw import draw
from gradcheck_grader.reference.network import Network, Problem, backward, example_losses, forward

FOLDERS = sorted(file.parent for file in built_in().glob("*/assignment.toml"))
EXAMPLES = [example for folder in FOLDERS for example in sorted(folder.glob("examples/*.py"))]
VERDICTS = ("wrong shape", "wrong", "missing", "error")
REPEAT = "follow-through"
TURNS = 12

Names = dict[str, str]  # gradient -> verdict, the correct ones left out


def _id(path: Path) -> str:
    return path.name if path.is_dir() else f"{path.parent.parent.name}-{path.stem}"


@pytest.mark.parametrize("example", EXAMPLES, ids=_id)
def test_an_example_loses_exactly_what_its_header_declares(example: Path) -> None:
    assignment = read_assignment(example.parent.parent)
    declared = _declared(assignment, example.read_text(encoding="utf-8"))
    functions = runpy.run_path(str(example))

    seen = {}
    for part in assignment.parts:
        name = next((name for name in part.interface.function if name in functions), None)
        if name is not None:
            # That a slip repeats is found by the diagnosis, which is not asked here.
            repeats = {key for key, said in declared[part.name].items() if said == REPEAT}
            found = _seen(part, functions[name])
            seen[part.name] = {key: REPEAT if key in repeats else found[key] for key in found}
        else:
            assert part.optional

    assert seen == {name: declared[name] for name in seen}
    assert {name for name in declared if declared[name]} <= set(seen)
    assert example.name.startswith("wrong") == any(declared.values())


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_there_is_a_right_example_and_three_wrong_ones_with_three_mistakes(folder: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in folder.glob("examples/wrong_*.py")]
    mistakes = {
        match[1] for text in texts if (match := re.search(r"^# mistake: (\S+)$", text, re.M))
    }

    assert (folder / "examples" / "right.py").is_file()
    assert len(mistakes) >= 3


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_the_handout_names_all_that_is_passed_and_asked(folder: Path) -> None:
    handout = (folder / "handout.md").read_text(encoding="utf-8")
    for part in read_assignment(folder).parts:
        cache = [key.removesuffix("?") for key in part.interface.cache]
        entries = [key.replace("{l}", str(k)) for key in cache for k in (1, 2)]
        named = [part.interface.function[0], *part.interface.arguments, *part.points, *entries]
        missing = [name for name in named if not re.search(rf"\b{name}\b", handout)]
        assert missing == []


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_the_handout_states_the_points(folder: Path) -> None:
    handout = (folder / "handout.md").read_text(encoding="utf-8")
    for part in read_assignment(folder).parts:
        if part.kind != "step":
            for name, points in part.points.items():
                assert re.search(rf"^\|.*`{name}`.*\| {points} \|", handout, re.M), name


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_the_numbers_in_the_handout_are_those_of_the_starters_small_network(folder: Path) -> None:
    handout = (folder / "handout.md").read_text(encoding="utf-8")
    name = read_assignment(folder).parts[0].interface.function[0]
    right = runpy.run_path(str(folder / "examples" / "right.py"))[name]

    assert f"```text\n{_output(folder / 'starter.py', {name: right})}```" in handout


@pytest.mark.parametrize("folder", FOLDERS, ids=_id)
def test_an_untouched_starter_runs_and_prints_what_is_to_be_done(folder: Path) -> None:
    output = _output(folder / "starter.py", {})

    assert "None" in output
    assert "[" not in output


def _output(starter: Path, filled_in: Mapping[str, Any]) -> str:
    """Return what a starter prints with these functions in place of its own."""
    text = starter.read_text(encoding="utf-8")
    definitions, main = text.split('if __name__ == "__main__":')
    namespace: dict[str, Any] = {}
    exec(definitions, namespace)
    namespace.update(filled_in)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.printoptions():
        exec(f"if True:{main}", namespace)
    return printed.getvalue()


def _declared(assignment: Assignment, text: str) -> dict[str, Names]:
    """Return what the ``# expected:`` lines of an example say, by part."""
    declared: dict[str, Names] = defaultdict(dict)
    lines = re.findall(r"^# expected: (.+)$", text, re.M)
    assert lines
    assert text.startswith("# expected: ")
    for line in lines:
        if line == "all correct":
            continue
        name, _, rest = line.rpartition(": ")
        part = next(part for part in assignment.parts if part.name == (name or part.name))
        assert name or len(assignment.parts) == 1
        for item in rest.split(", "):
            gradient, verdict = item.split(" ", 1)
            assert verdict in (*VERDICTS, REPEAT)
            names = part.points if gradient == "all" else [gradient]
            declared[part.name] |= dict.fromkeys(names, verdict)
    return declared


def _seen(part: Part, function: Any) -> Names:
    """Return the one verdict other than correct that each gradient got, over all problems."""
    seen: dict[str, set[str]] = defaultdict(set)
    for turn in range(TURNS):
        problem = _problem(part.network, turn)
        rate = float(np.random.default_rng(turn).uniform(*part.learning_rate))
        cache = forward(problem)
        gradients, _ = backward(problem, cache)
        truth: Mapping[str, Any] = gradients
        given: dict[str, Any] = {}
        if part.kind == "step":
            rng = np.random.default_rng(turn)
            given = {name: rng.standard_normal(value.shape) for name, value in gradients.items()}
        if part.kind != "gradients":
            slope = given or gradients
            truth = {k: v - rate * slope["d" + k] for k, v in problem.parameters.items()}
        arguments = _arguments(part, problem, cache, given, rate)
        try:
            answer = _as_dict(function(*arguments), arguments)
        except ValueError:
            answer = None
        for name, value in truth.items():
            seen[name].add("error" if answer is None else _verdict(part, name, value, answer))
    wrong = {name: verdicts - {"correct"} for name, verdicts in seen.items()}
    assert all(len(verdicts) <= 1 for verdicts in wrong.values()), wrong
    return {name: verdicts.pop() for name, verdicts in wrong.items() if verdicts}


def _problem(family: Family, turn: int) -> Problem:
    """Return a problem whose sizes all differ, output units and single examples aside."""
    rng = np.random.default_rng([20, turn])
    depth = family.depth[0] + turn % (family.depth[1] - family.depth[0] + 1)
    outputs = family.outputs[0] + turn % (family.outputs[1] - family.outputs[0] + 1)
    sizes = [size for size in range(family.width[0], family.width[1] + 1) if size != outputs]
    hidden_and_inputs = [int(size) for size in rng.permutation(sizes)[:depth]]
    free = set(range(family.examples[0], family.examples[1] + 1)) - {*hidden_and_inputs, outputs}
    m = int(rng.choice(sorted(free))) if free else 1
    network = Network(
        (*hidden_and_inputs, outputs),
        family.activations(depth),
        family.loss,
        family.reduction,
        l2=float(rng.uniform(*family.l2)),
        penalty_form=family.penalty_form,
        keep_prob=_keep_prob(family, depth, rng),
    )
    return draw(network, m, rng, turn)


def _keep_prob(family: Family, depth: int, rng: np.random.Generator) -> tuple[float, ...]:
    return () if family.keep_prob is None else (rng.uniform(*family.keep_prob),) * (depth - 1)


def _arguments(
    part: Part, problem: Problem, cache: Mapping[str, Any], given: Mapping[str, Any], rate: float
) -> list[Any]:
    """Return the values of one call."""

    def laid_out(array: Any) -> Any:
        if part.interface.flat_biases and any(array is b for b in biases):
            return array[:, 0].copy()
        return array.T.copy() if part.interface.layout == "rows" else array.copy()

    depth = problem.network.depth
    biases = [value for name, value in problem.parameters.items() if name.startswith("b")]
    parameters = {name: laid_out(value) for name, value in problem.parameters.items()}
    arrays = {"X": laid_out(problem.X), "Y": laid_out(problem.Y)}
    kept = {name: laid_out(value) for name, value in cache.items()}
    loss = example_losses(problem, cache[f"Z{problem.network.depth}"]).reshape(1, -1)
    one_dict = {
        **{name.lower(): value for name, value in {**arrays, **kept}.items() if name != "A0"},
        "loss": loss,
        **parameters,
    }
    values: dict[str, Any] = {
        **arrays,
        "parameters": parameters,
        "weights": parameters,
        "cache": kept,
        "caches": _layer_caches(parameters, kept, depth),
        "AL": kept[f"A{depth}"],
        "L": depth,
        "y": problem.Y.argmax(axis=0),
        "lambd": problem.network.l2,
        "keep_prob": (*problem.network.keep_prob, None)[0],
        "fprop_cache": one_dict,
        "grads": {name: laid_out(value) for name, value in given.items()},
        "learning_rate": rate,
        "alpha": rate,
    }
    if part.interface.cache_form == "tuple":
        everything = {**kept, **parameters, **problem.masks}
        names = [f"{kind}{k}" for k in range(1, depth + 1) for kind in "ZDAWb"]
        values["cache"] = tuple(everything[name] for name in names if name in everything)
    return [values[name] for name in part.interface.arguments]


def _layer_caches(parameters: Mapping[str, Any], kept: Mapping[str, Any], depth: int) -> list[Any]:
    """Return ((A_prev, W, b), Z) of every layer."""
    return [
        ((kept[f"A{k - 1}"], parameters[f"W{k}"], parameters[f"b{k}"]), kept[f"Z{k}"])
        for k in range(1, depth + 1)
    ]


def _as_dict(answer: Any, arguments: list[Any]) -> Mapping[str, Any]:
    """Return an answer as a dict: also a tuple, a pair with the loss, weights changed in place."""
    if answer is None:
        return next(item for item in arguments if isinstance(item, dict) and "W1" in item)
    if isinstance(answer, tuple) and len(answer) == 2:
        return answer[1]
    if isinstance(answer, tuple):
        return dict(zip(("dW1", "db1", "dW2", "db2"), answer, strict=True))
    return answer


def _verdict(part: Part, name: str, truth: Any, answer: Mapping[str, Any]) -> str:
    plain = name.removeprefix("d")
    keys = [pattern.replace("{name}", plain) for pattern in part.interface.keys]
    found = next((key for key in keys if key in answer), None)
    if found is None:
        return "missing"
    value = np.asarray(answer[found], dtype=np.float64)
    expected = truth.T if part.interface.layout == "rows" else truth
    flat_bias = "b" in name and value.shape == (expected.size,)
    one_number = value.size == 1 and expected.size == 1
    if value.shape != expected.shape and not flat_bias and not one_number:
        return "wrong shape"
    close = np.allclose(value.reshape(expected.shape), expected, rtol=1e-9, atol=1e-13)
    return "correct" if close else "wrong"
