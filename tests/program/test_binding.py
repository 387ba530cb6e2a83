"""Values go to parameters by name where names mean something, else by position."""

import inspect

import pytest

from gradcheck_grader.sandbox.child.reading.binding import (
    BindingError,
    bind,
    same_meaning,
)
from gradcheck_grader.sandbox.child.reading.parameters import parameters_of

ABC = ("parameters", "cache", "X", "Y")


def passed(signature, arguments=ABC):
    """Return what each parameter of a signature gets, as ``name=value`` pairs."""
    scope = {}
    exec(f"def function({signature}): pass", scope)
    parsed = inspect.signature(scope["function"])
    ordered, named = bind(list(parsed.parameters.values()), arguments).apply(arguments)
    got = parsed.bind(*ordered, **named).arguments
    return " ".join(f"{name}={_joined(value)}" for name, value in got.items())


def _joined(value):
    return value if isinstance(value, str) else "+".join(value)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("parameters, cache, X, Y", "parameters=parameters cache=cache X=X Y=Y"),
        ("X, Y, cache, parameters", "X=X Y=Y cache=cache parameters=parameters"),
        ("x, y, Cache, PARAMS", "x=X y=Y Cache=cache PARAMS=parameters"),
        ("params, caches, X, labels", "params=parameters caches=cache X=X labels=Y"),
        ("a, b, c, d", "a=parameters b=cache c=X d=Y"),
        ("p, cache, inputs, t", "p=parameters cache=cache inputs=X t=Y"),
        ("X, y, acts, params", "X=X y=Y acts=cache params=parameters"),
        ("cache, X, Y", "cache=cache X=X Y=Y"),
        ("cache", "cache=cache"),
        ("a, b, c, d, lambd=0.1", "a=parameters b=cache c=X d=Y"),
        ("p, c, X, Y, print_cost=False", "p=parameters c=cache X=X Y=Y"),
        ("p, c, inp=None, out=None", "p=parameters c=cache inp=X out=Y"),
        ("*args", "args=parameters+cache+X+Y"),
        ("**kwargs", "kwargs=parameters+cache+X+Y"),
        ("first, *rest", "first=parameters rest=cache+X+Y"),
        ("*, Y, X", "Y=Y X=X"),
        ("cache, *, X, Y=None", "cache=cache X=X Y=Y"),
        ("a, b, /, X, Y", "a=parameters b=cache X=X Y=Y"),
        ("parameters, cache, batch, labels", "parameters=parameters cache=cache batch=X labels=Y"),
        ("examples, targets, cache", "examples=X targets=Y cache=cache"),
        ("cache, Y, batch, params", "cache=cache Y=Y batch=X params=parameters"),
    ],
)
def test_values_find_their_parameters(signature, expected):
    assert passed(signature) == expected


def test_defaults_give_way_to_values_of_that_name():
    arguments = ("AL", "Y", "caches", "lambd")
    assert passed("AL, Y, caches, reg=0.7", arguments) == "AL=AL Y=Y caches=caches reg=lambd"
    signature = "AL, Y, caches, verbose=1, lambda_=0"
    assert passed(signature, arguments) == "AL=AL Y=Y caches=caches lambda_=lambd"


def test_the_closest_spelling_wins():
    assert passed("X, x, a1", ("Z1", "A1", "W1", "x", "X")) == "X=X x=x a1=A1"


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        (
            "a, b, c",
            "The call passes 4 arguments (parameters, cache, X, Y), and the function takes "
            "(a, b, c), 3 of them required.",
        ),
        (
            "a, b, c, d, e, f=2",
            "The call passes 4 arguments (parameters, cache, X, Y), and the function takes "
            "(a, b, c, d, e, f=2), 5 of them required.",
        ),
        (
            "cache, X, Y, parameters, learning_rate",
            "The call passes 4 arguments (parameters, cache, X, Y), and the function takes "
            "(cache, X, Y, parameters, learning_rate), 5 of them required.",
        ),
        (
            "a, b, c, *, d",
            "The call passes 4 arguments (parameters, cache, X, Y), and the function takes "
            "(a, b, c, *, d), 4 of them required.",
        ),
    ],
)
def test_what_does_not_fit_is_shown_side_by_side(signature, message):
    with pytest.raises(BindingError) as caught:
        passed(signature)
    assert str(caught.value) == message


