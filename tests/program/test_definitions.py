"""What is run at module level, and what is not."""

import json

import pytest


def returned(program, values):
    return program.call(values, {})


def test_nothing_at_module_level_runs_but_definitions(student, values, capsys):
    program = student(
        """
        import numpy as np
        import matplotlib.pyplot as plt
        print("training")
        np.random.seed(1 / 0)
        data = np.loadtxt("train.csv")
        X, Y = data[:, 1:], data[:, 0]
        for epoch in range(10 ** 9):
            loss = 1 / 0
        while True:
            pass
        plt.plot(data)
        plt.show()

        def backward_propagation(parameters, cache, X, Y):
            return np.sum(X)

        assert backward_propagation(None, None, X, Y) == 3
        if __name__ == "__main__":
            backward_propagation = None
        """
    )
    assert returned(program, values) == values[2].sum()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "line",
    [
        "c = 3",
        "c = 2 + 1 if True else 0",
        "a, b = 1, 2; c = a + b",
        "c: int = 3",
        "c = 2; c += 1",
        "c = len([1, 2, 3])",
        "import numpy as np; c = np.sqrt(9.0)",
        "from math import sqrt; c = int(9 ** 0.5)",
        "config = {'c': 3}; c = config['c']",
        "config = {}; config['c'] = 3; c = config['c']",
        "config = {'c': 3}; config['d'] = load(); c = config['c']",
        "c = [k for k in range(4)][-1]",
        "a, b, c = {'x': 1, 'y': 2, 'z': 3}.values()",
        "a, b, c = map(int, '1 2 3'.split())",
        "a, b, c = list(map('{}'.format, 'abc')); c = len(a + b + c)",
        "from functools import reduce; c = reduce(lambda a, b: a + b, [1, 2])",
        "import numpy as np; c = np.identity(3).astype(int).sum() if False else 3",
        "from operator import methodcaller; count = methodcaller('count', 1)\n"
        "class C: value = [1, 1, 1]\nc = len(C.value) if count else 0",
        "from enum import Enum\nclass Kind(str, Enum): A = 3\nc = int(Kind('3').value)",
        "twice = lambda k: 2 * k; c = twice(1) + 1",
        "names = 'a b c'.split(); c = len(names)",
        "sizes = {k.upper(): n for k, n in {'in': 3}.items()}; c = sizes.get('IN', 0)",
        "import numpy as np; c = np.arange(4).reshape(2, 2)[1, 1]",
        "class C: value = 3\nc = C.value",
        "import sys\nif sys.version_info[0] < 3: c = 2\nelse: c = 3",
        "try: c = three\nexcept NameError: c = 3",
        "if True:\n    c = 3",
        "def make():\n    def f(): return 3\n    return f\nf = make()\nclass C: v = f()\nc = C.v",
        "def of(k):\n    return lambda: k\nf = of(k=3)\nclass C: value = f()\nc = C.value",
        "def a(k): return k + 1\ndef b(k):\n    if k: return a(k)\n    raise ValueError\nc = b(2)",
    ],
)
def test_plain_values_that_the_function_needs_are_computed(student, values, line):
    text = f"{line}\ndef backward_propagation(parameters, cache, X, Y):\n    return c\n"
    assert returned(student(text), values) == 3


@pytest.mark.parametrize(
    "line",
    [
        "act = lambda z: z * 2",
        "def act(z):\n    return z * 2",
        "def double(z):\n    return z * 2\nact = double",
        "table = {'act': lambda z: 2 * z}\ndef act(z):\n    return table['act'](z)",
        "def twice_act(z): return 2 * z\n"
        "table = {f.__name__.split('_')[1]: f for f in (twice_act,)}\nact = table.get('act')",
        "import numpy as np\ntable = {n: getattr(np, n) for n in ('add', 'tanh')}\n"
        "def act(z): return table['add'](z, z)",
        "import numpy as np\nact = np.vectorize(lambda z: 2 * z)",
        "from functools import partial\ndef times(k, z):\n    return k * z\n"
        "act = partial(times, 2)",
        "class Act:\n    def __call__(self, z):\n        return 2 * z\n"
        "def act(z):\n    return Act()(z)",
        "try:\n    from nowhere import act2\nexcept ImportError:\n    pass\n"
        "def act(z):\n    return z * 2",
        "class Base(object):\n    def __call__(self, z): return 2 * z\n"
        "class Act(Base): pass\nact = Act()",
        "class Act(object):\n"
        "    def __init__(self):\n        super().__init__()\n        self.k = 2\n"
        "    def __call__(self, z): return self.k * z\nact = Act()",
        "from types import SimpleNamespace\nheld = SimpleNamespace(k=2)\n"
        "def act(z):\n    return held.k * z",
        "class Act:\n    def __init__(self, k=2): self.k = k\n"
        "    def __call__(self, z): return self.k * z\nact = Act()",
        "class Act:\n    slope = 2\n    def value(self, z): return 2 * z\nact = Act().value",
        "import logging\nlog = logging.getLogger(__name__)\n"
        "def act(z):\n    log.debug('here')\n    return 2 * z",
        "with open('x') as f:\n    def act(z):\n        return z * 2",
        "if load():\n    def act(z):\n        return z * 2",
        "match load():\n    case 1:\n        def act(z):\n            return z * 2",
        "try:\n    def act(z):\n        return z * 2\nexcept* OSError:\n    pass",
    ],
)
def test_names_are_followed_from_the_function(student, values, line):
    text = f"{line}\ndef backward_propagation(parameters, cache, X, Y):\n    return act(X)\n"
    assert (returned(student(text), values) == 2 * values[2]).all()


