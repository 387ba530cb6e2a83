"""``grader gradient``: a function in a file, at the point in an array file."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.gradient import gradient_report

CODE = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
import helper

@dataclass
class Scale:
    factor: float = 1.0

def loss(W, x, labels=None):
    return helper.squares(W @ x) * Scale().factor

def of_dict(arrays):
    return loss(arrays["W"], arrays["x"])

def grad(W, x, labels=None):
    return {"dW": 2 * W @ x @ x.T, "dx": 2 * W.T @ W @ x}

def slip(W, x, labels=None):
    return W @ x @ x.T, 2 * W.T @ W @ x

def broken(W, x):
    return 1 / 0

def single(W):
    return (W ** 3).sum()

def part(W, x):
    return {"dW": 2 * W @ x @ x.T}

def sign(W):
    return np.abs(W).sum()

def leaves(W, x):
    raise SystemExit(5)

largest = max
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    (tmp_path / "mine.py").write_text(CODE)
    (tmp_path / "helper.py").write_text("def squares(z):\n    return (z ** 2).sum()\n")
    rng = np.random.default_rng(0)
    W, x = rng.standard_normal((2, 3)), rng.standard_normal((3, 4))
    np.savez(tmp_path / "point.npz", W=W, x=x)
    np.savez(tmp_path / "labelled.npz", W=W, x=x, labels=np.array([1, 0]))
    np.savez(tmp_path / "positional.npz", W, x)
    np.save(tmp_path / "single.npy", W)
    np.save(tmp_path / "zeros.npy", np.zeros(3))
    (tmp_path / "script.py").write_text("import sys\n\nsys.exit(5)\n")
    whole = (tmp_path / "point.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "damaged.npz").write_bytes(whole.replace(W.tobytes(), bytes(W.nbytes)))
    return tmp_path


@pytest.mark.parametrize(
    ("function", "point"),
    [
        ("loss", "point.npz"),
        ("loss", "labelled.npz"),
        ("loss", "positional.npz"),
        ("of_dict", "point.npz"),
        ("of_dict", "labelled.npz"),
    ],
)
def test_the_gradient_is_printed_and_saved(folder, function, point):
    text, code = gradient_report(f"mine.py:{function}", point, save="out.npz")
    assert code == 0
    assert f"mine.py:{function} at {point}: complex step, confirmed by real differences" in text
    assert "dW (2, 3), error about" in text
    W, x = (np.load(folder / "positional.npz")[name] for name in ("arr_0", "arr_1"))
    with np.load(folder / "out.npz") as saved:
        assert sorted(saved.files) == ["dW", "dx"]
        assert np.allclose(saved["dW"], 2 * W @ x @ x.T, rtol=1e-14)


def test_a_right_gradient_exits_with_0_and_a_wrong_one_with_1(folder):
    text, code = gradient_report("mine.py:loss", "point.npz", gradient="mine.py:grad")
    assert (code, text.count("agree")) == (0, 2)
    text, code = gradient_report("mine.py:loss", "point.npz", gradient="mine.py:slip")
    assert code == 1
    assert "W  6 of 6 wrong" in text
    assert "every entry is 0.5 times the numerical one" in text


def test_only_the_arrays_asked_for_move(folder):
    text, _ = gradient_report("mine.py:loss", "point.npz", by=["x"], step=1e-4)
    assert "dx" in text
    assert "dW" not in text
    assert "central differences were asked for" in text


def test_an_array_file_without_names_serves_one_argument(folder):
    text, _ = gradient_report("mine.py:single", "single.npy")
    assert "dW (2, 3)" in text


def test_kinks_are_said(folder):
    text, _ = gradient_report("mine.py:sign", "zeros.npy")
    assert "3 of 3 entries at a kink or too noisy to tell" in text


@pytest.mark.parametrize(
    ("target", "at", "options", "words"),
    [
        ("mine.py", "point.npz", {}, ["names no function", "file.py:function"]),
        ("none.py:loss", "point.npz", {}, ["no such Python file", "none.py"]),
        ("mine.py:lost", "point.npz", {}, ["no function lost", "loss, of_dict"]),
        ("mine.py:loss", "none.npz", {}, ["no such file", "none.npz"]),
        ("mine.py:loss", "mine.py", {}, ["no file of plain arrays", "numpy.savez"]),
        ("mine.py:loss", "cut.npz", {}, ["no file of plain arrays", "numpy.savez"]),
        ("mine.py:loss", "damaged.npz", {}, ["no file of plain arrays", "numpy.savez"]),
        ("mine.py:largest", "point.npz", {}, ["arguments", "cannot be told", "mine.py:largest"]),
        ("mine.py:leaves", "point.npz", {}, ["SystemExit: 5", "mine.py:leaves, line 36"]),
        ("script.py:loss", "point.npz", {}, ["SystemExit: 5", "script.py, line 3"]),
        ("mine.py:loss", "point.npz", {"gradient": "mine.py:largest"}, ["cannot be told"]),
        ("mine.py:loss", "point.npz", {"by": ["V"]}, ["no array V", "W, x"]),
        ("mine.py:single", "point.npz", {}, ["arguments are W", "arrays are W, x"]),
        ("mine.py:grad", "point.npz", {}, ["must return one number"]),
        ("mine.py:broken", "point.npz", {}, ["ZeroDivisionError", "mine.py:broken, line 24"]),
        ("mine.py:loss", "point.npz", {"gradient": "mine.py:loss"}, ["an array for each"]),
        ("mine.py:loss", "point.npz", {"gradient": "mine.py:part"}, ["no x", "Without --by NAME"]),
        ("mine.py:loss", "point.npz", {"save": "none/out.npz"}, ["cannot be saved", "none/out"]),
    ],
)
def test_what_does_not_fit_is_a_users_error_in_words(folder, target, at, options, words):
    with pytest.raises(GraderError) as caught:
        gradient_report(target, at, **options)
    assert caught.value.exit_code == 2
    for word in words:
        assert word in str(caught.value)