def test_a_function_that_tells_no_parameters_gets_all_by_position():
    assert bind(None, ABC).apply([1, 2, 3, 4]) == ([1, 2, 3, 4], {})


def test_names_of_one_meaning_are_known():
    assert same_meaning("params", "parameters")
    assert same_meaning("Y_true", "y")
    assert not same_meaning("X", "Y")


def test_a_mismatch_is_explained_with_the_function_s_line(failed):
    problem = failed("import numpy as np\n\ndef backward_propagation(a, b):\n    return 1\n")
    assert problem["kind"] == "error"
    assert problem["line"] == 3
    assert problem["message"].startswith("The call passes 4 arguments (parameters, cache, X, Y)")


@pytest.mark.parametrize(
    ("signature", "read", "expected"),
    [
        ("X, y, acts, p", {"acts": ["A1", "A2"], "p": ["W2"]}, "X=X y=Y acts=cache p=parameters"),
        ("X, y, p, acts", {"acts": ["A{}"], "p": ["W{}"]}, "X=X y=Y p=parameters acts=cache"),
        ("f, w, X, Y", {"f": ["a1", "z1"]}, "f=cache w=parameters X=X Y=Y"),
        ("f, w, a, b", {"w": ["W1", "b1"], "f": ["A1"]}, "f=cache w=parameters a=X b=Y"),
        ("f, w, X, Y", {"f": ["E1"], "w": ["F1"]}, "f=parameters w=cache X=X Y=Y"),
        ("f, w, X, Y", {"f": ["A1", "W1"]}, "f=parameters w=cache X=X Y=Y"),  # either it may be
    ],
)
def test_a_dict_goes_to_the_parameter_that_its_keys_are_read_from(signature, read, expected):
    values = [{"W1": 1, "b1": 2, "W2": 3}, {"Z1": 1, "A1": 2, "A2": 3}, 0.0, 0.0]
    parsed = inspect.signature(eval(f"lambda {signature}: 0"))
    binding = bind(list(parsed.parameters.values()), ABC, read, values)
    ordered, named = binding.apply(ABC)
    got = parsed.bind(*ordered, **named).arguments
    assert " ".join(f"{name}={value}" for name, value in got.items()) == expected


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "a, b=1, *rest, c, d=2, **more",
        "a, /, b, *, c",
        "a=1, /, b=2",
        "*, a=None, b",
        "*rest",
        "**more",
        "self, X, y: int = 3",
    ],
)
def test_the_parameters_of_a_function_are_those_that_inspect_tells(signature):
    scope = {}
    exec(f"def function({signature}):\n    own = 1\n    return lambda: own", scope)
    told = [
        p.replace(annotation=p.empty)
        for p in inspect.signature(scope["function"]).parameters.values()
    ]
    assert parameters_of(scope["function"]) == told


def test_what_a_decorator_says_of_a_function_counts():
    def plain(a, b):
        pass

    def outer(*arguments):
        return plain(*arguments)

    outer.__wrapped__ = plain
    assert [p.name for p in parameters_of(outer)] == ["a", "b"]


SIZES = {"m": 9, "l": 2, "layersdims": [3, 4, 1]}
PARAMETERS = {"W1": 1, "b1": 2, "W2": 3, "b2": 4}
CACHE = {"Z1": 5, "A1": 6, "Z2": 7, "A2": 8}


