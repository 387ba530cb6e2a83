"""Definitions that a table, a function or a class takes note of are there when it is asked."""

import pytest

DOUBLED = "def doubled(z):\n    return z * 2\n"
BY_DECORATOR = {
    "a table": (
        "SLOPES = {}\ndef slope(name):\n    def keep(f):\n        SLOPES[name] = f\n"
        "        return f\n    return keep\n@slope('twice')\n" + DOUBLED,
        "SLOPES['twice'](X)",
    ),
    "a table that is named": (
        "SLOPES = []\ndef into(table):\n    return lambda f: table.append(f) or f\n"
        "@into(SLOPES)\n" + DOUBLED,
        "SLOPES[0](X)",
    ),
    "a function of a table": (
        "SLOPES = {}\ndef slope(name):\n    def keep(f):\n        SLOPES[name] = f\n"
        "        return f\n    return keep\ndef find(name):\n    return SLOPES[name]\n"
        "@slope('twice')\n" + DOUBLED,
        "find('twice')(X)",
    ),
    "an object": (
        "class Slopes:\n    def __init__(self):\n        self.all = {}\n"
        "    def keep(self, f):\n        self.all[f.__name__] = f\n        return f\n"
        "slopes = Slopes()\n@slopes.keep\n" + DOUBLED,
        "slopes.all['doubled'](X)",
    ),
    "a generic function": (
        "import numpy as np\nfrom functools import singledispatch\n@singledispatch\n"
        "def twice(z):\n    return None\n@twice.register(np.ndarray)\n" + DOUBLED,
        "twice(X)",
    ),
    "a class": (
        "class Slope:\n    pass\ndef add_to(kind):\n"
        "    return lambda f: setattr(kind, f.__name__, f)\n@add_to(Slope)\n"
        "def doubled(self, z):\n    return z * 2\n",
        "Slope().doubled(X)",
    ),
    "a class that keeps its kinds": (
        "class Slope:\n    kinds = {}\n    def __init_subclass__(cls, name):\n"
        "        Slope.kinds[name] = cls\nclass Twice(Slope, name='twice'):\n"
        "    def of(self, z):\n        return z * 2\n",
        "Slope.kinds['twice']().of(X)",
    ),
    "a class that is asked for its kinds": (
        "class Slope:\n    pass\nclass Twice(Slope):\n    def of(self, z):\n        return z * 2\n",
        "Slope.__subclasses__()[0]().of(X)",
    ),
}


@pytest.mark.parametrize("keeper", BY_DECORATOR)
def test_a_definition_that_is_kept_somewhere_is_found_there(student, values, keeper):
    before, value = BY_DECORATOR[keeper]
    text = f"{before}def backward_propagation(parameters, cache, X, Y):\n    return {value}\n"
    assert (student(text).call(values, {}) == 2 * values[2]).all()


def test_a_decorator_that_keeps_nothing_brings_no_other_function_along(student, values, note_ids):
    text = """
    import numpy as np
    from functools import wraps
    def timed(f):
        return wraps(f)(lambda *given: f(*given))
    @timed
    def train(X, rate=load("rates")):
        return X
    @timed
    def backward_propagation(parameters, cache, X, Y):
        return np.sum(X)
    """
    program = student(text)
    assert program.call(values, {}) == values[2].sum()
    assert note_ids(program) == []