def test_names_looked_up_by_text_are_there(student, values):
    program = student(
        """
        def twice(z):
            return 2 * z
        def backward_propagation(parameters, cache, X, Y):
            return globals()["tw" + "ice"](X)
        """
    )
    assert (returned(program, values) == 2 * values[2]).all()


def test_the_last_definition_counts_and_a_note_says_so(student, values):
    program = student(
        """
        def backward_propagation(parameters, cache, X, Y):
            return 1
        def backward_propagation(parameters, cache, X, Y):
            return 2
        """
    )
    assert returned(program, values) == 2
    assert program.loaded["line"] == 4
    assert program.loaded["notes"] == [
        {
            "id": "defined-twice",
            "message": "`backward_propagation` is defined twice (line 2, line 4); "
            "the last one counts.",
            "line": 4,
        }
    ]


def test_a_function_may_wrap_its_earlier_definition(student, values):
    program = student(
        """
        def backward_propagation(parameters, cache, X, Y):
            return 1
        first = backward_propagation
        def backward_propagation(parameters, cache, X, Y):
            return first(parameters, cache, X, Y) + 1
        """
    )
    assert returned(program, values) == 2


def test_a_value_that_is_computed_elsewhere_is_missing_rather_than_stale(failed):
    problem = failed(
        """
        m = 10
        X_train = load("data")
        m = X_train.shape[1]
        def backward_propagation(parameters, cache, X, Y):
            return 1 / m
        """
    )
    assert problem["message"] == (
        "`m` is read from outside the function, but line 4, `m = X_train.shape[1]`, is not run "
        "when the function is graded: take it from the arguments."
    )


@pytest.mark.parametrize(
    "line",
    [
        "def decorate(f):\n    return f\n@decorate",
        "def decorate(f):\n    def call(*args, **kw):\n        return f(*args, **kw)\n"
        "    return call\n"
        "@decorate",
        "from functools import wraps\ndef decorate(f):\n    @wraps(f)\n    def call(*args):\n"
        "        return f(*args)\n    return call\n@decorate",
        "import numba\n@numba.njit",
        "from numba import jit\n@jit(nopython=True)",
        "@not_there.at_all",
        "import torch\n@torch.no_grad()",
    ],
)
def test_decorators_are_kept_where_they_can_be_met(student, values, line):
    text = f"{line}\ndef backward_propagation(parameters, cache, X, Y):\n    return 5\n"
    assert returned(student(text), values) == 5


def test_a_default_that_cannot_be_met_does_no_harm(student, values):
    program = student(
        "def backward_propagation(parameters, cache, X, Y, m=train_x.shape[1], k=-2):\n"
        "    return m, k"
    )
    assert returned(program, values) == (None, -2)


def test_annotations_are_never_evaluated(student, values):
    program = student(
        "def backward_propagation(parameters: Dict[str, np.array], cache, X, Y) -> Tensor:\n"
        "    return 1"
    )
    assert returned(program, values) == 1


@pytest.mark.parametrize("name", ["backPropagation", "Back_Prop", "backwardPropagation"])
def test_a_name_that_differs_in_case_and_underscores_is_taken(student, values, note_ids, name):
    functions = ("backward_propagation", "back_prop", "back_propagation")
    program = student(f"def {name}(parameters, cache, X, Y):\n    return 1", functions=functions)
    assert returned(program, values) == 1
    assert note_ids(program) == ["renamed"]


