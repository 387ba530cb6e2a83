"""What imports get: the module, a stand-in, or a clear refusal."""

import numpy as np
import pytest

from gradcheck_grader.sandbox.child.running.newer import batched


def body(*lines):
    return "\n".join([*lines[:-1], "def backward_propagation(parameters, cache, X, Y):", lines[-1]])


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np|return np.sum(X)",
        "import numpy|return numpy.sum(X)",
        "from numpy import *|return sum(X)",
        "from numpy import sum as total|return total(X)",
        "import numpy.linalg as la|return la.norm(X) * 0 + X.sum()",
        "from numpy.linalg import norm|return norm(X) * 0 + X.sum()",
        "from pylab import *|return sum(X)",
        "import matplotlib.pylab as pl|pl.plot(X); return pl.sum(X)",
        "import math|return math.fsum(X.ravel())",
        "from collections import OrderedDict|return OrderedDict(s=X.sum())['s']",
        "from itertools import batched|return sum(map(sum, batched(X.ravel(), 4)))",
        "import itertools|return sum(sum(b) for b in itertools.batched(X.ravel(), n=2))",
        "import math|return math.sumprod(X.ravel(), np.ones(X.size))",
        "from typing import override|return override(np.sum)(X)",
        "from warnings import deprecated|return deprecated('old')(np.sum)(X)",
        "|import numpy as np; return np.sum(X)",
        "|return np.sum(X)",
    ],
)
def test_numpy_and_the_standard_library_are_imported(student, values, text):
    head, line = text.split("|")
    got = student(body(head, f"    {line}")).call(values, {})
    assert got == pytest.approx(values[2].sum())


