"""Bytes to pieces of Python: encodings, notebooks, Python 2, and what is refused."""

import codecs

import numpy as np
import pytest

GOOD = "def backward_propagation(parameters, cache, X, Y):\n    return X\n"


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        codecs.BOM_UTF8 + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        b"# -*- coding: latin-1 -*-\n# \xe9\n" + GOOD.encode(),
        b"# -*- coding: no-such-thing -*-\n" + GOOD.encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "crlf", "cr", "latin-1", "unknown-coding"],
)
def test_text_is_read_in_any_usual_encoding(student, values, content):
    assert student(content).call(values, {}) is values[2]


def test_bytes_that_are_not_utf8_are_read_with_a_note(student, note_ids):
    assert note_ids(student(b"# caf\xe9\n" + GOOD.encode())) == ["encoding"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "student.py is empty."),
        (b"  \n\n", "student.py is empty."),
        (b"x = 1\0\0", "student.py contains null bytes"),
        (b"PK\x03\x04rest", "student.py is a zip archive, not Python source."),
        (
            b"PK\x03\x04\x14\0\6\0[Content_Types].xml",
            "student.py is a Word or other Office document, not Python source.",
        ),
        (b"{\\rtf1\\ansi x = 1}", "student.py is a text with fonts (RTF), not Python source."),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "student.py is a picture, not Python source."),
        (
            b"\n<!DOCTYPE html>\n<html lang='en'>",
            "student.py is a web page, not Python source.",
        ),
        (
            b"#" * (5 * 1024 * 1024),
            "student.py is too large to be read: 5.0 MB; the limit is 2 MB.",
        ),
    ],
)
def test_what_is_no_source_is_refused_in_words(refused, content, words):
    problem = refused(content)
    assert problem["kind"] == "load"
    assert words in problem["message"]


def test_a_syntax_error_has_its_line_and_a_caret(refused):
    problem = refused("import numpy as np\ndef backward_propagation(a, b:\n    return 1\n")
    assert problem["kind"] == "load"
    assert problem["exception"] == "SyntaxError"
    assert problem["file"] == "student.py"
    assert problem["line"] == 2
    assert problem["source"] == "def backward_propagation(a, b:"
    start, end = problem["caret"]
    assert problem["source"][start:end] == "("


def test_an_empty_placeholder_is_named_as_such(refused):
    problem = refused("def backward_propagation(p, c, X, Y):\n    dZ2 = # YOUR CODE HERE\n")
    assert problem["message"] == ("A placeholder is not filled in: nothing stands after the `=`.")
    assert problem["line"] == 2


def test_code_that_nests_too_deeply_is_refused(refused):
    problem = refused("x = " + "(" * 5000 + "1" + ")" * 5000)
    assert problem["kind"] == "load"


def test_a_sum_of_many_terms_does_no_harm(student, values):
    text = f"x = {' + '.join(['1'] * 500)}\n{GOOD}"
    assert student(text).call(values, {}) is values[2]


def test_a_notebook_is_read_cell_by_cell(student, values, notebook, note_ids):
    program = student(
        notebook(
            "%matplotlib inline\nimport numpy as np\n!pip install tqdm\nfiles = !ls",
            "%%bash\nrm -rf something",
            "train_x = # load the data",
            "%%time\nnp.dot?\ndef back_prop(parameters, cache, X, Y):\n    return np.sum(X)",
            "raise RuntimeError('never run')",
        ),
        path="homework.ipynb",
    )
    assert program.call(values, {}) == values[2].sum()
    assert program.loaded["line"] == 3
    assert program.loaded["notes"] == [
        {
            "id": "cell-skipped",
            "message": "Code cell 3 was skipped: line 1 is not valid Python.",
            "line": None,
        }
    ]


def test_a_failure_in_a_notebook_names_cell_and_line(failed, notebook):
    problem = failed(
        notebook("x = 1", "def backward_propagation(p, c, X, Y):\n    return 1 / 0"),
        path="homework.ipynb",
    )
    assert (problem["file"], problem["cell"], problem["line"]) == ("homework.ipynb", 2, 2)
    assert problem["source"] == "    return 1 / 0"
    assert problem["frames"] == ["backward_propagation, code cell 2, line 2"]


