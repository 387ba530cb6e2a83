"""Which counts: what an ``__init__`` sets, or the value of the call under the same name."""

import numpy as np
import pytest

METHOD = """
class Net:
    def __init__(self, hidden=100):
        {line}
    def backward_propagation(self, X, Y):
        return {read}
"""


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("self.W1 = np.zeros((hidden, 3))", "self.W1"),
        ("self.w1 = np.zeros((hidden, 3))", "self.w1"),
        ("self.weights1 = np.ones((hidden, 3))", "self.weights1"),
        ("self.W_1 = 0", "self.W_1"),
        ("self.__W1 = 0.5", "self.__W1"),
        ("self.W1 = [[0.0] * 3] * hidden", "self.W1"),
        ("self.params = {'W1': np.zeros((hidden, 3))}", "self.params['W1']"),
        ("self.params = dict(W1=None, b1=None)", "self.params['W1']"),
        ("self.params = {}; self.params['b1'] = np.zeros(hidden)", "self.params['W1']"),
        ("self._param = {'W1': 0, 'W9': 0}", "self._param['W1']"),
        ("self.__weights = {}", "self.__weights['W1']"),
        ("self.weights = {'b1': np.zeros(hidden)}", "self.weights['W1']"),
    ],
)
def test_parameters_of_the_call_take_the_place_of_those_of_init(student, values, line, read):
    text = "import numpy as np\n" + METHOD.format(line=line, read=read)
    assert student(text).call(values, {}) is values[0]["W1"]


@pytest.mark.parametrize(
    ("line", "read", "expected"),
    [
        ("self.A1 = 0", "self.A1", lambda values: values[1]["A1"]),
        ("self.memory = {'A1': None}", "self.memory['A1']", lambda values: values[1]["A1"]),
        ("self.x = 0", "self.x", lambda values: values[2]),
        ("self.input = np.zeros((hidden, 1))", "self.input", lambda values: values[2]),
        ("self.labels = np.array([])", "self.labels", lambda values: values[3]),
    ],
)
def test_values_of_the_forward_pass_and_data_do_so_too(student, values, line, read, expected):
    text = "import numpy as np\n" + METHOD.format(line=line, read=read)
    assert student(text).call(values, {}) is expected(values)


@pytest.mark.parametrize(
    ("line", "read", "expected"),
    [
        ("self.input = 3", "self.input", 3),
        ("self.a1 = 'tanh'", "self.a1", "tanh"),
        ("self.A1 = abs", "self.A1(-2)", 2),
        ("self.input = 'images'", "self.input", "images"),
        ("self.memory = False", "self.memory", False),
        ("self.weights = [7]", "self.weights[0]", 7),
        ("self.params = {'rate': 0.5}", "self.params['rate']", 0.5),
    ],
)
def test_what_is_no_value_of_a_network_stays_as_init_sets_it(student, values, line, read, expected):
    assert student(METHOD.format(line=line, read=read)).call(values, {}) == expected


def test_a_dict_of_init_gives_its_settings_beside_the_parameters_of_the_call(student, values):
    text = METHOD.format(
        line="self.params = {'rate': 0.5, 'W1': 0, 'W3': 0}",
        read="self.params['rate'], self.params['W1'], 'W3' in self.params",
    )
    rate, W1, has_more = student(text).call(values, {})
    assert rate == 0.5
    assert W1 is values[0]["W1"]
    assert not has_more
    assert "rate" not in values[0]


def test_a_default_of_the_class_itself_gives_way_as_well(student, values):
    text = """
    class Net:
        W1 = None
        b2 = 0
        rate = 0.5
        def A2(self):
            return "its own"
        def backward_propagation(self, X, Y):
            return self.W1, self.b2, self.rate, self.A2()
    """
    W1, b2, rate, A2 = student(text).call(values, {})
    assert W1 is values[0]["W1"]
    assert b2 is values[0]["b2"]
    assert (rate, A2) == (0.5, "its own")


