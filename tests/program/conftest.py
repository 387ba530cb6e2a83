"""Small student files as strings, loaded in this process (they are ours and harmless)."""

import json
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gradcheck_grader.sandbox.child.program import LoadFailure, Program, load

ARGUMENTS = ("parameters", "cache", "X", "Y")


def make_target(**changed: Any) -> dict[str, Any]:
    target = {
        "functions": ("backward_propagation", "back_prop"),
        "arguments": ARGUMENTS,
        "owner": None,
        "main": None,
        "modules": (),
    }
    return target | changed


@pytest.fixture
def student() -> Callable[..., Program]:
    """Load one file, given as text or bytes, with further files beside it."""

    def make(
        text: str | bytes,
        *,
        path: str = "student.py",
        beside: dict[str, str] | None = None,
        **target: Any,
    ) -> Program:
        content = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        files = [(path, content)]
        files += [(name, textwrap.dedent(t).encode()) for name, t in (beside or {}).items()]
        return load(files, make_target(**({"main": path} if beside else {}) | target))

    return make


@pytest.fixture
def refused(student: Callable[..., Program]) -> Callable[..., dict[str, Any]]:
    """Return the problem of a file that cannot be loaded."""

    def make(text: str | bytes, **more: Any) -> dict[str, Any]:
        with pytest.raises(LoadFailure) as caught:
            student(text, **more)
        return caught.value.problem

    return make


@pytest.fixture
def values() -> list[Any]:
    """Return parameters, cache, X and Y: 3 inputs, 4 hidden units, 5 examples."""
    generator = np.random.default_rng(3)
    W1, W2 = generator.normal(size=(4, 3)), generator.normal(size=(1, 4))
    b1, b2 = generator.normal(size=(4, 1)), generator.normal(size=(1, 1))
    X, Y = generator.normal(size=(3, 5)), np.array([[0.0, 1, 1, 0, 1]])
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return [parameters, {"A1": A1, "A2": A2}, X, Y]


@pytest.fixture
def failed(student: Callable[..., Program], values: list[Any]) -> Callable[..., dict[str, Any]]:
    """Return the problem of a call that raises."""

    def make(text: str | bytes, **more: Any) -> dict[str, Any]:
        program = student(text, **more)
        with pytest.raises(BaseException) as caught:  # noqa: PT011 (SystemExit is among them)
            program.call(values, {})
        return program.explain(caught.value)

    return make


@pytest.fixture
def notebook() -> Callable[..., bytes]:
    """Return a notebook of code cells."""

    def make(*cells: str) -> bytes:
        document = {
            "cells": [{"cell_type": "markdown", "source": ["# Homework"]}]
            + [
                {"cell_type": "code", "source": textwrap.dedent(cell).splitlines(keepends=True)}
                for cell in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(document).encode()

    return make


def ids(program: Program) -> list[str]:
    return [note["id"] for note in program.loaded["notes"]]


@pytest.fixture
def note_ids() -> Callable[[Program], list[str]]:
    """Return the ids of a program's notes."""
    return ids


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Do as the child does, which shows no warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