def test_a_function_in_a_broken_cell_is_a_syntax_error_there(refused, notebook):
    content = notebook("x = 1", "def backward_propagation(p, c, X, Y):\n    dW1 = (1")
    problem = refused(content, path="homework.ipynb")
    assert (problem["kind"], problem["cell"], problem["line"]) == ("load", 2, 2)


def test_imports_of_a_broken_cell_are_kept(student, values, notebook):
    broken = "import math, numpy as np\nfrom utils import (\n  relu)\nW1 = # YOUR CODE"
    cell = "def back_prop(parameters, cache, X, Y):\n    return math.pi * np.sum(X)"
    program = student(notebook(broken, cell), path="hw.ipynb")
    assert program.call(values, {}) == pytest.approx(np.pi * values[2].sum())


def test_another_encoding_is_guessed_where_the_usual_one_gives_no_code(student):
    content = f"title = '乗'\n{GOOD}".encode("gb18030")
    assert b"\\'" in content  # the second byte of this character is a backslash
    assert "gb18030" in student(content).loaded["notes"][0]["message"]


def test_the_older_notebook_format_is_read(student, values):
    cell = '{"cell_type": "code", "input": "def back_prop(parameters, cache, X, Y):\\n  return X"}'
    content = f'{{"worksheets": [{{"cells": [{cell}]}}], "nbformat": 3}}'.encode()
    assert student(content, path="old.ipynb").call(values, {}) is values[2]


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'{"cells": 3}', b"[" * 100_000])
def test_a_broken_notebook_is_refused(refused, content):
    assert "is not a notebook that can be read" in refused(content, path="a.ipynb")["message"]


def test_a_notebook_that_was_saved_as_py_is_read(student, values, notebook):
    assert student(notebook(GOOD)).call(values, {}) is values[2]


PYTHON_2 = """
import numpy as np
print "starting", 3
def backward_propagation(parameters, cache, X, Y):
    for l in xrange(2):
        print 'layer %d' % \\
            l
    if True: print "a"; print "b",  # both
    try:
        raise ValueError, "in two parts"
    except (ValueError, KeyError), error:
        for key, value in {"c": 1}.iteritems():
            print key, \\
                (value,
                 2) # a comment
    return X
"""


def test_python_2_is_read_and_said(student, values, note_ids, capsys):
    program = student(PYTHON_2)
    assert program.call(values, {}) is values[2]
    assert note_ids(program) == ["python-2", "old-name", "python-2"]
    assert capsys.readouterr().out == "layer 0\nlayer 1\na\nb\nc (1, 2)\n"


def test_tabs_and_spaces_mixed_as_python_2_allows_are_read(student, values):
    text = "def back_prop(parameters, cache, X, Y):\n        a = 1\n\tb = 2\n        return X\n"
    assert student(text).call(values, {}) is values[2]


def test_mixed_tabs_are_said_with_their_line(student):
    text = "def back_prop(parameters, cache, X, Y):\n        a = 1\n\tb = 2\n        return X\n"
    (note,) = student(text).loaded["notes"]
    assert (note["id"], note["line"]) == ("mixed-tabs", 3)
    assert note["message"] == (
        "student.py is indented with tabs and spaces mixed; a tab was read as 8 spaces."
    )


@pytest.mark.parametrize("printed", [(2, 6), (2,), (6,)])
def test_python_2_with_mixed_tabs_is_read(student, values, note_ids, printed):
    lines = [
        "def back_prop(parameters, cache, X, Y):",
        "\tfirst = 1",
        "\tif first:",
        "\t\tfirst = 2",
        "\t        first = 3",
        "\tsecond = first",
        "\treturn X",
    ]
    for number in printed:
        lines[number - 1] = lines[number - 1].replace("\t", "\tprint 'here'; ", 1)
    program = student("\n".join(lines))
    assert program.call(values, {}) is values[2]
    assert note_ids(program) == ["python-2", "mixed-tabs"]
    assert program.loaded["notes"][1]["line"] == 5


