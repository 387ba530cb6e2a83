"""The GitHub action and the pre-commit hook, run as their platforms run them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pytest
import yaml

from tests.conftest import Cli

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
EXAMPLES = ROOT / "assignments" / "shallow-tanh" / "examples"
WRONG = (EXAMPLES / "wrong_mean_forgotten.py").read_text(encoding="utf-8")
RIGHT = (EXAMPLES / "right.py").read_text(encoding="utf-8")
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
OURS = ("GITHUB_", "GRADER_", "PYTHON", "RUNNER_", "INPUT_")


def evaluated(text: str, values: Mapping[str, str]) -> str:
    """Put in the values of expressions, as the platform does before it runs anything."""
    return EXPRESSION.sub(lambda match: values[match[1]], text)


@dataclass
class Job:
    """What a job of the action left behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    workspace: Path


class Runner:
    """A runner: the action's own copy with the grader installed, and a workspace for each job."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.action = folder / "actions" / "a grader"
        self.temp = folder / "runner temp"
        self.temp.mkdir(parents=True)
        for name in ("gradcheck_grader", "reference", "assignments"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, self.action / name, ignore=ignored)
        for name in ("pyproject.toml", "README.md", "LICENSE", "action.yml"):
            shutil.copy(ROOT / name, self.action / name)

    def step(
        self, step: Mapping[str, Any], workspace: Path, values: Mapping[str, str], **more: str
    ) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        script = self.folder / "step.sh"
        script.write_text(evaluated(step["run"], values), encoding="utf-8")
        given = {key: evaluated(text, values) for key, text in step.get("env", {}).items()}
        kept = {key: text for key, text in os.environ.items() if not key.startswith(OURS)}
        platform = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.temp),
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=workspace,
            env=kept | platform | given | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def install(self) -> None:
        """Run the step that installs; what the grader needs is lent by this Python."""
        workspace = self.workspace({})
        done = self.step(STEPS[1], workspace, {}, PIP_NO_DEPS="1")
        assert done.returncode == 0, done.stdout
        packages = next((self.temp / "gradcheck-grader").glob("lib/python*/site-packages"))
        lent = Path(numpy.__file__).parent.parent
        (packages / "dependencies.pth").write_text(f"{lent}\n", encoding="utf-8")

    def workspace(self, files: Mapping[str, str]) -> Path:
        self.count += 1
        made = self.folder / f"work {self.count}"
        made.mkdir()
        trap = "from pathlib import Path\nPath(__file__).with_name('imported').touch()\n"
        for name in ("pip", "venv", "numpy", "pydantic", "gradcheck_grader", "sitecustomize"):
            (made / f"{name}.py").write_text(trap, encoding="utf-8")
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8")
        return made

    def grade(self, files: Mapping[str, str], **inputs: str) -> Job:
        """Run the step that grades, with the action's defaults for what is not given."""
        defaults = {name: item.get("default", "") for name, item in ACTION["inputs"].items()}
        assert inputs.keys() <= defaults.keys()
        values = {f"inputs.{name}": text for name, text in (defaults | inputs).items()}
        for name in ("output", "summary"):
            (self.folder / name).write_text("", encoding="utf-8")
        workspace = self.workspace(files)
        done = self.step(STEPS[2], workspace, values)
        lines = (self.folder / "output").read_text(encoding="utf-8").splitlines()
        values |= {f"steps.grade.outputs.{k}": v for k, _, v in (x.partition("=") for x in lines)}
        outputs = {
            name: EXPRESSION.sub(lambda match: values.get(match[1], ""), item["value"])
            for name, item in ACTION["outputs"].items()
        }
        summary = (self.folder / "summary").read_text(encoding="utf-8")
        assert "Traceback" not in done.stdout
        assert not (workspace / "imported").exists()
        return Job(done.returncode, done.stdout, outputs, summary, workspace)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    pytest.importorskip("pip", reason="pip is not installed here")
    made = Runner(tmp_path_factory.mktemp("action"))
    made.install()
    return made


def test_no_input_is_part_of_a_script() -> None:
    assert not any("${{" in step.get("run", "") for step in STEPS)
    assert all("-I -m" in line for step in STEPS[1:] for line in pythons(step["run"]))


def pythons(script: str) -> list[str]:
    return [line for line in script.splitlines() if re.search(r"\bpython\"? ", line)]


