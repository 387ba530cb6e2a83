"""Markdown shows what was said, and nothing of it acts."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import markdown

Reports = dict[str, GradeReport]
SAMPLES = [
    "a|b `x` *y* _z_ __w__ ~~s~~ [l](u) ![i](u) <b> &amp; \\ $m$",
    "# title",
    "- item",
    "1. item",
    "1) item",
    "> quote",
    "=====",
    "---",
    "+ plus",
    "https://example.org/a_b www.example.org",
    "@all #12 a@b.example",
    "snake_case dW1[2, 0] a*b*c 2_000",
    "<!-- x --> <script>",
    "```",
    ":",
]


def seen(text: str) -> str:
    """Return what a reader sees of a paragraph."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    assert re.sub(r"<!-- -->", "", html).count("<") == 2, html  # <p> and </p>
    inner = re.sub(r"<[^>]*>", "", html).strip()
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        inner = inner.replace(entity, sign)
    return inner


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_escaped_is_seen_as_it_was(sample: str) -> None:
    assert seen(markdown.escape(sample)) == sample


@pytest.mark.parametrize("sample", SAMPLES)
def test_code_in_a_sentence_is_code_and_the_rest_is_escaped(sample: str) -> None:
    inner = f"x{sample}".replace("`", "")
    assert markdown.prose(f"In `{inner}` of {sample}").startswith(f"In `{inner}` of ")
    html = MarkdownIt("commonmark").render(markdown.prose(f"In `{inner}` of this."))
    assert html.startswith("<p>In <code>")
    assert html.endswith("</code> of this.</p>\n")
    assert html.count("<") == 4, html  # nothing in it acts


def test_a_detail_that_says_nothing_beside_a_cause_is_left_out(reports: Reports) -> None:
    text = markdown.render(reports["wrong"])
    assert "| wrong: softmax-true-class-only |" in text
    assert "no simple factor" not in text


def test_nobody_is_notified_and_nothing_linked() -> None:
    text = markdown.escape("@all #1 https://example.org www.example.org")
    assert not re.search(r"@\w|#\d|://|www\.", text)


@pytest.mark.parametrize("text", ["`", "``x`", "a`b", "x"])
def test_code_cannot_be_ended_from_inside(text: str) -> None:
    html = MarkdownIt("commonmark").render(markdown.code(text))
    assert html == f"<p><code>{text}</code></p>\n"


@pytest.mark.parametrize("text", ["```\n# x", "````\n```", "</code>\n<b>"])
def test_a_block_cannot_be_ended_from_inside(text: str) -> None:
    (token,) = MarkdownIt("commonmark").parse(markdown.block(text, "text"))
    assert (token.type, token.content) == ("fence", f"{text}\n")


def test_the_causes_say_where_and_ask(reports: Reports) -> None:
    text = markdown.render(reports["wrong"])
    assert "### Only the right class gets an error" in text
    assert "`softmax-true-class-only` · in dW3, db3, line 11" in text
    assert '```python\ndZ3 = Y * (cache["A3"] - 1)\n```' in text
    assert "> Raise the score of a wrong class" in text
    assert "grader explain softmax-true-class-only" in text


def test_right_code_is_short(reports: Reports) -> None:
    text = markdown.render(reports["right"])
    assert "What to fix" not in text
    assert "Score 100 / 100" in text


def test_not_graded_blames_nobody(reports: Reports) -> None:
    text = markdown.render(reports["not graded"])
    assert "## Not graded, not your fault" in text
    assert "Not graded: no points are lost." in text
    assert "Score" not in text