def test_a_message_that_asks_has_one_end_mark(refused):
    message = refused("def back_prop(X):\n    return {1: 2 3: 4}\n")["message"]
    assert message == "It is not valid Python: invalid syntax. Perhaps you forgot a comma?"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('return f"n = {cache["n"]}"', "n = 7"),
        ("return f'n = {cache['n']!r:>{cache['n']}}'", "n =       7"),
        ("return f\"{'\\n'.join(['a', 'b'])}\"", "a\nb"),
        ('return f"{f"{cache["n"]}"}{{}}\\t{"\\\\"}"', "7{}\t\\"),
        ('return f"{cache["n"]}" "# \\"" # f"{', '7# "'),
    ],
)
def test_formatted_strings_of_newer_pythons_are_read(student, line, expected):
    text = f"type Number = int\ndef back_prop(parameters, cache, X, Y):\n    {line}\n"
    assert student(text).call([{}, {"n": 7}, 0, 0], {}) == expected


def test_a_formatted_string_that_no_python_reads_is_refused_where_it_stands(refused):
    text = "def back_prop(parameters, cache, X, Y):\n    x = 1\n    return f'{cache['n}'\n"
    problem = refused(text)
    assert problem["line"] == 3
    assert problem["source"] == "    return f'{cache['n}'"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x = cache[\u201cA1\u201d]", "The character U+201C is no part of Python"),
        ("x = 1 \u2212 X", "The character U+2212 is no part of Python"),
        ("x =\u00a01", "The character U+00A0 is no part of Python"),
        ("```", "three ``` marks"),
        ("<<<<<<< HEAD", "Two versions of the file were merged"),
        (">>> x = 1", "copied with the `>>>`"),
    ],
)
def test_what_was_pasted_is_told_as_such(refused, line, words):
    assert words in refused(f"import numpy as np\n{line}\n")["message"]


def test_python_that_is_named_as_a_notebook_is_told_as_such(refused):
    problem = refused("import numpy as np\n", path="hw.ipynb")
    assert problem["message"] == (
        "hw.ipynb is Python text, not a notebook: give it a name that ends in .py."
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["    m = 1", "      n = 2"], "Line 3 begins further to the right than line 2; the lines"),
        (["m = 1", "", "  # next", "    n = 2"], "Line 5 begins further to the right than line 2;"),
        (["    m = 1", "\tn = 2"], "Line 3 begins with a tab, line 2 with spaces only."),
        (["\tm = 1", "\t    n = 2"], "Line 3 begins further to the right than line 2;"),
    ],
)
def test_a_line_that_is_indented_too_far_is_told_by_the_line_before(refused, lines, words):
    head = "x = 1" if lines[0] == lines[0].lstrip() else "if True:"
    message = refused("\n".join([head, *lines]))["message"]
    assert f"unexpected indent. {words}" in message


@pytest.mark.parametrize(
    "lines",
    [
        "def back_prop[T](parameters: T, cache: T, X: T, Y) -> T:",
        "def back_prop[Key: (str, int), *Rest](parameters: dict[Key, list[Key]], cache, X, Y):",
        "def back_prop[\n    T: list[int],\n](parameters, cache, X: T, Y):",
        "type Pair[T] = tuple[T, T]\ndef back_prop(parameters, cache, X: Pair, Y):",
        "class Held[T]:\n    kept: T\ndef back_prop(parameters, cache, X: Held[int], Y):",
        "class Held[T](dict[str, T]): ...\ndef back_prop(parameters, cache, X, Y):",
    ],
)
def test_type_parameters_are_read_by_older_pythons_too(student, values, failed, lines):
    text = f"{lines}\n    return X[0] / TWO\n"
    assert (student("TWO = 2\n" + text).call(values, {}) == values[2][0] / 2).all()
    assert failed(text)["line"] == text.count("\n")


def test_a_note_of_a_cell_has_no_line_of_the_file(student, notebook):
    cell = "def backwardPropagation(parameters, cache, X, Y):\n    return X"
    notes = student(notebook(cell, cell), path="homework.ipynb").loaded["notes"]
    assert [(note["id"], note["line"]) for note in notes] == [
        ("renamed", None),
        ("defined-twice", None),
    ]
