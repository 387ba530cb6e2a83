"""Values that are not what they look like; each must arrive as a plain value or a problem.

See ``read_files`` for the conventions; here what comes back is expected, and must be harmless.
"""

import collections
import enum
import fractions

import numpy as np


class Sly(dict):
    def items(self):
        while True:
            yield "dW1", 1

    def __len__(self):
        return 1 << 62

    def __iter__(self):
        raise KeyboardInterrupt


class Listed(list):
    def __iter__(self):
        raise SystemExit

    def __len__(self):
        return -1


class Number(float):
    def __float__(self):
        raise SystemExit


class Endless:
    def __array__(self, *arguments, **named):
        while True:
            pass

    def __getattr__(self, name):
        while True:
            pass


class Array(np.ndarray):
    @property
    def shape(self):
        return (1 << 40,)

    def tobytes(self, *arguments):
        return b""

    def view(self, *arguments):
        raise SystemExit

    def __array_finalize__(self, other):
        pass


class Key(str):
    def encode(self, *arguments):
        return b"\xff" * 100

    def __str__(self):
        return "other"


class Colour(enum.IntEnum):
    RED = 1


def sly_dictionary(facts):
    """Gives: returned."""
    return Sly(dW1=np.eye(2))


def sly_list(facts):
    """Gives: returned."""
    return Listed([1, 2])


def sly_number(facts):
    """Gives: returned."""
    return Number(1.5)


def sly_array(facts):
    """Gives: returned, error, output."""
    return np.eye(2).view(Array)


def sly_key(facts):
    """Gives: returned."""
    return {Key("dW1"): 1}


def endless_object(facts):
    """Gives: returned."""
    return Endless()


def array_of_objects(facts):
    """Gives: returned."""
    values = np.empty(2, dtype=object)
    values[0] = Endless()
    return values


def itself(facts):
    """Gives: output."""
    kept = []
    kept.append(kept)
    return kept


def dictionary_in_itself(facts):
    """Gives: output."""
    kept = {}
    kept["dW1"] = kept
    return kept


def deep(facts):
    """Gives: output."""
    value = 1
    for _ in range(10_000):
        value = [value]
    return value


def many(facts):
    """Gives: output."""
    return list(range(100_000))


def long_text(facts):
    """Gives: output."""
    return "x" * (1 << 25)


def lone_surrogate(facts):
    """Gives: returned."""
    return {"\ud800": "\udfff"}


def keys_of_all_kinds(facts):
    """Gives: returned."""
    return {1: 1, None: 2, (1, 2): 3, b"x": 4, 1.5: 5, frozenset(): 6}


def huge_integer(facts):
    """Gives: returned."""
    return 10**5000


def generator(facts):
    """Gives: returned."""
    return (n for n in iter(int, 1))


def function(facts):
    """Gives: returned."""
    return lambda: 1


def module(facts):
    """Gives: returned."""
    return np


def own_type(facts):
    """Gives: returned."""
    return type("x" * 10_000, (), {})()


def not_numbers(facts):
    """Gives: returned."""
    return np.array([np.nan, np.inf, -np.inf, -0.0])


def matrix(facts):
    """Gives: returned."""
    return np.matrix([[1.0]])


def masked(facts):
    """Gives: returned."""
    return np.ma.masked_array([1.0, 2.0], [True, False])


def records(facts):
    """Gives: returned."""
    return np.zeros(3, dtype=[("a", "f8"), ("b", "O")])


def dates(facts):
    """Gives: returned."""
    return np.array(["2020-01-01"], dtype="datetime64[D]")


def texts(facts):
    """Gives: returned."""
    return np.array(["a", "b"])


def many_axes(facts):
    """Gives: returned."""
    return np.zeros((1,) * 32)


def memory_of_nobody(facts):
    """An array that points to nothing. Gives: crash, error."""
    import ctypes

    return np.ctypeslib.as_array(ctypes.cast(8, ctypes.POINTER(ctypes.c_double)), (4,))


def negative_strides(facts):
    """Gives: returned."""
    return np.arange(6.0).reshape(2, 3)[::-1, ::-1]


def other_byte_order(facts):
    """Gives: returned."""
    return np.arange(3, dtype=">f4")


def long_doubles(facts):
    """Gives: returned."""
    return np.ones(3, dtype=np.longdouble)


def numbers_of_other_kinds(facts):
    """Gives: returned."""
    return [Colour.RED, fractions.Fraction(1, 3), True, 1j, np.float16(2), np.bool_(True)]


def named_tuple(facts):
    """Gives: returned."""
    return collections.namedtuple("Gradients", "dW1 db1")(1, 2)
