"""The report as a page: it says what the terminal says, runs nothing, and anyone can read it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from gradcheck_grader.models import GradeReport, Verdict, Worst
from gradcheck_grader.reports import words
from gradcheck_grader.reports.html import render
from gradcheck_grader.reports.pages import SIGNS
from tests.browser import chromium, needs_chromium, tab
from tests.reports.cases import CODES, NAME

CASES = (*CODES, "hostile crash", "two parts", "note", "syntax", "notebook", "folder")
Reports = dict[str, GradeReport]


def text_of(page: str) -> str:
    """Return what a page says, without its style."""
    bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", bare)).split())


def _bare(text: str) -> str:
    """Return a text without the backticks around its code, which has a font of its own here."""
    return words.QUOTED.sub(r"\1", text)


def test_code_in_a_sentence_is_code(reports: Reports) -> None:
    message = "The shapes in `dZ2 @ A1.T < b` do not fit: `(1, 5)."
    problem = replace(reports["crash"].problems[0], message=message)
    page = render(replace(reports["crash"], problems=(problem,)))
    assert "The shapes in <code>dZ2 @ A1.T &lt; b</code> do not fit: `(1, 5)." in page


def test_a_wrong_shape_is_not_called_so_twice(reports: Reports) -> None:
    row = replace(
        reports["wrong"].gradients[0],
        verdict="wrong shape",
        detail="shape (3,) instead of (3, 1)",
        finding=None,
    )
    page = render(replace(reports["wrong"], gradients=(row,), findings=()))
    assert "wrong shape: (3,) instead of (3, 1)" in text_of(page)


@pytest.mark.parametrize("case", CASES)
def test_a_page_says_score_verdicts_causes_and_problems(reports: Reports, case: str) -> None:
    report = reports[case]
    page = render(report)
    said = text_of(page)
    assert page == render(report)
    assert page.endswith("</html>\n")
    assert words.score_words(report) in said
    for row in report.gradients:
        assert row.name in said
        assert f"{row.points}/{row.max_points}" in said
    plain = words.made_plain(report)
    for item in (*plain.findings, *plain.problems):
        assert " ".join(_bare(item.message).split()) in said
    for finding in plain.findings:
        assert finding.title in said
        assert finding.severity == "note" or _bare(finding.hint) in said
    assert " ".join(plain.output.split()) in said


@pytest.mark.parametrize("case", CASES)
def test_a_page_has_no_script_and_loads_nothing(reports: Reports, case: str) -> None:
    page = render(reports[case])
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z]+)", page)}
    assert not tags & {"script", "img", "iframe", "link", "a", "form", "object", "embed"}
    assert not re.search(r"<[^>]*\s(on\w+|style|src|href)=", page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;" in page


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_stands_in_words_beside_its_sign(reports: Reports, verdict: str) -> None:
    report = reports["wrong"]
    rows = (replace(report.gradients[0], verdict=verdict),)
    page = render(replace(report, gradients=rows))
    body = page[page.index("<tbody") : page.index("</tbody>")]
    assert f">{SIGNS[verdict][1]}<" in body
    assert re.search(rf"<td[^>]*>{verdict}\b", body)


def test_hostile_names_and_output_stay_text(reports: Reports) -> None:
    page = render(reports["hostile"])
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert words.one_line(NAME) in text_of(page)


def test_the_line_stands_with_its_number_and_carets(reports: Reports) -> None:
    page = render(reports["wrong"])
    finding = next(item for item in reports["wrong"].findings if item.source and item.caret)
    frames = [html.unescape(re.sub("<[^>]*>", "", one)) for one in page.split("<pre")[1:]]
    number, source = finding.line, (finding.source or "").strip()
    assert any(f"{number} │ {source}\n" in frame and "^" in frame for frame in frames)


def test_a_right_number_is_shown_only_where_the_report_has_it(reports: Reports) -> None:
    report = reports["wrong"]
    assert "expected" not in text_of(render(report))
    row = next(row for row in report.gradients if row.verdict == "wrong")
    worst = Worst(trial=1, entry=(0, 1), got=0.25, expected=0.5)
    rows = (replace(row, worst=worst),)
    full = replace(report, gradients=rows)
    assert f"{row.name}[0, 1] in trial 1: yours 0.25, expected 0.5" in text_of(render(full))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@needs_chromium
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("case", ["wrong", "hostile", "two parts"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Any, reports: Reports, tmp_path: Path, case: str, theme: str, width: int
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(reports[case]), encoding="utf-8")
    with tab(browser, theme, width) as opened:
        opened.open(path)
        assert opened.faults() == []
        assert opened.overflow() <= 0
        assert not opened.complaints
        assert len(opened.requests) == 1
        assert opened.page.pdf().startswith(b"%PDF")
