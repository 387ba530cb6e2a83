"""A strict check of every format against its schema, restated in schemas/ or here."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import xmlschema
from markdown_it import MarkdownIt

from gradcheck_grader.report_file import REPORT

SCHEMAS = Path(__file__).parent / "schemas"
Totals = tuple[int, int] | None
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@cache
def schema(name: str) -> jsonschema.Draft202012Validator:
    """Return the validator of a schema, itself checked."""
    document = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit.xsd"))


def parsed(name: str, text: str) -> Any:
    """Return strict JSON that fits its schema: no NaN, no key twice."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    document = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    schema(name).validate(document)
    return document


def check_text(text: str) -> Totals:
    assert not CONTROL.search(text)
    return in_words(text)


def in_words(text: str) -> Totals:
    found = re.search(r"Score (\d+) / (\d+)", text)
    if found is None:
        assert "Not graded: no points are lost." in text
        return None
    return int(found[1]), int(found[2])


def check_json(text: str) -> Totals:
    report = REPORT.validate_json(text)
    return (report.score, report.max_score) if report.status == "graded" else None


def check_markdown(text: str) -> Totals:
    """Nothing a submission says becomes HTML, a link or a picture; tables keep their columns."""
    assert not CONTROL.search(text)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    for token in [*tokens, *inner]:
        assert token.type not in ("html_block", "link_open", "image", "hr", "s_open"), token
        assert token.type != "html_inline" or token.content == "<!-- -->", token
    table = [token for token in tokens if token.type in ("tr_open", "td_open", "th_open")]
    rows = sum(token.type == "tr_open" for token in table)
    assert rows == 0 or (len(table) - rows) % rows == 0
    return in_words(text)


class Page(HTMLParser):
    """Notes what a page could do: elements that act, attributes that act or fetch."""

    VOID = ("meta", "link", "br", "hr", "img", "input", "rect", "path", "circle", "line")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object", "embed", "form", "base", "link", "b"):
            self.acting.append(tag)
        self.acting += [
            f"{tag} {name}"
            for name, value in attributes
            if name.startswith("on") or name in ("href", "src") or "javascript:" in (value or "")
        ]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def check_html(text: str) -> Totals:
    assert not CONTROL.search(text)
    page = Page()
    page.feed(text)
    page.close()
    assert (page.open, page.acting) == ([], [])
    return in_words(text)


def check_junit(text: str) -> Totals:
    junit_schema().validate(text)
    top = ET.fromstring(text)
    for element in [top, *top.iter("testsuite")]:
        for key, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(element.attrib[key]) == len(list(element.iter(tag)))
    names = [(case.attrib["classname"], case.attrib["name"]) for case in top.iter("testcase")]
    assert len(set(names)) == len(names) > 0
    points = [
        [item.attrib["value"] for item in top.iter("property") if item.attrib["name"] == name]
        for name in ("score", "max_score")
    ]
    if not points[0]:
        assert top.attrib["errors"] == "1"
        return None
    return sum(map(int, points[0])), sum(map(int, points[1]))


def check_sarif(text: str) -> Totals:
    (run,) = parsed("sarif", text)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert run["invocations"][0]["executionSuccessful"] is (run["properties"]["status"] == "graded")
    found = run["properties"]
    return (found["score"], found["maxScore"]) if "score" in found else None


def commands(text: str) -> tuple[list[tuple[str, dict[str, str], str]], list[str]]:
    """Return the workflow commands that GitHub's runner acts on, and the lines that it shows."""
    found, shown, stopped = [], [], ""
    for line in text.split("\n"):
        match = re.fullmatch(r"\s*::([\w-]+)(?: ([^:]*))?::(.*)", line)
        if stopped:
            if match and match[1] == stopped:
                stopped = ""
            else:
                shown.append(line)
            continue
        assert "##[" not in line or match
        if match and match[1] == "stop-commands":
            stopped = match[3]
        elif match:
            pairs = [item.partition("=") for item in (match[2] or "").split(",") if item]
            found.append((match[1], {key: decode(value) for key, _, value in pairs}, match[3]))
        else:
            shown.append(line)
    assert not stopped
    return found, shown


def decode(value: str) -> str:
    for sign, code in ((":", "%3A"), (",", "%2C"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
        value = value.replace(code, sign)
    return value


def check_github(text: str) -> Totals:
    found, shown = commands(text)
    assert 1 <= len(found) <= 10
    for name, properties, message in found:
        assert name in ("error", "notice")
        assert set(properties) <= {"file", "line", "col", "endColumn", "title"}
        assert all(properties.values())
        assert message
        assert not CONTROL.search(message)
        assert "col" not in properties or "line" in properties
    assert found[-1][0] == "notice"
    assert in_words(found[-1][2]) == in_words("\n".join(shown))
    return in_words(found[-1][2])


def check_gradescope(text: str) -> Totals:
    document = parsed("gradescope", text)
    assert "output" not in document["extra_data"]["report"]
    if "score" not in document:
        return None
    tests = document["tests"]
    assert len({test["number"] for test in tests}) == len(tests)
    assert sum(test["score"] for test in tests) == document["score"]
    return document["score"], sum(test["max_score"] for test in tests)


def check_prairielearn(text: str) -> Totals:
    assert len(text.encode()) < 2**20
    document = parsed("prairielearn", text)
    if not document["gradable"]:
        return None
    points = sum(test["points"] for test in document["tests"])
    most = sum(test["max_points"] for test in document["tests"])
    assert document["score"] == (points / most if most else 0)
    return points, most


def check_classroom50(text: str) -> Totals:
    document = parsed("classroom50", text)
    tests = document["tests"]
    assert document["score"] == sum(test["score"] for test in tests)
    assert document["max-score"] == sum(test["max-score"] for test in tests)
    assert all(test["score"] <= test["max-score"] for test in tests)
    return (document["score"], document["max-score"]) if tests else None


def check_github_classroom(text: str) -> Totals:
    assert text.startswith("result=")
    assert text.count("\n") == 1
    decoded = base64.b64decode(text[len("result=") : -1], validate=True).decode()
    document = parsed("github-classroom", decoded)
    points = sum(test["score"] for test in document["tests"])
    if not document["max_score"]:
        return None if document["status"] == "error" else (points, 0)
    return points, document["max_score"]


CHECKS: dict[str, Callable[[str], Totals]] = {
    "text": check_text,
    "json": check_json,
    "markdown": check_markdown,
    "html": check_html,
    "junit": check_junit,
    "sarif": check_sarif,
    "github": check_github,
    "gradescope": check_gradescope,
    "prairielearn": check_prairielearn,
    "classroom50": check_classroom50,
    "github-classroom": check_github_classroom,
}
