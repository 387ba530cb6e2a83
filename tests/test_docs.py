"""The pages say what is true: their commands run, their files and links exist."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from gradcheck_grader import cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = ROOT / "assignments" / "shallow-tanh" / "examples"
WRONG = (EXAMPLES / "wrong_slope_of_sigmoid.py").read_text(encoding="utf-8")
RIGHT = (EXAMPLES / "right.py").read_text(encoding="utf-8")
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
NOT_RUN = {  # words of a command -> why it is not run
    "--watch": "it goes on until Ctrl+C",
    "--cluster": "it needs a cluster",
}
MAKES = {("assignment", "new"), ("bundle", "prairielearn")}  # and refuse what is there


def blocks(page: Path, language: str | None = None) -> list[str]:
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [text for _, name, text in found if language is None or name == language]


def all_commands(page: Path) -> list[list[str]]:
    """Return the commands of a page, as words."""
    lines = (line.strip().removeprefix("$ ") for t in blocks(page) for line in t.splitlines())
    return [shlex.split(line, comments=True) for line in lines if line.startswith("grader ")]


def commands(page: Path) -> list[list[str]]:
    return [words for words in all_commands(page) if not set(words) & NOT_RUN.keys()]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the files that the pages speak of."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "student.py").write_text(WRONG, encoding="utf-8")
    cell = {"cell_type": "code", "source": RIGHT, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "week3.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "submissions").mkdir()
    for name, text in (("ann", RIGHT), ("bob", WRONG)):
        (folder / "submissions" / f"{name}.py").write_text(text, encoding="utf-8")
    roster = "name,id,login\nAnn,1,ann\nBob,2,bob\nCat,3,cat\n"
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    gradebook = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Week 3 (1234)\n"
        "    Points Possible,,,,,10\n"
        '"Lee, Ann",1,,ann,A,\n"Ray, Bob",2,,bob,A,\n'
    )
    (folder / "gradebook.csv").write_text(gradebook, encoding="utf-8")
    (folder / "secret.key").write_text("0123456789abcdef" * 4, encoding="utf-8")
    (folder / "model.py").write_text("def loss(w):\n    return (w**2).sum()\n", encoding="utf-8")
    np.savez(folder / "point.npz", w=np.array([1.0, -2.0]))
    shutil.copytree(EXAMPLES.parent, folder / "week-3")
    return folder


@pytest.fixture
def place(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "world"
    shutil.copytree(world, made)
    monkeypatch.chdir(made)
    for name in [name for name in os.environ if name.startswith(("GRADER_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    return made


def run(words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Run a command in this process; starting a new one each time would take most of the time."""
    monkeypatch.setattr(sys, "argv", list(words))
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = cli.run()
    return code, said.getvalue()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands(page)], ids=lambda page: page.name
)
def test_every_command_of_a_page_works(
    page: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in commands(page):
        if tuple(words[1:3]) in MAKES:
            shutil.rmtree(place / words[3], ignore_errors=True)
        code, said = run(words, monkeypatch)
        assert code in (0, 1), f"{shlex.join(words)}\n{said}"
        assert "Traceback" not in said, shlex.join(words)


@pytest.mark.parametrize("word", NOT_RUN)
def test_what_is_not_run_is_an_option_that_there_is(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    found = [words for page in PAGES for words in all_commands(page) if word in words]
    assert found, f"no page has {word} any more"
    for words in found:
        code, said = run([*words[:2], "--help"], monkeypatch)
        assert code == 0
        assert {item for item in words if item.startswith("--")} <= set(said.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("#"):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def yaml_named(name: str) -> Any:
    """Return the example in docs/ci.md whose first line names a file."""
    [text] = [t for t in blocks(ROOT / "docs" / "ci.md", "yaml") if t.startswith(f"# {name}\n")]
    return yaml.safe_load(text)


def test_the_workflow_uses_the_action_as_it_is() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = yaml_named(".github/workflows/gradients.yml")["jobs"]["grade"]["steps"]
    [ours] = [step for step in steps if "gradcheck-grader" in step["uses"]]
    assert ours["with"].keys() <= action["inputs"].keys()
    for used in re.findall(rf"steps\.{ours['id']}\.outputs\.([\w-]+)", json.dumps(steps)):
        assert used in action["outputs"]
    said = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for name, item in action["inputs"].items():
        assert f"| `{name}` |" in said
        if item["default"]:
            assert f"| `{name}` | `{item['default']}` |" in said


def test_the_gitlab_job_writes_the_report_that_it_keeps(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = yaml_named(".gitlab-ci.yml")["gradients"]
    [script] = job["script"]
    code, said = run(shlex.split(script), monkeypatch)
    assert code == 1, said
    assert (place / job["artifacts"]["reports"]["junit"]).is_file()
    assert job["allow_failure"] == {"exit_codes": [3]}


def test_the_pre_commit_example_names_the_hook_that_there_is() -> None:
    [repo] = yaml_named(".pre-commit-config.yaml")["repos"]
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [used] = repo["hooks"]
    assert (used["id"], used["files"]) == (hook["id"], hook["files"])


def test_the_autograder_for_classroom_50_writes_its_result(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it but what makes an environment and fills it from the network."""
    [script] = [t for t in blocks(ROOT / "docs" / "ci.md", "python") if "classroom50=" in t]
    (place / "autograder.py").write_text(script, encoding="utf-8")
    told = {
        "CLASSROOM": "cs-principles",
        "ASSIGNMENT": "backprop",
        "ASSIGNMENT_TYPE": "individual",
        "OWNER": "alice",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        **dict.fromkeys(("COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), "https://example.org/a"),
    }
    for name, text in told.items():
        monkeypatch.setenv(name, text)
    real, seen = subprocess.run, []

    def here(command: list[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        seen.append(command)
        if "gradcheck_grader" not in command:
            return subprocess.CompletedProcess(command, 0)
        # Without -I: where this Python does not have the grader installed, PYTHONPATH may name it.
        words = [word for word in command[1:] if word != "-I"]
        own = options["env"]
        return real([sys.executable, *words], env=own, capture_output=True, check=False)

    (place / "grader.toml").write_text("seed = 'of the student'\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", here)
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(place / "autograder.py"))
    assert ended.value.code == 0
    assert all("-I" in command for command in seen)
    result = json.loads((place / "result.json").read_text(encoding="utf-8"))
    assert (result["schema"], result["score"]) == ("classroom50/result/v1", 50)
    assert (place / "release-body.md").is_file()


def test_every_toml_and_python_example_is_readable() -> None:
    import tomllib

    for page in PAGES:
        for text in blocks(page, "toml"):
            tomllib.loads(text)
        for text in blocks(page, "python"):
            compile(text, page.name, "exec")
