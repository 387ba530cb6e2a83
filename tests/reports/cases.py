"""Reports of every kind that a format has to stand: made once, by grading."""

from __future__ import annotations

import json
from dataclasses import replace

from gradcheck_grader.errors import MachineError
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade, not_graded
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.submission import Submission, read_submission
from tests.conftest import built_in, source

SEED = 7
HEAD = "import numpy as np\n\n\ndef backward_propagation(parameters, cache, X, Y):\n"
CRASH = HEAD + "    dZ2 = cache['A2'] - Y\n    return {'dW2': dZ2 @ cache['A1']}\n"
ENDLESS = HEAD + "    while True:\n        pass\n"
HOSTILE = HEAD + (
    "    print('::error::taken over\\n##[set-output name=score]100\\n]]></system-out>')\n"
    "    print('</script><img src=x onerror=alert(1)> \\u202eevil\\u202c `a` ```')\n"
    "    print('\\x1b[31mred [x](javascript:1) <b>')\n"
    "    print('# 1\\n- @all #1 https://example.org www.example.org $x$ | *b* _i_ ~~s~~ {{ }}')\n"
    "    print('&' * 10_000)\n"
    "    dZ2 = cache['A2'] - Y\n"
    "    if X.shape[1] > 10_000:\n"
    "        raise ValueError('never')\n"
    "    return {'dW2': 2 * dZ2 @ cache['A1'].T, 'dW1': '</script>', \"=cmd|' /C calc'!A0\": 1}\n"
)
HOSTILE_CRASH = HEAD + (
    "    raise ValueError('::set-output name=score::100\\n::error::x]]></failure></script>'\n"
    "        \"\\u202e=cmd|' /C calc'!A0 @all [x](y) | `a` &amp; <!-- {{ \\x1b[2J\")\n"
)
NAME = "=cmd|' /C calc'!A0\n::error::`x`\x1b[31m\u202e]]></script>,:%.py"
CODES = {"right": 0, "wrong": 1, "crash": 1, "timeout": 1, "not graded": 3, "hostile": 1}


def exam(name: str, seconds: float | None = None) -> Exam:
    return prepare(built_in(name).limited({"seconds": seconds}), SEED)


def example(assignment: str, name: str) -> Submission:
    path = built_in(assignment).folder / "examples" / f"{name}.py"
    return read_submission(path, neighbours=False)


def notebook(*cells: str) -> Submission:
    described = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c}
        for c in cells
    ]
    text = json.dumps({"cells": described, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return Submission("work.ipynb", (File("work.ipynb", text.encode()),), "work.ipynb")


def every_report(sandbox: Sandbox) -> dict[str, GradeReport]:
    """Return the six cases first, then more."""
    tanh, relu = exam("shallow-tanh"), exam("relu-sigmoid-softmax")
    wrong = example("relu-sigmoid-softmax", "wrong_true_class_only")
    slope = example("shallow-tanh", "wrong_slope_of_sigmoid").files[0].content.decode()
    graded = {
        "right": (example("shallow-tanh", "right"), tanh),
        "wrong": (wrong, relu),
        "crash": (source(CRASH), tanh),
        "timeout": (source(ENDLESS), exam("shallow-tanh", 0.3)),
        "hostile": (source(HOSTILE), tanh),
        "hostile crash": (source(HOSTILE_CRASH), tanh),
        "two parts": (example("backprop", "wrong_two_layers_only"), exam("backprop")),
        "note": (example("shallow-tanh", "right_flat_bias"), tanh),
        "syntax": (source(HEAD + "    return {'dW2': (1}\n"), tanh),
        "notebook": (notebook("import numpy as np", slope), tanh),
        "folder": (Submission("work", (File("src/a b.py", slope.encode()),), "src/a b.py"), tanh),
    }
    reports = {name: grade(*pair, sandbox) for name, pair in graded.items()}
    fault = MachineError("the sandbox could not be started: </script> ::error::")
    reports["not graded"] = not_graded(source(CRASH), relu, fault)
    for name in ("hostile", "hostile crash"):
        named = replace(reports[name].submission, name=NAME)
        reports[name] = replace(reports[name], submission=named)
    return reports