def test_a_step_taken_under_another_name_than_ours_is_given_back(student, values):
    text = """
    class Net:
        def __init__(self):
            self.params = {"W1": 0}
        def backward_propagation(self, X, Y):
            self.params = {"W1": 1}
    """
    attributes = {}
    student(text).call(values, attributes)
    assert attributes == {"parameters": {"W1": 1}}


def test_parameters_that_a_method_only_reads_are_not_given_back(student, values):
    text = """
    class Net:
        def __init__(self):
            self.params = {"rate": 0.5}
        def backward_propagation(self, X, Y):
            return self.params["W1"]
    """
    attributes = {}
    student(text).call(values, attributes)
    assert attributes == {}


def test_a_scalar_of_the_call_counts_under_names_of_one_meaning(student):
    text = """
    class Net:
        def __init__(self, reg=0.0):
            self.reg = reg
            self.keep = 1.0
        def backward_propagation(self, X, Y):
            return self.reg, self.keep
    """
    arguments = ("X", "Y", "cache", "lambd")
    given = [np.ones((3, 5)), np.ones((1, 5)), (), 0.7]
    assert student(text, arguments=arguments).call(given, {}) == (0.7, 1.0)


LISTS = """
class Net:
    def __init__(self, sizes, rate=0.5):
        self.weights = [np.random.randn(n, m) for m, n in zip(sizes[:-1], sizes[1:])]
        self.biases = FIRST
        for n in sizes[1:]:
            self.biases.append(np.zeros((n, 1)))
        self.L, self.rate = len(sizes) - 1, rate
    def backward_propagation(self, X, Y):
        return self.weights, self.biases, self.L, self.rate
"""


def test_lists_of_weights_and_biases_are_those_of_the_call(student, values):
    weights, biases, depth, rate = student(LISTS.replace("FIRST", "[]")).call(values, {})
    assert [id(array) for array in weights] == [id(values[0][name]) for name in ("W1", "W2")]
    assert [id(array) for array in biases] == [id(values[0][name]) for name in ("b1", "b2")]
    assert (depth, rate) == (2, 0.5)


@pytest.mark.parametrize("first", ["{}", "load()"])
def test_what_may_be_numbered_otherwise_is_not_guessed(student, values, first):
    with pytest.raises(AttributeError):
        student(LISTS.replace("FIRST", first)).call(values, {})


def test_a_list_that_begins_with_nothing_is_numbered_from_one(student, values):
    _, biases, _, _ = student(LISTS.replace("FIRST", "[None]")).call(values, {})
    assert biases[0] is None
    assert [id(array) for array in biases[1:]] == [id(values[0][name]) for name in ("b1", "b2")]


NUMBERED = {
    1: [
        "self.W, self.b = {1: 0, 2: 0}, {1: 0, 2: 0}",
        "self.W, self.b = {}, {}\nfor l in range(1, len(sizes)):\n self.W[l], self.b[l] = 0, 0",
        "self.W, self.b = {}, {}\nfor l in range(n - 1):\n self.W[l + 1] = self.b[l + 1] = 0",
        "self.W, self.b = [0] * 3, [0] * 3\nfor l in range(2, 0, -1): self.W[l] = self.b[l] = 0",
        "self.W = {k: 0 for k in range(1, 3)}\nself.b = dict()\nself.b[1] = 0\nself.b[2] = 0",
        "self.W = {}\nself.b = {}\nfor i, n in enumerate(sizes, 1):\n self.W[i] = self.b[i] = n",
    ],
    0: [
        "self.W, self.b = {0: 0, 1: 0}, {0: 0, 1: 0}",
        "self.W, self.b = [0 for _ in sizes], [load(), load()]",
        "self.W, self.b = {}, {}\nfor l in range(1, n):\n self.W[l - 1] = self.b[l - 1] = 0",
        "self.W, self.b = {}, {}\nfor l in reversed(range(2)):\n self.W[l] = self.b[l] = 0",
    ],
}


