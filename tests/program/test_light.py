"""Values at the top of a file that a function of the file makes or chooses in a few steps."""

import pytest

CHOSEN = [
    "def by_name(kind):\n    if kind == 'none':\n        return lambda z: z\n"
    "    elif kind == 'twice':\n        return lambda z: 2 * z\n"
    "    raise ValueError(kind)\nact = by_name('twice')",
    "def pair(k):\n    'Two functions.'\n    def first(z):\n        return k * z\n"
    "    slope = lambda z: k\n    return first, slope\nact, slope = pair(2)",
    "def by_name(kind):\n    match kind:\n        case 'twice':\n"
    "            return lambda z: 2 * z\n"
    "act = {name: by_name(name) for name in ['twice']}['twice']",
    "import numpy as np\ndef tiny():\n    return float(np.finfo(float).tiny)\n"
    "TINY = tiny()\ndef act(z):\n    return z * (2 + TINY)",
    "def times(k):\n    return lambda z: k * z\ndef twice():\n    return times(2)\nact = twice()",
]
FILLED = [
    "table = {}\nfor name, k in [('once', 1), ('twice', 2)]:\n"
    "    table[name] = lambda z, k=k: k * z\n"
    "def act(z):\n    return table['twice'](z)",
    "def twice(z):\n    return 2 * z\ntable = dict()\ntable.update(twice=twice)\n"
    "def act(z):\n    return table['twice'](z)",
    "table = []\nfor k in range(3):\n    if k:\n        table.append(k)\n"
    "def act(z):\n    return table[-1] * z",
    "for last in (1, 2):\n    pass\ndef act(z):\n    return last * z",
]
# Each needs more than a choice: it repeats, prints, reads, changes what is outside, is unknown.
COMPUTED = [
    "def made(n):\n    print(n)\n    return n\nm = list(map(made, [3]))[0]",
    "m = list(map(lambda n: print(n) or n, [3]))[0]",
    "made = lambda n: print(n) or n\nm = made(3)",
    "def made(n):\n    for _ in range(n):\n        n += 1\n    return n\nm = made(3)",
    "def made(n):\n    print(n)\n    return n\nm = made(3)",
    "def made(n):\n    return open('m').read()\nm = made(3)",
    "def made(n):\n    global m\n    m = n\n    return n\nm = made(3)",
    "def made(n):\n    pass\ndef made(n):\n    return open('m').read()\nm = made(3)",
    "def made(n):\n    return n\nclass Net: pass\nm = Net().made(3)",
    "import functools\n@functools.cache\ndef made(n):\n    return n\nm = made(3)",
]


@pytest.mark.parametrize("lines", CHOSEN + FILLED)
def test_what_a_function_chooses_or_makes_in_a_few_steps_is_there(student, values, lines):
    text = f"{lines}\ndef backward_propagation(parameters, cache, X, Y):\n    return act(X)\n"
    assert (student(text).call(values, {}) == 2 * values[2]).all()


@pytest.mark.parametrize("lines", COMPUTED)
def test_a_value_that_takes_more_than_that_is_not_computed(failed, lines):
    text = f"{lines}\ndef backward_propagation(parameters, cache, X, Y):\n    return 1 / m\n"
    assert "`m` is read from outside the function, but line" in failed(text)["message"]


def test_the_asked_for_function_itself_may_be_made_by_another(student, values):
    text = """
    def make(factor):
        def backward_propagation(parameters, cache, X, Y):
            return factor * X
        return backward_propagation
    backward_propagation = make(2)
    """
    program = student(text)
    assert (program.call(values, {}) == 2 * values[2]).all()
    assert program.loaded["line"] == 3


@pytest.mark.parametrize(
    "line", ["for name in load('names'): table[name] = 1", "table.update(load('names'))"]
)
def test_what_is_not_put_into_a_table_is_told(failed, line):
    text = f"table = {{}}\n{line}\ndef back_prop(parameters, cache, X, Y):\n    return table['a']\n"
    assert failed(text)["message"] == (
        f"`table` has no key 'a'; it holds no names. What line 2, `{line}`, may put into it is not "
        "run here."
    )


def test_a_table_of_the_function_s_own_is_not_that_of_the_file(failed):
    text = """
    table = {}
    table.update(load("names"))
    def backward_propagation(parameters, cache, X, Y):
        table = {"b": 1}
        return table["a"]
    """
    assert failed(text)["message"] == "`table` has no key 'a'; it holds `b`."
