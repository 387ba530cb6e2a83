"""The page of a class as a file: what it holds, what it escapes, and that it is written whole."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.batch.page import Facts, page, write_page
from gradcheck_grader.batch.tally import summarise
from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.batch.class_of import class_of, facts_of, real_reports
from tests.batch.made import Held, graded, report

FACTS = Facts("Two layers", "shallow-tanh", 7, 12, "0.1.0", ("kernel",), "24 November 2026")
EVIL = "</script><script>alert(1)</script><!--"


class Read(HTMLParser):
    """Every tag of a page with its attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            self.raw.append((self.tags[-1][0], data))


def text_of(*made: Graded, missing: tuple[Person, ...] = ()) -> str:
    return "".join(page(Held(made), summarise(made, missing), FACTS))


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def with_text(made: GradeReport, text: str) -> GradeReport:
    finding = replace(
        made.findings[0], title=text, message=text, source=f"    {text}", caret=(4, 9), line=3
    )
    return replace(made, findings=(finding,), output=text, replay=text)


def test_nothing_from_outside_becomes_markup() -> None:
    hostile = with_text(report(f"{EVIL}.py", ["dW1"], ["batch-mean"]), EVIL)
    text = text_of(graded(Person(EVIL, EVIL, EVIL), hostile), missing=(Person(EVIL),))
    assert "<script>alert" not in text
    tags = Read(text).tags
    assert [tag for tag, _ in tags].count("script") == 2
    data = data_of(text)
    assert data["students"][0]["n"] == EVIL
    assert data["students"][0]["o"] == EVIL
    assert data["findings"][0]["title"] == EVIL


def test_the_policy_knows_exactly_the_style_and_the_script_of_the_page() -> None:
    read = Read(text_of(graded("a")))
    policies = [held.get("content") or "" for tag, held in read.tags if "http-equiv" in held]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; ")
    assert "unsafe" not in policies[0]
    for kind, text in read.raw:
        if not text.lstrip().startswith("{"):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policies[0]


def test_no_tag_carries_style_or_script_and_none_loads_anything() -> None:
    for _, attributes in Read(text_of(graded("a"))).tags:
        assert not {name for name in attributes if name.startswith("on")}
        assert not attributes.keys() & {"style", "src", "srcset", "action"}
        assert (attributes.get("href") or "#").startswith("#")


def test_three_thousand_students_fit_in_five_megabytes(sandbox: Sandbox) -> None:
    reports = real_reports(sandbox, "backprop")
    made = Held(tuple(class_of(3000, 2, reports)))
    text = "".join(page(made, summarise(made), facts_of(reports)))
    assert len(text.encode()) < 5_000_000
    assert len(data_of(text)["students"]) == 3000
    assert "<script>alert" not in text
    assert "<img" not in text


def test_what_many_students_share_is_stored_once() -> None:
    made = [graded(f"s{n}", report(f"s{n}.py", ["dW2"], ["batch-mean"])) for n in range(50)]
    text = text_of(*made)
    assert text.count("What batch-mean looks like.") == 1
    assert len(data_of(text)["students"]) == 50


def test_the_scores_and_verdicts_are_those_of_the_reports() -> None:
    ours = report("c.py", problem="not graded", status="not graded")
    made = [graded("a"), graded("b", report("b.py", ["dW1"])), graded("c", ours, late=True)]
    data = data_of(text_of(*made))
    assert [student["s"] for student in data["students"]] == [100, 75, None]
    assert data["students"][2]["l"] == 1
    verdicts = [data["verdicts"][row[0]][0] for row in data["students"][1]["r"]]
    assert verdicts == ["correct", "correct", "wrong", "correct"]
    assert [column["name"] for column in data["columns"]] == ["dW2", "db2", "dW1", "db1"]


@pytest.mark.parametrize("error", [float("inf"), float("nan")])
def test_an_error_that_is_no_number_is_left_out(error: float) -> None:
    text = text_of(graded("a", report("a.py", ["dW2"], got=error)))
    assert data_of(text)["students"][0]["r"][0] == [2]


def test_the_more_students_the_less_is_kept_of_what_each_printed() -> None:
    loud = replace(report(), output="x" * 10_000)
    few = data_of(text_of(*(graded(f"s{n}", loud) for n in range(3))))
    many = data_of(text_of(*(graded(f"s{n}", loud) for n in range(2500))))
    assert {len(student["o"]) for student in few["students"]} == {2000}
    assert {len(student["o"]) for student in many["students"]} == {400}


def test_a_page_of_nobody_and_of_ungraded_ones_can_be_made() -> None:
    assert "Nothing is graded yet" in text_of()
    ours = report(problem="not graded", status="not graded")
    assert "nothing has a score" in text_of(graded("a", ours))


def test_the_results_are_walked_once_and_the_same_page_comes_again() -> None:
    class Counted(Held):
        walks: list[int] = []  # noqa: RUF012

        def __iter__(self) -> Iterator[Graded]:
            self.walks.append(1)
            return super().__iter__()

    made = (graded("a"), graded("b", report("b.py", ["dW1"])))
    results, summary = Counted(made), summarise(made)
    first = "".join(page(results, summary, FACTS))
    assert len(results.walks) == 1
    assert first == "".join(page(results, summary, FACTS))


def test_a_page_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    class Broken(Held):
        def __iter__(self) -> Iterator[Graded]:
            yield graded("a")
            raise RuntimeError

    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError):
        write_page(Broken(()), summarise([graded("a")]), FACTS, path)
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be written"):
        write_page(Held(()), summarise([]), FACTS, tmp_path / "none" / "report.html")