def test_the_first_accepted_name_wins(student, values):
    program = student(
        """
        def back_prop(parameters, cache, X, Y):
            return 1
        def backward_propagation(parameters, cache, X, Y):
            return 2
        """
    )
    assert returned(program, values) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "def backward_propogation(a):\n    return 1",
            "The file defines no `backward_propagation`. It defines `backward_propogation`: is "
            "that the one? Rename it.",
        ),
        (
            "def train(a):\n    return 1",
            "The file defines no `backward_propagation`. It defines `train`.",
        ),
        ("x = 1", "The file defines no `backward_propagation`. It defines no function at all."),
        (
            "def model():\n    def backward_propagation(a):\n        return 1",
            "The file defines no `backward_propagation`. It stands inside `model`, where it "
            "cannot be called: move it out.",
        ),
        (
            "if __name__ == '__main__':\n    def backward_propagation(a):\n        return 1",
            "The file defines no `backward_propagation`. It stands inside `if __name__ == "
            "'__main__'`, where it cannot be called: move it out.",
        ),
        (
            "if True:\n  def model():\n    def backward_propagation(a):\n      return 1",
            "The file defines no `backward_propagation`. It stands inside `model`, where it "
            "cannot be called: move it out.",
        ),
        (
            "match 1:\n    case 1:\n        if __name__ == '__main__':\n"
            "            def backward_propagation(a):\n                return 1",
            "The file defines no `backward_propagation`. It stands inside `if __name__ == "
            "'__main__'`, where it cannot be called: move it out.",
        ),
        ("backward_propagation = 3", "`backward_propagation` is not a function in the file."),
        (
            "from solution import backward_propagation",
            "`backward_propagation` is imported from a module that was not handed in.",
        ),
    ],
)
def test_a_missing_function_is_reported_with_what_is_there(refused, text, message):
    problem = refused(text)
    assert (problem["kind"], problem["message"]) == ("missing", message)


def test_a_broken_cell_with_a_longer_name_is_not_the_asked_for_one(refused):
    """Another cell holds a near name: that is what the student has to hear."""
    source = [
        "def backward_propagation_helper(a):\n    return a +",
        "def backward_propogation(parameters, cache, X, Y):\n    return 1",
    ]
    cells = [{"cell_type": "code", "source": text, "metadata": {}} for text in source]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    problem = refused(text.encode(), path="work.ipynb")
    assert problem["kind"] == "missing"
    assert "`backward_propogation`: is that the one?" in problem["message"]


def test_a_value_made_by_training_is_no_function(refused):
    problem = refused("backward_propagation = train()")
    assert problem["kind"] == "missing"


def test_all_functions_are_listed(student):
    program = student(
        """
        f = lambda x: x
        class Net:
            def forward(self):
                pass
        def backward_propagation(parameters, cache, X, Y):
            return 1
        """
    )
    assert program.loaded["defined"] == ["f", "backward_propagation", "Net.forward"]


def test_a_function_may_come_from_a_module_beside_it(student, values):
    beside = {"model.py": "def back_prop(parameters, cache, X, Y): return 7"}
    assert returned(student("from model import back_prop", beside=beside), values) == 7


def test_a_function_that_is_made_by_a_call_is_reported_with_its_line(refused):
    assert refused("backward_propagation = make(3)")["message"] == (
        "The file defines no `backward_propagation`. It is made in line 1, "
        "`backward_propagation = make(3)`, which is not run: write a `def`."
    )


def test_a_function_from_a_module_beside_the_file_has_its_line(student):
    beside = {"model.py": "x = 1\n\ndef back_prop(parameters, cache, X, Y):\n    pass"}
    loaded = student("from model import back_prop", beside=beside).loaded
    assert loaded["line"] == 3
    assert loaded["notes"][0]["id"] == "not-filled-in"


def test_a_notebook_and_its_export_are_one_piece_of_work(student, values, notebook):
    text = "def back_prop(parameters, cache, X, Y): return 7"
    beside = {"hw.ipynb": notebook(text).decode()}
    assert returned(student(text, path="hw.py", beside=beside, main=None), values) == 7


def test_an_import_of_a_missing_module_does_not_hide_the_file_s_own_function(student, values):
    program = student(
        """
        def backward_propagation(parameters, cache, X, Y):
            return sigmoid(X)
        def sigmoid(z):
            return 3
        from student_code import backward_propagation
        from utils import sigmoid
        """
    )
    assert returned(program, values) == 3


@pytest.mark.parametrize("block", ["if True:", "match 'tanh':\n  case 'tanh':", "with a() as b:"])
def test_a_function_inside_a_block_is_found_with_its_line(student, block):
    text = f"{block}\n    def backProp(parameters, cache, X, Y):\n        return 1\n"
    line = text[: text.index("def")].count("\n") + 1
    program = student(text)
    assert program.loaded["line"] == line
    assert program.loaded["function"] == "backProp"
    assert program.loaded["defined"] == ["backProp"]


def test_a_dataclass_is_made(student, values):
    program = student(
        """
        from dataclasses import dataclass
        import numpy as np

        @dataclass
        class Cache:
            A: np.ndarray
            n: int = 3

        def backward_propagation(parameters, cache, X, Y):
            return Cache(X).n
        """
    )
    assert returned(program, values) == 3


def test_dropped_decorators_are_noted(student):
    text = "@nothing\ndef backward_propagation(parameters, cache, X, Y):\n    return 5\n"
    assert student(text).loaded["notes"] == [
        {
            "id": "simplified",
            "message": "Decorators or values in the definition of `backward_propagation` cannot "
            "be made here; it is run without them.",
            "line": 2,
        }
    ]
