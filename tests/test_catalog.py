"""Finding and reading assignments: every fault of a file is one clear error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from gradcheck_grader import catalog
from gradcheck_grader.catalog import (
    assignment_folders,
    every_assignment,
    find_assignment,
    read_assignment,
)
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import prepare
from tests.conftest import ASSIGNMENTS, built_in

GOOD = """
title = "Two layers"
summary = "For a test."
total = 100

[interface]
function = "backward_propagation"
arguments = ["parameters", "cache", "X", "Y"]

[network]
hidden = "tanh"
output = "sigmoid"
loss = "binary_cross_entropy"
reduction = "mean"

[[part]]
name = "shallow"
points = { dW2 = 25, db2 = 25, dW1 = 25, db1 = 25 }
"""
Write = Callable[[str], Path]
SIZES = ("depth", "inputs", "width", "outputs", "examples")


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "assignment.toml").write_text(text, encoding="utf-8")
        return folder

    return write


def test_the_built_in_assignments_cover_the_teaching_texts() -> None:
    assert set(ASSIGNMENTS) >= {
        "backprop",
        "deep-relu",
        "relu-sigmoid-softmax",
        "shallow-sigmoid",
        "shallow-tanh",
        "single-example",
        "squared-error",
    }


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_built_in_assignment_is_whole(name: str) -> None:
    assignment = find_assignment(name)
    assert (assignment.folder / "handout.md").is_file()
    assert (assignment.folder / "starter.py").is_file()
    examples = [path.name for path in (assignment.folder / "examples").glob("*.py")]
    assert any(name.startswith("right") for name in examples)
    assert sum(name.startswith("wrong") for name in examples) >= 3


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_built_in_assignment_is_what_the_checks_of_an_authors_file_make_of_it(
    name: str, tmp_path: Path
) -> None:
    """It is made without them; what is told apart is also 1 from 1.0 and from true."""
    unchecked = built_in(name)
    shutil.copy(unchecked.folder / "assignment.toml", tmp_path)
    checked = replace(read_assignment(tmp_path), name=name, folder=unchecked.folder)
    assert repr(unchecked) == repr(checked)


def test_a_folder_is_an_assignment(written: Write) -> None:
    folder = written(GOOD)
    for path in (folder, folder / "assignment.toml"):
        assert find_assignment(str(path)).name == "mine"


def test_an_unknown_name_is_refused_with_the_near_ones() -> None:
    with pytest.raises(AssignmentError) as caught:
        find_assignment("shalow-tanh")
    assert str(caught.value) == (
        "error: there is no assignment 'shalow-tanh'\n"
        "  Did you mean shallow-tanh? List them with: grader assignment list"
    )


def test_a_path_that_is_not_there_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="there is no such folder") as caught:
        find_assignment(f"{tmp_path}/nope")
    assert caught.value.where == f"{tmp_path}/nope"


OUT_OF_RANGE = [
    *[
        (f"{size} = [0, 9]", f"network.{size}.0: must be greater than or equal to 1")
        for size in SIZES
    ],
    ("width = [-3, 8]", "network.width.0: must be greater"),
    ("l2 = [-0.5, 1]", "network.l2.0: must be greater than or equal to 0"),
    ("l2 = inf", "network.l2"),
    ("l2 = nan", "network.l2"),
    ("keep_prob = [0.9, 0.5]", "keep_prob runs from 0.9 to 0.5"),
    ("keep_prob = 1.5", "network.keep_prob: must be less than or equal to 1"),
    ("keep_prob = [0, 0.5]", "network.keep_prob.0: must be greater than 0"),
    ("keep_prob = nan", "network.keep_prob"),
    ("keep_prob = 0.5\nwidth = [1, 8]", "width must begin at 2 with keep_prob"),
]


def test_a_softmax_of_one_class_is_refused(written: Write) -> None:
    softmax = 'output = "softmax"\noutputs = [1, 3]'
    text = GOOD.replace('output = "sigmoid"', softmax).replace("binary_cross", "categorical_cross")
    with pytest.raises(AssignmentError, match="softmax needs outputs from 2"):
        read_assignment(written(text))


@pytest.mark.parametrize("least", [*[f"{size} = [1, 9]" for size in SIZES], "keep_prob = 1"])
def test_ranges_may_begin_at_one(written: Write, least: str) -> None:
    text = GOOD.replace('reduction = "mean"', f'reduction = "mean"\n{least}')
    if "depth" in least:
        points = ", ".join(f"d{kind}{layer} = 0" for layer in range(3, 10) for kind in "Wb")
        text = text.replace("db1 = 25 }", f"db1 = 25, {points} }}")
        text = text.replace("[network]", "[network]\nwidth = [1, 20]")
    if "keep_prob" in least:
        text = text.replace("[network]", 'cache = ["Z{l}", "A{l}", "D{l}?"]\n[network]')
    prepare(read_assignment(written(text)), 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("total = 100", "total = 90", "the points add up to 100, but total is 90"),
        ("[network]", "[network]\ncolour = 1", "network.colour: unknown key"),
        ("[network]", "[netwrk]\na = 1\n[network]", "netwrk: unknown key"),
        ('hidden = "tanh"', 'hidden = "tan"', "network.hidden"),
        ('hidden = "tanh"', "", "network.hidden: this key is needed"),
        ('output = "sigmoid"', 'output = "softmax"', "binary_cross_entropy needs a sigmoid"),
        ('reduction = "mean"', 'reduction = "none"', 'reduction = "none" goes with examples = 1'),
        ("dW2 = 25", "dW2 = 25.5", "points.dW2"),
        ("dW2 = 25", "dW3 = 25", "points are missing for dW2"),
        ("dW2 = 25, ", "dW2 = 25, dW7 = 0, ", "points are given for dW7, which is never graded"),
        ("dW2 = 25", "dW2 = -25", "points.dW2"),
        ('reduction = "mean"', 'reduction = "mean"\nwidth = [5, 3]', "width runs from 5 to 3"),
        ('reduction = "mean"', 'reduction = "mean"\nwidth = 3', "too few for"),
        ('reduction = "mean"', 'reduction = "mean"\ndepth = "two"', "network.depth"),
        ('name = "shallow"', 'name = "Not A Slug"', "name"),
        ('name = "shallow"', 'name = "shallow"\ntrials = 1', "trials"),
        *[('reduction = "mean"', f'reduction = "mean"\n{bad}', said) for bad, said in OUT_OF_RANGE],
        ('title = "Two layers"', "", "title: this key is needed"),
        ('function = "backward_propagation"', "function = []", "interface.function"),
        ('["parameters", "cache", "X", "Y"]', "[]", "the function is given nothing"),
        *[
            ("[network]", f"keys = {keys}\n[network]", f"interface.keys{place}: {said}")
            for keys, place, said in (
                ("[]", "", "give at least 1 item"),
                ('["d{name}", "grad"]', ".1", "'grad' needs {name}"),
                ('["dW{l}", "db{l}"]', ".0", "'dW{l}' needs {name} (W1), or {kind} (W) and {l}"),
                ('["d{nam}"]', ".0", "'d{nam}' needs {name}"),
                ('["{name}{"]', ".0", "'{name}{' needs {name}"),
                ('["{name}_{x}"]', ".0", "'{name}_{x}' needs {name}"),
            )
        ],
        *[
            ("[[part]]", f"{table}\n[[part]]{own}", f"{key}: must be")
            for table, own, key in (
                ("[limits]\nseconds = inf", "", "limits.seconds"),
                ("[accept]\nguard = nan", "", "accept.guard"),
                ("[accept]\nguard = -1", "", "accept.guard"),
                ("", "\nlearning_rate = inf", "learning_rate"),
                ("", "\nlearning_rate = [0.1, inf]", "learning_rate.1"),
            )
        ],
        ("[[part]]", "[[part]]\nlearning_rate = [0.2, 0.1]", "learning_rate runs from 0.2 to 0.1"),
        ("[[part]]", "[[part]]\nlearning_rate = [0.1, 0.2]", "learning_rate varies, but is not"),
        ("[[part]]", "[part]", "part: write [[part]], in double brackets"),
        ("total = 100", "total = 100\nname = 'x'", "name: the folder's name is the assignment's"),
        ("total = 100", "total = 100\nfolder = 'x'", "folder: the assignment is in the folder of"),
        ("total = 100", "total = 100\nparts = 3", "parts: unknown key; write [[part]]"),
        ("total = 100", "total = 100\nparts = []\nname = 1", "parts: unknown key; write [[part]]"),
        *[
            ('name = "shallow"', f'name = "shallow"\n{key} = {value}', f"{key}: write a table")
            for key in ("interface", "network")
            for value in ("[]", '""', "false", "0")
        ],
        ("[network]", "[network]\nwidth = [0, 8]", "network.width.0: must be greater"),
        ("[network]", "[network]\nwidth = [2, 80000]", "weights and activations, more than"),
        ("[network]", "[network]\nexamples = 10000000", "weights and activations, more than"),
        ('hidden = "tanh"', 'hidden = "tahn"', "network.hidden: must be 'identity'"),
        ('hidden = "tanh"', "hidden = 3", "network.hidden: write text in quotes, or a list"),
        ("total = 100", "total = 100\nfollow_through = 2", "follow_through: write 'full', 'none'"),
        ("total = 100", "total = 100\nfollow_through = true", "follow_through: write 'full'"),
        ('name = "shallow"', 'name = "Part A"', "name: write small letters, digits and hyphens"),
        ('name = "shallow"', 'name = "shallow"\nkind = "step"', "dW1, db1, which are never graded"),
        ('name = "shallow"', 'name = "shallow"\noptional = "no?"', "optional: write true or false"),
        ("[network]", "[network]\nwidth = 4", "over 1 size, too few for 1 hidden layer, inputs"),
        ("dW1 = 25", "dw1 = 25", "missing for dW1, and points are given for dw1, which"),
        ('"X", "Y"]', '"X", "X"]', "interface: X stands twice in arguments"),
        ("[network]", 'owner = "my net"\n[network]', "owner: 'my net' can be no name in Python"),
        ('"backward_propagation"', '["bprop", "back prop"]', "function.1: 'back prop' can be no"),
        ("[network]", "[network]\ndepth = true", "network.depth: write a whole number"),
        ("[network]", "[network]\nkeep_prob = true", "network.keep_prob: write a number"),
    ],
)
def test_each_fault_names_file_key_and_remedy(
    written: Write, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    folder = written(GOOD.replace(old, new, 1))
    with pytest.raises(AssignmentError) as caught:
        read_assignment(folder)
    assert str(folder / "assignment.toml") in str(caught.value)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_items_that_are_not_valid_are_not_said_to_be_missing(written: Write) -> None:
    keys = 'keys = ["dW1", "db1"]'
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(GOOD.replace("[network]", f"{keys}\n[network]")))
    said = caught.value.remedy.splitlines()
    assert [line.split(" needs ")[0] for line in said] == [
        "part shallow: interface.keys.0: 'dW1'",
        "part shallow: interface.keys.1: 'db1'",
    ]


def test_a_name_that_no_trial_has_is_told_with_the_file(written: Write) -> None:
    folder = written(GOOD.replace('"X", "Y"]', '"X", "Y", "seeds"]'))
    with pytest.raises(AssignmentError, match="passes 'seeds', which no trial has") as caught:
        prepare(read_assignment(folder), 1)
    assert caught.value.where == f"{folder / 'assignment.toml'}, part 'shallow'"
    assert caught.value.remedy.endswith('under [interface.values]: seeds = "..."')


def test_numbers_of_classes_are_no_targets_of_a_squared_error(written: Write) -> None:
    text = GOOD.replace("binary_cross_entropy", "squared_error")
    text = text.replace("[network]", 'labels = "integers"\n[network]')
    with pytest.raises(AssignmentError, match='labels = "integers" needs a cross-entropy'):
        read_assignment(written(text))


@pytest.mark.parametrize(
    ("interface", "network", "said"),
    [
        ("", "l2 = [0.1, 0.9]", "l2 varies, but lambd is not passed"),
        ("", "keep_prob = 0.8", "keep_prob drops units, but no mask is passed"),
        ('cache = ["A{l}", "D{l}?"]', "keep_prob = [0.5, 0.9]", "keep_prob varies, but keep_prob"),
        ("", "l2 = 0.7", ""),
        ('cache = ["A{l}", "D{l}?"]', "keep_prob = 0.8", ""),
        ('attributes = { reg = "lambd" }', "l2 = [0.1, 0.9]", ""),
        ('values = { X = "(X, rest)", rest = "[lambd]" }', "l2 = [0.1, 0.9]", ""),
        ('values = { cache = "(Z{l}, D1, keep_prob)" }', "keep_prob = [0.5, 0.9]", ""),
    ],
)
def test_what_the_gradients_need_must_be_passed(
    written: Write, interface: str, network: str, said: str
) -> None:
    text = GOOD.replace("[network]", f"{interface}\n[network]\n{network}")
    if not said:
        read_assignment(written(text))
        return
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(text))
    assert said in str(caught.value)


def test_fewer_trials_than_depths_are_refused(written: Write) -> None:
    """A gradient of a depth that is never drawn has points that nobody could get."""
    points = ", ".join(f"d{kind}{layer} = 0" for layer in (3, 4, 5) for kind in "Wb")
    deep = GOOD.replace('hidden = "tanh"', 'hidden = "tanh"\ndepth = [2, 5]')
    deep = deep.replace("db1 = 25 }", f"db1 = 25, {points} }}\ntrials = 3")
    with pytest.raises(AssignmentError, match="3 trials are too few for the depths 2 to 5"):
        read_assignment(written(deep))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("depth = 0", "part shallow: network.depth: must be greater than or equal to 1"),
        ("l2 = [0.1, 0.9]", "part shallow: l2 varies"),
        ("width = [2, 3, 4]", "part shallow: network.width: give at most 2 items, not 3"),
        ('width = "2-8"', "part shallow: network.width: write a number, or [lowest, highest]"),
    ],
)
def test_a_fault_of_a_part_is_told_once_with_the_parts_name(
    written: Write, new: str, said: str
) -> None:
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(GOOD.replace("[network]", f"[network]\n{new}")))
    lines = caught.value.remedy.splitlines()
    assert all(line.startswith("part shallow: ") for line in lines)
    assert lines[0].startswith(said)


def test_a_file_without_parts_is_told_how_to_write_one(written: Write) -> None:
    with pytest.raises(AssignmentError, match=r"part: write \[\[part\]\]") as caught:
        read_assignment(written(GOOD.split("[[part]]", maxsplit=1)[0]))
    assert len(caught.value.remedy.splitlines()) == 1


@pytest.mark.parametrize("parts", ["[1]", '["a"]', "[[]]"])
def test_a_part_that_is_no_table_is_told_by_its_number(written: Write, parts: str) -> None:
    text = GOOD.split("[[part]]", maxsplit=1)[0].replace(
        "total = 100", f"total = 100\npart = {parts}"
    )
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(text))
    assert caught.value.remedy == "part number 1: write a table"


def test_no_fault_is_told_in_the_words_of_python(written: Write) -> None:
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(GOOD.replace("[[part]]", "[[part]]\ninterface = 1")))
    assert caught.value.remedy == "part shallow: interface: write a table"


def test_all_faults_of_a_file_come_at_once(written: Write) -> None:
    text = GOOD.replace('title = "Two layers"', "").replace("[network]", "[network]\ncolour = 1")
    with pytest.raises(AssignmentError) as caught:
        read_assignment(written(text))
    assert "title" in str(caught.value)
    assert "colour" in str(caught.value)


def test_a_file_that_is_no_toml_is_one_error(written: Write) -> None:
    with pytest.raises(AssignmentError, match="not readable as TOML"):
        read_assignment(written("title = "))


def test_a_folder_without_the_file_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match=r"holds no assignment\.toml"):
        find_assignment(f"{tmp_path}/")


def offer(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint("mine", value, catalog.GROUP)
    monkeypatch.setattr(catalog, "entry_points", lambda group: [point])


def test_installed_packages_bring_assignments(
    written: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written(GOOD)
    (tmp_path / "offering.py").write_text(
        f"def folder():\n    return {str(tmp_path)!r}\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    offer(monkeypatch, "offering:folder")
    assert assignment_folders()["mine"] == tmp_path / "mine"


def test_two_assignments_of_one_name_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "backprop").mkdir()
    (tmp_path / "backprop" / "assignment.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "twice.py").write_text(f"folder = {str(tmp_path)!r}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    offer(monkeypatch, "twice:folder")
    with pytest.raises(AssignmentError, match="two assignments are named 'backprop'"):
        assignment_folders()


def test_a_broken_entry_point_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "no_such_module:folder")
    with pytest.raises(AssignmentError, match="cannot be loaded") as caught:
        assignment_folders()
    assert "mine = no_such_module:folder" in str(caught.value)


def test_the_short_names_of_a_backward_pass_are_accepted_wherever_one_is_asked_for() -> None:
    parts = [part for assignment in every_assignment().values() for part in assignment.parts]
    asked = [part.interface.function for part in parts]
    backward = [names for names in asked if any("back" in name for name in names)]
    assert len(backward) >= 13
    for names in backward:
        assert {"backward", "backward_pass"} <= set(names)