def test_wrong_work_fails_with_annotations_outputs_and_a_summary(runner: Runner) -> None:
    job = runner.grade({"student.py": WRONG}, assignment="shallow-tanh", seed="7")
    assert job.code == 1
    assert (job.outputs["score"], job.outputs["max-score"]) == ("75", "100")
    assert job.outputs["status"] == "graded"
    report = json.loads(Path(job.outputs["report"]).read_text(encoding="utf-8"))
    assert (report["score"], report["grader"]["seed"]) == (75, 7)
    assert "::error file=student.py,line=14," in job.log
    assert "dW2" in job.summary


def test_right_work_passes_and_the_assignment_is_found(runner: Runner) -> None:
    job = runner.grade({"my work.py": RIGHT}, file="my work.py")
    assert job.code == 0
    assert job.outputs["score"] == job.outputs["max-score"] != ""


def test_further_options_are_split_and_nothing_else(runner: Runner) -> None:
    job = runner.grade(
        {"student.py": WRONG}, assignment="shallow-tanh", args=" --exit-zero\n --hints  none "
    )
    assert job.code == 0
    assert "explain" not in job.log


def test_options_are_no_patterns_for_files(runner: Runner) -> None:
    files = {"student.py": RIGHT, "none": ""}
    job = runner.grade(files, assignment="shallow-tanh", args="--hints n*")
    assert job.code == 2
    assert "'n*'" in job.log


@pytest.mark.parametrize(
    "inputs",
    [
        {"file": "student.py; touch pwned"},
        {"file": "$(touch pwned).py"},
        {"file": "`touch pwned`"},
        {"file": '" ; touch pwned ; "'},
        {"file": "--help"},
        {"file": "*"},
        {"assignment": "$(touch pwned)"},
        {"assignment": "--exit-zero"},
        {"assignment": "x\ny' ; touch pwned"},
        {"seed": "7; touch pwned"},
        {"args": "$(touch pwned)"},
        {"args": "x); touch pwned; (true"},
        {"args": "`touch pwned`"},
        {"args": "*"},
    ],
    ids=str,
)
def test_hostile_inputs_are_names_that_do_not_exist(runner: Runner, inputs: dict[str, str]) -> None:
    job = runner.grade({"student.py": RIGHT}, **inputs)
    assert job.code == 2
    assert not list(job.workspace.parent.glob("**/pwned"))
    assert job.outputs["score"] == ""
    assert len(job.log.splitlines()) <= 6


def test_what_was_installed_can_make_bundles_and_pages(runner: Runner, tmp_path: Path) -> None:
    """Their files are no modules: setuptools leaves out what it was not told of."""
    grader = [str(runner.temp / "gradcheck-grader/bin/python"), "-I", "-m", "gradcheck_grader"]
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    check = ("check", "student.py", "--assignment", "shallow-tanh", "--report", "html=page.html")
    for words in (("bundle", "gradescope", "shallow-tanh", "-o", "autograder.zip"), check):
        done = subprocess.run([*grader, *words], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    with zipfile.ZipFile(tmp_path / "autograder.zip") as bundle:
        [name] = [name for name in bundle.namelist() if name.endswith(".whl")]
        with zipfile.ZipFile(io.BytesIO(bundle.read(name))) as wheel:
            held = {item.removeprefix("gradcheck_grader/") for item in wheel.namelist()}
    for folder in ("bundle/files", "batch/templates", "reports/templates"):
        wanted = {
            f"{folder}/{path.name}" for path in (ROOT / "gradcheck_grader" / folder).iterdir()
        }
        assert wanted <= held


def test_what_code_prints_is_no_command(runner: Runner) -> None:
    said = "::error::forged\\n::set-output name=score::100\\n::stop-commands::x\\n"
    code = WRONG.replace("    m = ", f'    print("{said}")\n    m = ', 1)
    assert code != WRONG
    job = runner.grade({"student.py": code}, assignment="shallow-tanh")
    assert job.outputs["score"] == "75"
    lines = job.log.splitlines()
    token = next(x for x in lines if x.startswith("::stop-commands::")).rpartition("::")[2]
    free = lines[lines.index(f"::{token}::") :]
    assert not any("forged" in line or "name=score" in line for line in free)


def test_the_hook_grades_the_file_that_pre_commit_gives_it(cli: Cli, tmp_path: Path) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["language"] == "python"
    assert re.search(hook["files"], "student.py")
    assert not re.search(hook["files"], "tests/student.py")  # two files would be one too many
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    words = hook["entry"].split()
    assert words[0] == "grader"
    done = cli(*words[1:], "--assignment", "shallow-tanh", "student.py")
    assert done.returncode == 1
    assert "Score 75 / 100" in done.stdout