def test_batches_are_those_of_a_newer_python():
    assert list(batched("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
    with pytest.raises(ValueError, match="incomplete batch"):
        list(batched("abcde", 2, strict=True))
    with pytest.raises(ValueError, match="at least one"):
        next(batched("abcde", 0))


def test_a_missing_numpy_import_is_made_with_a_note(student, note_ids):
    assert note_ids(student(body("    return np.sum(X)"))) == ["numpy-supplied"]


@pytest.mark.parametrize(
    "text",
    [
        "import matplotlib.pyplot as plt|plt.plot([1]); plt.show()",
        "from matplotlib import pyplot|pyplot.figure(figsize=(1, 2)).gca().plot(X)",
        "import pandas as pd|pd.DataFrame(X).to_csv('x')",
        "import h5py|h5py.File('train.h5', 'r')['x'][:]",
        "from sklearn.datasets import *|pass",
        "from PIL import Image|Image.open('x').resize((3, 4))",
        "from tqdm import tqdm|assert list(tqdm(range(2))) == [0, 1]",
        "import tqdm|assert list(tqdm.trange(2)) == [0, 1]",
        "from rich.progress import track|assert list(track(range(2), 'layers')) == [0, 1]",
        "from alive_progress import alive_it|assert list(alive_it([3])) == [3]",
        "from loguru import logger|logger.debug('X is {}', X.shape)",
        "from rich import print|print('[bold]X[/bold]', X.shape)",
        "from icecream import ic|ic(X.shape); assert ic(X) is X",
        "from colorama import Fore, Style|print(Fore.RED + 'X' + Style.RESET_ALL)",
        "from numba import prange|assert list(prange(1, 3)) == [1, 2]",
        "import numba as nb|assert list(nb.prange(2)) == [0, 1]",
        "from numba import vectorize|f = lambda z: z if z > 0 else 0; "
        "assert vectorize(['f8(f8)'], cache=True)(f)([-1, 0.5])[1] == vectorize(f)([0.5])[0]",
        "import seaborn as sns|with sns.axes_style('dark'): sns.set()",
    ],
)
def test_plotting_and_data_modules_are_inert(student, values, note_ids, text):
    head, line = text.split("|")
    program = student(body(head, f"    {line}\n    return X"))
    assert program.call(values, {}) is values[2]
    used = "*" not in head
    assert note_ids(program) == ["module-inert"] * (used or "sklearn" in head)


@pytest.mark.parametrize(
    "line", ["display(X)", "get_ipython().run_line_magic('matplotlib', 'inline')"]
)
def test_what_a_notebook_defines_by_itself_does_nothing(student, values, line):
    program = student(body(f"    {line}\n    return X"))
    assert program.call(values, {}) is values[2]
    name = line.split("(")[0]
    assert program.loaded["notes"] == [
        {
            "id": "module-inert",
            "message": f"`{name}` does nothing outside of a notebook.",
            "line": None,
        }
    ]


def test_a_function_of_the_file_named_display_is_the_one_that_is_called(student, values):
    text = body("def display(x): return 2 * x", "    return display(X)")
    assert (student(text).call(values, {}) == 2 * values[2]).all()


def test_an_inert_module_that_is_not_used_is_not_mentioned(student):
    program = student(body("import matplotlib.pyplot as plt", "    return X"))
    assert program.loaded["notes"] == []


def test_an_inert_module_gives_no_numbers(failed):
    problem = failed(body("import pandas as pd", "    return np.dot(pd.read_csv('x'), X)"))
    assert problem["message"] == (
        "`pandas.read_csv()` gives no numbers here: pandas is not available, only NumPy is."
    )


@pytest.mark.parametrize(
    "line",
    [
        "return normalize(X) / 3",
        "return X @ normalize(X)",
        "return 1 + normalize(X)",
        "return X - normalize(X)",
        "return -normalize(X)",
        "return float(normalize(X))",
        "return [0 for _ in range(normalize(X))]",
        "return normalize(X) > 0",
    ],
)
def test_what_is_computed_with_and_is_not_here_is_named(failed, line):
    problem = failed(body("from sklearn.preprocessing import normalize", f"    {line}"))
    assert problem["message"] == (
        "`sklearn.preprocessing.normalize()` gives no numbers here: "
        "sklearn is not available, only NumPy is."
    )


@pytest.mark.parametrize(
    "text",
    [
        "import torch|torch.matmul(X, X)",
        "import tensorflow as tf|tf.nn.relu(X)",
        "import torch.nn.functional as F|F.relu(X)",
        "from torch import matmul|matmul(X, X)",
        "|import jax.numpy as jnp; jnp.dot(X, X)",
    ],
)
def test_another_framework_is_refused_when_it_is_used(failed, text):
    head, line = text.split("|")
    problem = failed(body(head, f"    {line}"))
    assert problem["kind"] == "forbidden"
    assert "is not available here: only NumPy is." in problem["message"]


def test_another_framework_that_is_not_used_does_no_harm(student, values):
    text = body("import torch", "from keras.datasets import mnist", "    return X")
    assert student(text).call(values, {}) is values[2]


def test_scipy_gives_its_sigmoid(student, values):
    text = body("from scipy.special import expit", "    return expit(X)")
    assert student(text).call(values, {}) == pytest.approx(1 / (1 + np.exp(-values[2])))


@pytest.mark.parametrize(
    "text",
    [
        "from planar_utils import sigmoid, load_planar_dataset|sigmoid",
        "from planar_utils import *|sigmoid",
        "import planar_utils|planar_utils.sigmoid",
        "import course.utils as cu|cu.sigmoid",
        "import course.utils|course.utils.sigmoid",
        "from .utils import sigmoid as s|s",
        "|from utils import sigmoid; f = sigmoid|f",
    ],
)
def test_a_course_module_that_is_not_here_gives_the_usual_helpers(student, values, text):
    head, *rest = text.split("|")
    inner, name = rest if len(rest) == 2 else ("pass", *rest)
    program = student(body(head, f"    {inner}\n    return {name}(X)"))
    assert program.call(values, {}) == pytest.approx(1 / (1 + np.exp(-values[2])))


def test_supplied_helpers_are_said(student):
    text = body("from dnn_utils import *", "    return sigmoid_backward(softmax(X), X)")
    assert student(text).loaded["notes"] == [
        {
            "id": "helpers-supplied",
            "message": "`dnn_utils` was not handed in; the usual `sigmoid_backward` and "
            "`softmax` stand in. softmax goes over axis 0. A slope that is given A is made from A.",
            "line": None,
        }
    ]


@pytest.mark.parametrize(("rows", "axis"), [(False, 0), (True, 1)])
def test_a_softmax_that_stands_in_knows_how_examples_lie(student, values, rows, axis):
    text = body("from utils import softmax", "    return softmax(X)")
    program = student(text, rows=rows)
    assert program.call(values, {}).sum(axis=axis) == pytest.approx(1)
    assert f"softmax goes over axis {axis}." in program.loaded["notes"][0]["message"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("tanh_derivative(cache['A1'])", lambda A, Z: 1 - A**2),
        ("tanh_derivative(cache['A1'][:, :1])", lambda A, Z: 1 - A[:, :1] ** 2),
        (
            "tanh_derivative(np.tanh(parameters['W1'] @ X + parameters['b1']))",
            lambda A, Z: 1 - A**2,
        ),
        ("tanh_derivative(parameters['W1'] @ X + parameters['b1'])", lambda A, Z: 1 - A**2),
        ("tanh_derivative(2 * cache['A1'])", lambda A, Z: 1 - np.tanh(2 * A) ** 2),
        ("sigmoid_derivative(cache['A1'])", lambda A, Z: A * (1 - A)),
        ("tanh_backward(X[0], cache['A1'])", None),
    ],
)
def test_a_slope_that_is_not_here_takes_z_or_a(student, values, call, expected):
    parameters, cache, X, _ = values
    A, Z = cache["A1"], parameters["W1"] @ X + parameters["b1"]
    wanted = X[0] * (1 - A**2) if expected is None else expected(A, Z)
    head = "from utils import tanh_derivative, sigmoid_derivative, tanh_backward"
    got = student(body("import numpy as np", head, f"    return {call}")).call(values, {})
    assert got == pytest.approx(wanted)


def test_a_slope_knows_an_activation_in_a_cache_without_names(student, values):
    parameters, _, X, Y = values
    Z = parameters["W1"] @ X + parameters["b1"]
    A = 1 / (1 + np.exp(-Z))
    text = body("from utils import dsigmoid", "    return dsigmoid(cache[0]) - dsigmoid(cache[1])")
    assert student(text).call([parameters, (Z, A), X, Y], {}) == pytest.approx(0 * Z)


def test_a_function_of_the_file_is_never_replaced_by_a_helper(student, values):
    text = body("def sigmoid(z): return 3", "from utils import *", "    return sigmoid(X)")
    assert student(text).call(values, {}) == 3


def test_a_helper_gives_a_pair_where_the_file_unpacks_one(student, values):
    text = body(
        "from dnn_utils import sigmoid",
        "def forward(Z):\n    A, activation_cache = sigmoid(Z)\n    return A, activation_cache",
        "    return forward(X)",
    )
    A, cache = student(text).call(values, {})
    assert pytest.approx(1 / (1 + np.exp(-values[2]))) == A
    assert cache is values[2]


def test_anything_else_of_a_missing_module_is_named(failed):
    problem = failed(body("from init_utils import compute_loss", "    return compute_loss(X, Y)"))
    assert problem["kind"] == "error"
    assert problem["message"] == "`compute_loss` comes from `init_utils`, which was not handed in."


def test_a_number_of_a_missing_module_is_named(failed):
    problem = failed(body("from config import LAMBDA", "    return LAMBDA * X"))
    assert problem["message"] == "`LAMBDA` comes from `config`, which was not handed in."


@pytest.mark.parametrize(
    ("head", "path"),
    [
        ("from helpers import double", "helpers.py"),
        ("from helpers import *", "helpers.py"),
        ("from .helpers import double", "helpers.py"),
        ("from . import helpers; double = helpers.double", "helpers.py"),
        ("import helpers; double = helpers.double", "helpers.py"),
        ("from lib.helpers import double", "lib/helpers.py"),
        ("import lib.helpers as h; double = h.double", "lib/helpers.py"),
        ("import lib.helpers; double = lib.helpers.double", "lib/helpers.py"),
        ("from lib import helpers; double = helpers.double", "lib/helpers.py"),
        ("from lib import double", "lib/__init__.py"),
        ("from random import double", "random.py"),
    ],
)
def test_modules_that_were_handed_along_are_loaded(student, values, capsys, head, path):
    text = "print('noise')\nimport matplotlib\ndef double(z):\n    return 2 * z\n"
    program = student(body(head, "    return double(X)"), beside={path: text})
    assert (program.call(values, {}) == 2 * values[2]).all()
    assert capsys.readouterr().out == ""


def test_modules_beside_a_file_in_a_folder_are_found(student, values):
    text = body("from helpers import double", "    return double(X)")
    beside = {"hw/helpers.py": "def double(z): return 2 * z"}
    assert student(text, path="hw/student.py", beside=beside).call(values, {}).shape == (3, 5)


@pytest.mark.parametrize(
    "line",
    ["from ..pieces import halved", "from ...net.pieces import halved", "from . import halved"],
)
def test_relative_imports_start_at_the_file_that_has_them(student, values, line):
    beside = {
        "net/pieces.py": "def halved(z):\n    return z / 2",
        "net/layers/__init__.py": "",
        "net/layers/halved.py": "from ..pieces import halved",
        "net/layers/linear.py": f"{line}\ndef scaled(z):\n"
        "    return getattr(halved, 'halved', halved)(z)",
        "pieces.py": "def halved(z):\n    return z",
    }
    text = body("from net.layers.linear import scaled", "    return scaled(X)")
    assert (student(text, beside=beside).call(values, {}) == values[2] / 2).all()


def test_a_package_that_is_handed_in_without_its_folder_gives_its_files(student, values):
    text = body("from . import twice as t", "    return t.twice(X)")
    beside = {"__init__.py": "from .student import *", "twice.py": "def twice(z): return 2 * z"}
    assert (student(text, beside=beside).call(values, {}) == 2 * values[2]).all()


def test_an_empty_file_is_an_empty_module(student, values):
    text = body("from net import layers", "    return X")
    beside = {"net/__init__.py": " \n", "net/layers.py": ""}
    assert student(text, beside=beside).call(values, {}) is values[2]


def test_modules_are_found_from_any_folder_that_the_file_lies_in(student, values):
    text = body("from net.helpers import double", "    return double(X)")
    beside = {"hw/src/net/helpers.py": "from net.two import TWO\ndef double(z): return TWO * z"}
    beside |= {"hw/src/net/two.py": "TWO = 2", "hw/tests/net/two.py": "TWO = 3"}
    program = student(text, path="hw/src/net/student.py", beside=beside)
    assert (program.call(values, {}) == 2 * values[2]).all()


def test_modules_that_import_each_other_are_loaded(student, values):
    beside = {
        "a.py": "from b import g\ndef f(z): return 2 * z",
        "b.py": "import a\ndef g(z): return a.f(z)",
    }
    program = student(body("from a import g", "    return g(X)"), beside=beside)
    assert (program.call(values, {}) == 2 * values[2]).all()


def test_a_broken_module_beside_the_file_is_reported_with_its_line(refused):
    text = body("from helpers import double", "    return double(X)")
    problem = refused(text, beside={"helpers.py": "def double(z):\n    return (2"})
    assert (problem["kind"], problem["file"], problem["line"]) == ("load", "helpers.py", 2)


def test_a_failure_in_a_module_beside_the_file_is_located(failed):
    text = body("from helpers import double", "    return double(X)")
    problem = failed(text, beside={"helpers.py": "def double(z):\n    return z / {}"})
    assert (problem["file"], problem["line"]) == ("helpers.py", 2)
    assert problem["frames"] == ["backward_propagation, line 3", "double, line 2"]


def test_a_name_that_a_module_beside_the_file_lacks_is_named(failed):
    text = body("from helpers import triple", "    return triple(X)")
    problem = failed(text, beside={"helpers.py": "def double(z):\n    return z"})
    assert problem["message"].startswith("`triple` could not be defined in line 1:")


def test_the_grader_itself_is_not_importable(failed):
    text = body("import gradcheck_grader", "    return gradcheck_grader.reference.draw()")
    assert failed(text)["message"] == (
        "`reference.draw` comes from `gradcheck_grader`, which was not handed in."
    )


def test_run_magic_is_an_import(student, values, notebook):
    cells = ("%run -i ../dnn_utils.py", "def back_prop(parameters, cache, X, Y): return relu(X)")
    program = student(notebook(*cells), path="hw.ipynb")
    assert (program.call(values, {}) == np.maximum(0, values[2])).all()


@pytest.mark.parametrize(
    ("old", "new"), [("np.float", "float64"), ("np.int", "int64"), ("np.NaN", "nan")]
)
def test_names_that_numpy_has_dropped_are_read_as_their_successors(student, values, old, new):
    program = student(body("import numpy as np", f"    return {old}"))
    assert program.call(values, {}) is getattr(np, new)
    assert program.loaded["notes"] == [
        {
            "id": "old-name",
            "message": f"`{old}` is gone from today's versions; it was read as `np.{new}`.",
            "line": None,
        }
    ]