def got(signature, *values):
    """Return the values that the parameters of a signature get, by name."""
    scope = {}
    exec(f"def function({signature}): return locals()", scope)
    parameters = list(inspect.signature(scope["function"]).parameters.values())
    ordered, named = bind(parameters, ABC, values=values).apply(values, SIZES)
    return scope["function"](*ordered, **named)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("Z1, A1, Z2, A2, W1, W2, X, Y", [5, 6, 7, 8, 1, 3, "x", "y"]),
        ("X, Y, W2, A1, A2", ["x", "y", 3, 6, 8]),
        ("z1, a1, w2, x, labels", [5, 6, 3, "x", "y"]),
        ("parameters, A1, A2, X, Y, verbose=False", [PARAMETERS, 6, 8, "x", "y", False]),
        ("weights2, A_1, *, Y", [3, 6, "y"]),
        ("m, Z1, A1, Z2, A2, W1, W2, X, Y", [9, 5, 6, 7, 8, 1, 3, "x", "y"]),
        ("X, Y, A1, A2, W2, m", ["x", "y", 6, 8, 3, 9]),
        ("parameters, cache, X, Y, *, n_samples", [PARAMETERS, CACHE, "x", "y", 9]),
        ("X, Y, m", ["x", "y", 9]),
        ("X, Y, cache, parameters, L", ["x", "y", CACHE, PARAMETERS, 2]),
        ("layer_dims, X, Y, A1, A2", [[3, 4, 1], "x", "y", 6, 8]),
        ("X, y, A1, W2, y_hat", ["x", "y", 6, 3, 8]),
        ("X, y, output", ["x", "y", 8]),
        ("model, activations, y, a0", [PARAMETERS, CACHE, "y", "x"]),
    ],
)
def test_parameters_named_as_entries_get_them(signature, expected):
    assert list(got(signature, PARAMETERS, CACHE, "x", "y").values()) == expected


@pytest.mark.parametrize("signature", ["Z1, A1, A2, W2, X, Y, units", "A1, A2, rate, m, Y"])
def test_some_that_are_named_so_are_not_enough(signature):
    with pytest.raises(BindingError, match="The call passes 4 arguments"):
        got(signature, PARAMETERS, CACHE, "x", "y")


def test_what_has_a_name_without_a_layer_is_an_entry_too():
    everything = {"x": 1, "y": 2, "a1": 3, "a2": 4, "W2": 5}
    scope = {}
    exec("def function(x, y, a1, y_pred, W2): return locals()", scope)
    parameters = list(inspect.signature(scope["function"]).parameters.values())
    _, named = bind(parameters, ("fprop_cache",), values=[everything]).apply([everything])
    assert named == {"x": 1, "y": 2, "a1": 3, "y_pred": 4, "W2": 5}


def test_the_last_activation_is_that_of_each_network():
    scope = {}
    exec("def function(output, Y): pass", scope)
    parameters = list(inspect.signature(scope["function"]).parameters.values())
    binding = bind(parameters, ("cache", "Y"), values=({"A1": 1, "A2": 2}, "y"))
    assert binding.apply(({"A2": 2, "A10": 3, "Z11": 4}, "y"))[1] == {"output": 3, "Y": "y"}


def test_an_entry_that_another_network_has_not_is_told():
    scope = {}
    exec("def function(A1, A2, X, Y): pass", scope)
    parameters = list(inspect.signature(scope["function"]).parameters.values())
    binding = bind(parameters, ABC, values=(PARAMETERS, CACHE, "x", "y"))
    with pytest.raises(BindingError, match="There is no A2 in this network for the parameter `A2`"):
        binding.apply(({"W1": 1}, {"A1": 6}, "x", "y"))


@pytest.mark.parametrize("name", ["m", "batch", "number_of_examples", "n_samples", "samples"])
def test_what_is_named_as_a_number_of_examples_is_counted_where_x_is_passed(name):
    scope = {}
    exec(f"def function(X, Y, cache, {name}): pass", scope)
    assert bind(parameters_of(scope["function"]), ABC).counted == ((name, "m"),)
