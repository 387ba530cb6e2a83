"""Formats of other packages: found by entry point; a broken one is a clear error."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import GROUP, parse_targets, renderer, write_all
from gradcheck_grader.reports.context import Context

Reports = dict[str, GradeReport]
SOURCE = """
def short(report):
    return f"{report.score} of {report.max_score}\\n"

def placed(report, context):
    return context.path

def failing(report):
    raise ValueError("no idea")

def number(report):
    return 7

text = "no function"
"""
POINTS = """
short = extra_formats:short
placed = extra_formats:placed
whole = extra_module
failing = extra_formats:failing
number = extra_formats:number
text-only = extra_formats:text
absent = extra_formats:absent
nowhere = no_such_module
json = extra_formats:short
"""


def install(folder: Path, name: str, points: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{points}")


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "extra_formats.py").write_text(SOURCE)
    (folder / "extra_module.py").write_text("def render(report):\n    return 'whole'\n")
    install(folder, "extra", POINTS)
    monkeypatch.syspath_prepend(str(folder))
    for name in ("extra_formats", "extra_module"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return folder


def test_a_function_and_a_module_are_formats(reports: Reports) -> None:
    assert renderer("short")(reports["wrong"]) == "72 of 108\n"
    assert renderer("whole")(reports["wrong"]) == "whole"
    assert renderer("placed", Context("a/b.py"))(reports["wrong"]) == "a/b.py"


def test_a_name_of_ours_stays_ours(reports: Reports) -> None:
    assert renderer("json")(reports["wrong"]).startswith("{")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "does not load: ModuleNotFoundError"),
        ("absent", "does not load: AttributeError"),
        ("text-only", "is neither a function nor a module"),
    ],
)
def test_one_that_does_not_load_is_said_before_anything_is_graded(name: str, said: str) -> None:
    with pytest.raises(GraderError) as caught:
        renderer(name)
    assert said in caught.value.message
    assert "extra" in caught.value.where
    assert caught.value.exit_code == 2


def test_an_unknown_one_lists_all_and_guesses() -> None:
    with pytest.raises(GraderError) as caught:
        renderer("shorts")
    assert "Did you mean short?" in caught.value.remedy
    assert "text, json, markdown, html, junit" in caught.value.remedy
    assert "nowhere" in caught.value.remedy


def test_a_name_of_two_packages_is_refused(packages: Path) -> None:
    install(packages, "rival", "short = rival:short\n")
    with pytest.raises(GraderError, match="two packages define the format 'short'") as caught:
        renderer("short")
    assert "extra" in caught.value.message
    assert "rival" in caught.value.message


@pytest.mark.parametrize("name", ["failing", "number"])
def test_one_that_fails_leaves_the_others(reports: Reports, tmp_path: Path, name: str) -> None:
    first, broken, last = (tmp_path / part for part in ("a.json", "b", "c.xml"))
    targets = parse_targets([f"json={first}", f"{name}={broken}", f"junit={last}"])
    with pytest.raises(GraderError, match=f"the format '{name}'"):
        write_all(reports["wrong"], targets)
    assert first.is_file()
    assert last.is_file()
    assert not broken.exists()
    assert not list(tmp_path.glob(".*"))


def test_all_are_rendered_before_the_first_is_written(reports: Reports, tmp_path: Path) -> None:
    order: list[str] = []

    def spying(report: GradeReport) -> str:
        order.append(", ".join(sorted(path.name for path in tmp_path.glob("*.json"))))
        return "x"

    write_all(reports["wrong"], [(spying, tmp_path / "a.json"), (spying, tmp_path / "b.json")])
    assert order == ["", ""]
