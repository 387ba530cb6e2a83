"""A small grammar of formulas, for a step that no catalogued mistake explains.

It says what a code computes, not why. Terms are built from the arrays at hand; formulas are terms,
products and quotients of two of them, and for the output layer sums of two of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Layer
from gradcheck_grader.reference.activations import Array


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Formulas as texts, the simpler first, and what they give on one trial, one a row."""

    texts: tuple[str, ...]
    values: Array

    def times(self, text: str, value: Array) -> Terms:
        """Return the terms multiplied by one more array."""
        return Terms(tuple(f"{text} * {one}" for one in self.texts), value * self.values)


UNARY: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("{x}", lambda x: x),
    ("{x}**2", lambda x: x**2),
    ("(1 - {x})", lambda x: 1 - x),
    ("(1 + {x})", lambda x: 1 + x),
    ("(1 - {x}**2)", lambda x: 1 - x**2),
    ("(1 + {x}**2)", lambda x: 1 + x**2),
    ("(1 - {x})**2", lambda x: (1 - x) ** 2),
    ("{x}**3", lambda x: x**3),
    ("(1 - {x}**3)", lambda x: 1 - x**3),
    ("abs({x})", np.abs),
    ("sqrt(abs({x}))", lambda x: np.sqrt(np.abs(x))),
    ("sqrt(1 - {x}**2)", lambda x: np.sqrt(1 - x**2)),
    ("exp({x})", np.exp),
    ("exp(-{x})", lambda x: np.exp(-x)),
    ("exp(-{x}**2)", lambda x: np.exp(-(x**2))),
    ("tanh({x})", np.tanh),
    ("cosh({x})", np.cosh),
    ("cos({x})", np.cos),
    ("sin({x})", np.sin),
)


def terms(pairs: Iterable[tuple[str, Array]]) -> Terms:
    """Return terms from texts and arrays of one shape."""
    listed = list(pairs)
    return Terms(tuple(text for text, _ in listed), np.array([value for _, value in listed]))


def joined(*several: Terms) -> Terms:
    """Return all terms in one."""
    texts = tuple(text for one in several for text in one.texts)
    return Terms(texts, np.concatenate([one.values for one in several]))


def unary(name: str, array: Array) -> Terms:
    """Return the functions of one array."""
    return terms((text.format(x=name), function(array)) for text, function in UNARY)


def powers(name: str, array: Array) -> Terms:
    """Return an array, its square, and the root of its size."""
    return terms(
        [(name, array), (f"{name}**2", array**2), (f"sqrt({name})", np.sqrt(np.abs(array)))]
    )


def products(base: Terms) -> Terms:
    """Return the terms, all products and all quotients of two of them."""
    count = len(base.texts)
    i, j = np.triu_indices(count)
    over, under = (index.ravel() for index in np.indices((count, count)))
    over, under = over[over != under], under[over != under]
    texts = [f"{base.texts[a]} * {base.texts[b]}" for a, b in zip(i, j, strict=True)]
    texts += [f"{base.texts[a]} / {base.texts[b]}" for a, b in zip(over, under, strict=True)]
    values = [base.values, base.values[i] * base.values[j], base.values[over] / base.values[under]]
    return Terms((*base.texts, *texts), np.concatenate(values))


def sums(base: Terms) -> Terms:
    """Return all sums and differences of two of the terms; the sign of the whole is a factor."""
    i, j = np.triu_indices(len(base.texts), k=1)
    texts = [f"({base.texts[a]} {sign} {base.texts[b]})" for sign in "+-"
             for a, b in zip(i, j, strict=True)]  # fmt: skip
    values = [base.values[i] + base.values[j], base.values[i] - base.values[j]]
    return Terms(tuple(texts), np.concatenate(values))


def gates(at: Layer, flow: Flow) -> Terms:
    """Return formulas for the delta of a hidden layer."""
    number = at.number
    base = joined(
        powers(f"g'(Z{number})", at.slope),
        unary(f"A{number}", at.A),
        unary(f"Z{number}", at.Z),
        terms([(f"(Z{number} > 0)", (at.Z > 0).astype(np.float64))]),
    )
    factors, name = products(base), f"dA{number}"
    return joined(
        factors.times(name, flow.da),
        factors,
        factors.times(f"{name}**2", flow.da**2),
        factors.times(f"abs({name})", np.abs(flow.da)),
        unary(name, flow.da),
    )


def outputs(at: Layer, _: Flow) -> Terms:
    """Return formulas for the delta of the output layer."""
    a, y, z, number = at.A, at.Y, at.Z, at.number
    A, Z = f"A{number}", f"Z{number}"
    base = joined(
        terms(
            [
                (f"({A} - Y)", a - y),
                (f"({A} - Y)**2", (a - y) ** 2),
                (f"abs({A} - Y)", np.abs(a - y)),
                (f"sqrt(abs({A} - Y))", np.sqrt(np.abs(a - y))),
                (f"({Z} - Y)", z - y),
                ("Y", y),
                ("(1 - Y)", 1 - y),
                (f"log({A})", np.log(np.abs(a))),
                (f"log(1 - {A})", np.log(np.abs(1 - a))),
            ]
        ),
        powers(f"g'({Z})", at.slope),
        unary(A, a),
        unary(Z, z),
    )
    parts = terms(
        [
            ("1", np.ones_like(a)),
            ("Y", y),
            (A, a),
            (Z, z),
            (f"{A}**2", a**2),
            (f"sqrt(abs({A}))", np.sqrt(np.abs(a))),
            (f"Y * {A}", y * a),
            (f"(1 - Y) * {A}", (1 - y) * a),
            (f"Y * (1 - {A})", y * (1 - a)),
            (f"Y / {A}", y / a),
            (f"(1 - Y) / (1 - {A})", (1 - y) / (1 - a)),
            (f"Y * log({A})", y * np.log(np.abs(a))),
            (f"(1 - Y) * log(1 - {A})", (1 - y) * np.log(np.abs(1 - a))),
        ]
    )
    two = sums(parts)
    return joined(products(base), two, two.times(f"g'({Z})", at.slope))


def deltas(at: Layer, flow: Flow) -> Terms:
    """Return what may stand on the output side of dW, or be summed for db."""
    number = at.number
    plain = unary(f"dZ{number}", flow.delta)
    sides = joined(unary(f"A{number}", at.A), powers(f"g'(Z{number})", at.slope))
    return joined(plain, sides.times(f"dZ{number}", flow.delta), sides)


def inputs(at: Layer) -> Terms:
    """Return what may stand on the input side of dW."""
    if at.number == 1:
        return unary("X", at.X)
    below, name = at.below, f"{at.number - 1}"
    return joined(
        unary(f"A{name}", below.A), unary(f"Z{name}", below.Z),
        powers(f"g'(Z{name})", below.slope),
    )  # fmt: skip