@pytest.mark.parametrize(
    ("first", "made"), [(first, made) for first, all_made in NUMBERED.items() for made in all_made]
)
def test_weights_by_number_are_those_of_the_call(student, values, first, made):
    body = "\n".join(f"        {line}" for line in made.splitlines())
    text = f"""
class Net:
    def __init__(self, sizes):
{body}
    def backward_propagation(self, X, Y):
        return self.W[{first}], self.W[{first + 1}], self.b[{first + 1}]
"""
    found = student(text).call(values, {})
    assert [id(array) for array in found] == [id(values[0][name]) for name in ("W1", "W2", "b2")]


@pytest.mark.parametrize(
    "made",
    [
        "self.params = {'W': {}, 'b': {}}",
        "self.params = {}\n        self.params['W'] = {}\n        self.params['b'] = {}",
    ],
)
def test_weights_by_number_may_be_in_a_dict(student, values, made):
    text = f"""
    class Net:
        def __init__(self, sizes):
            {made}
            self.params['rate'] = 0.5
            for l in range(1, len(sizes)):
                self.params["W"][l] = np.random.randn(sizes[l], sizes[l - 1])
                self.params["b"][l] = np.zeros((sizes[l], 1))
        def backward_propagation(self, X, Y):
            return self.params["W"][2], self.params["b"][1], self.params["rate"]
    """.replace("\n        self", "\n            self")
    weights, bias, rate = student(text).call(values, {})
    assert (weights is values[0]["W2"], bias is values[0]["b1"], rate) == (True, True, 0.5)


@pytest.mark.parametrize("argument", ["sizes", "layer_dims", "layers_dims", "layer_sizes", "dims"])
@pytest.mark.parametrize("default", ["", "=(784, 30, 10)"])
def test_the_sizes_of_the_layers_are_those_of_the_call(student, values, argument, default):
    text = f"""
    class Net:
        def __init__(self, {argument}{default}):
            self.sizes, self.L = {argument}, len({argument}) - 1
        def backward_propagation(self, X, Y):
            return self.sizes, self.L
    """
    assert student(text).call(values, {}) == ([3, 4, 1], 2)


LAYERS = """
    class Net:
        def __init__(self, ARGUMENTS):
            self.layers = layers
        def backward_propagation(self, X, Y):
            return self.layers
"""


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ("layers", [3, 4, 1]),
        ("layers, rate=0.1", [3, 4, 1]),
        ("nx, layers", [4, 1]),
        ("input_size, layers, rate", [4, 1]),
    ],
)
def test_layers_are_sizes_where_they_can_be_nothing_else(student, values, arguments, given):
    assert student(LAYERS.replace("ARGUMENTS", arguments)).call(values, {}) == given


@pytest.mark.parametrize("arguments", ["rate, layers", "nx, hidden, layers"])
def test_layers_that_may_be_a_number_are_not_guessed(student, values, arguments):
    with pytest.raises(AttributeError):
        student(LAYERS.replace("ARGUMENTS", arguments)).call(values, {})


@pytest.mark.parametrize("name", ["weights", "theta", "model"])
@pytest.mark.parametrize("key", ['"W1"', 'f"W{1}"', '"W" + str(1)'])
def test_parameters_under_another_name_are_told_by_their_keys(student, values, name, key):
    text = f"""
    class Net:
        def __init__(self, nx):
            self.{name} = {{"W1": np.random.randn(nx, nx)}}
        def backward_propagation(self, X, Y):
            return self.{name}[{key}]
    """
    assert student(text).call(values, {}) is values[0]["W1"]


def test_what_is_looked_up_by_number_is_no_dict_of_parameters(student, values):
    text = """
    class Net:
        def __init__(self, nx):
            self.weights = load(nx)
        def backward_propagation(self, X, Y):
            return self.weights[0]
    """
    with pytest.raises(AttributeError):
        student(text).call(values, {})
