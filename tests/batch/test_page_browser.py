"""The page of a class in a browser: what a person does with it, and what axe thinks of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.batch.page import write_page
from gradcheck_grader.batch.tally import summarise
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.batch.class_of import HOSTILE, class_of, facts_of, real_reports
from tests.batch.made import Held
from tests.browser import Opened, chromium, needs_chromium, tab

pytestmark = needs_chromium
SMALL, LARGE = 20, 3000
ROWS = "#table > tbody > tr.main"


def written(made: list[Graded], reports: list[GradeReport], path: Path) -> Path:
    missing = [Person("Nobody <b>Came</b>"), Person("Ada Absent")]
    write_page(Held(tuple(made)), summarise(made, missing), facts_of(reports), path)
    return path


@pytest.fixture(scope="module")
def shallow(sandbox: Sandbox) -> list[GradeReport]:
    return real_reports(sandbox)


@pytest.fixture(scope="module")
def made(shallow: list[GradeReport]) -> list[Graded]:
    return class_of(SMALL, 1, shallow)


@pytest.fixture(scope="module")
def small(
    made: list[Graded], shallow: list[GradeReport], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return written(made, shallow, tmp_path_factory.mktemp("small") / "report.html")


@pytest.fixture(scope="module")
def large(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    reports = real_reports(sandbox, "backprop")
    folder = tmp_path_factory.mktemp("large")
    return written(class_of(LARGE, 2, reports), reports, folder / "report.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def desk(browser: Any, small: Path) -> Iterator[Opened]:
    with tab(browser) as opened:
        opened.open(small)
        yield opened
        assert not opened.complaints
        assert [url.split(":")[0] for url in opened.requests if not url.startswith("blob:")] == [
            "file"
        ]


def names(opened: Opened) -> list[str]:
    return list(opened.page.locator(f"{ROWS} .who button").all_inner_texts())


def scores(opened: Opened) -> list[float]:
    texts = opened.page.locator(f"{ROWS} .score b").all_inner_texts()
    return [-1.0 if text == "–" else float(text) for text in texts]


def test_every_student_has_a_row_and_hostile_names_stay_text(
    desk: Opened, made: list[Graded]
) -> None:
    shown = sorted(names(desk))
    plain = [one.person.name.replace("\u202e", "").replace("\u202c", "") for one in made]
    assert shown == sorted(plain)
    assert set(HOSTILE[:4]) & set(shown)
    assert desk.page.locator("img, #students b b, #missing b").count() == 0
    assert "Nobody <b>Came</b>" in desk.page.inner_text("main")


def test_columns_sort_both_ways_and_say_so(desk: Opened) -> None:
    assert scores(desk) == sorted(scores(desk))
    head = desk.page.locator('th[data-by="score"]')
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").focus()
    desk.page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert scores(desk) == sorted(scores(desk), reverse=True)
    desk.page.click('th[data-by="name"] button')
    assert head.get_attribute("aria-sort") == "none"
    wanted = desk.page.evaluate("(names) => names.sort(collator.compare)", names(desk))
    assert names(desk) == wanted
    desk.page.click('th[data-by="g0"] button')
    first = desk.page.locator(f"{ROWS} .grad .sign").first
    assert first.get_attribute("aria-label") == "wrong"


def test_bars_causes_search_and_states_filter(desk: Opened, made: list[Graded]) -> None:
    page = desk.page
    right = sum(one.report.all_correct for one in made)
    page.click('[data-bin="10"]')
    assert len(names(desk)) == right
    assert page.get_attribute('[data-bin="10"]', "aria-pressed") == "true"
    assert page.inner_text("#count") == f"{right} of {SMALL} students"
    page.click('[data-bin="10"]')
    assert len(names(desk)) == SMALL
    cause = page.locator(".finding").first
    cause.click()
    assert len(names(desk)) == int(cause.locator("b").inner_text())
    page.click('#chips [data-clear="finding"]')
    wrong = page.locator("[data-gradient]").first
    wrong.click()
    assert len(names(desk)) == int(wrong.locator("b").inner_text())
    page.click('#chips [data-clear="gradient"]')
    page.fill("#search", "alert(1)")
    assert set(names(desk)) == {HOSTILE[0]}
    page.fill("#search", "nobody is called that")
    assert page.is_visible("#nobody")
    page.click("#nobody button")
    page.select_option("#state", "right")
    assert len(names(desk)) == right
    assert page.evaluate("document.activeElement.id") != ""


def test_a_row_opens_by_keyboard_and_tells_everything(desk: Opened, made: list[Graded]) -> None:
    one = next(one for one in made if any(item.source for item in one.report.findings))
    finding = next(item for item in one.report.findings if item.source)
    desk.page.fill("#search", one.person.id)
    button = desk.page.locator(f"{ROWS} .who button")
    button.focus()
    desk.page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    detail = desk.page.locator(f"#{button.get_attribute('aria-controls')}")
    text = detail.inner_text()
    for piece in (finding.title, finding.message, finding.hint, one.report.submission.sha256):
        assert piece in text
    assert f"{finding.line} │ {(finding.source or '').strip()}" in text
    assert "^" in text
    assert "--seed 20261123" in text
    assert all(row.name in text for row in one.report.gradients)
    desk.page.keyboard.press("Enter")
    assert detail.count() == 0
    assert button.get_attribute("aria-expanded") == "false"


def test_the_map_is_read_by_keyboard_and_opens_a_student(desk: Opened) -> None:
    along = desk.page.locator("#along")
    along.focus()
    desk.page.keyboard.press("End")
    words = along.get_attribute("aria-valuetext") or ""
    assert words.endswith("100 %, nothing wrong")
    desk.page.click("#pick")
    opened = desk.page.locator("tr.main.open .who button")
    assert opened.count() == 1
    assert words.startswith(opened.inner_text())


def test_what_is_shown_downloads_as_csv_and_json(desk: Opened, made: list[Graded]) -> None:
    page = desk.page

    def file_of(button: str) -> str:
        with page.expect_download() as waiting:
            page.click(button)
        return Path(waiting.value.path()).read_text(encoding="utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(file_of("#csv"))))
    assert len(rows) == SMALL
    assert any(row["name"].startswith("'=cmd") for row in rows)
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    by_id = {row["id"]: row for row in rows}
    for one in made:
        if one.report.status == "graded":
            assert int(by_id[one.person.id]["score"]) == one.report.score
    page.click('[data-bin="10"]')
    found = json.loads(file_of("#json"))
    assert found["shown"] == len(found["students"]) == len(names(desk))
    assert {student["percent"] for student in found["students"]} == {100}
    assert len(list(csv.DictReader(io.StringIO(file_of("#csv"))))) == found["shown"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Any, small: Path, theme: str, width: int
) -> None:
    with tab(browser, theme, width) as opened:
        opened.open(small)
        for line in opened.page.locator(f"{ROWS} .who button").all()[:9:4]:
            line.click()
        for more in opened.page.locator("summary").all():
            more.click()
        opened.page.locator("#along").press("End")
        assert opened.page.locator("tr.detail").count() == 3
        assert opened.faults() == []
        assert opened.overflow() <= 0
        assert not opened.complaints


def test_the_theme_is_chosen_and_kept(browser: Any, small: Path) -> None:
    with tab(browser, "light") as opened:
        opened.open(small)
        ground = "getComputedStyle(document.body).backgroundColor"
        light = opened.page.evaluate(ground)
        opened.page.click("#theme")
        assert opened.page.inner_text("#theme-name") == "light"
        opened.page.click("#theme")
        assert opened.page.evaluate(ground) != light
        opened.page.reload()
        assert opened.page.inner_text("#theme-name") == "dark"


def test_print_is_light_and_holds_every_row(browser: Any, small: Path) -> None:
    with tab(browser, "dark") as opened:
        opened.open(small)
        opened.page.emulate_media(media="print")
        ink = opened.page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert ink == "rgb(25, 28, 32)"
        head = opened.page.locator("#table > thead")
        assert head.evaluate("(node) => getComputedStyle(node).display") == "table-header-group"
        assert opened.page.is_visible('th[data-by="score"] .paper')
        assert opened.page.pdf().startswith(b"%PDF")
        assert opened.page.locator(ROWS).count() == SMALL


def test_three_thousand_students_fit_a_page(browser: Any, large: Path) -> None:
    assert large.stat().st_size < 5_000_000
    with tab(browser) as opened:
        opened.open(large)
        page = opened.page
        assert page.inner_text("#count") == f"{LARGE} students"
        assert page.locator(ROWS).count() == 100
        first = names(opened)
        page.click('[data-turn="1"]')
        assert page.inner_text("#leaf") == f"101 to 200 of {LARGE}"
        assert names(opened) != first
        page.locator("svg[data-column]").first.click(position={"x": 300, "y": 10})
        assert 0 < page.locator(ROWS).count() < 100
        assert opened.overflow() <= 0
        page.fill("#search", "1023")  # what is found in many is seen by axe in few
        page.locator(".finding").first.click()
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_selector("#toast", state="visible")
        assert opened.faults() == []
        assert not opened.complaints
        assert len(opened.requests) == 1


def test_without_scripts_the_figures_are_still_there(browser: Any, small: Path) -> None:
    with tab(browser, java_script_enabled=False) as opened:
        opened.open(small)
        text = opened.page.inner_text("main")
        assert f"of {SMALL} students" in text
        assert "Most common causes" in text
        assert "grades.csv" in text
