"""What a student is told when the function raises."""

import numpy as np
import pytest


def body(*lines):
    return "\n".join(
        ["import numpy as np", "", "def backward_propagation(parameters, cache, X, Y):", *lines]
    )


def test_only_the_student_s_frames_are_told(failed):
    problem = failed(
        """
        import numpy as np
        def square(z):
            return np.linalg.inv(z)
        def backward_propagation(parameters, cache, X, Y):
            return square(X)
        """
    )
    assert problem["frames"] == ["backward_propagation, line 6", "square, line 4"]
    assert problem["exception"] == "LinAlgError"
    assert problem["line"] == 4
    assert problem["source"] == "    return np.linalg.inv(z)"
    assert problem["source"][slice(*problem["caret"])] == "np.linalg.inv(z)"


@pytest.mark.parametrize(
    ("line", "shapes", "message"),
    [
        (
            "return np.dot(X, Y)",
            [[3, 5], [1, 5]],
            "The shapes in `np.dot(X, Y)` do not fit: (3, 5) and (1, 5).",
        ),
        (
            "return X @ cache['A1']",
            [[3, 5], [4, 5]],
            "The shapes in `X @ cache['A1']` do not fit: (3, 5) and (4, 5).",
        ),
        (
            "return 2 * X.T.dot(Y.T.T) + 1",
            [[5, 3], [1, 5]],
            "The shapes in `X.T.dot(Y.T.T)` do not fit: (5, 3) and (1, 5).",
        ),
        (
            "return np.matmul(X, Y)",
            [[3, 5], [1, 5]],
            "The shapes in `np.matmul(X, Y)` do not fit: (3, 5) and (1, 5).",
        ),
        (
            "raise ValueError('shapes (99999999999999999999,3) and (4,) not aligned')",
            [[4]],
            "It stopped with ValueError: shapes (99999999999999999999,3) and (4,) not aligned",
        ),
        (
            "return X * cache['A1']",
            [[3, 5], [4, 5]],
            "The shapes in `X * cache['A1']` do not fit: (3, 5) and (4, 5).",
        ),
        (
            "return cache['A1'].T @ np.ma.masked_array(cache['A1'])",  # which NumPy cannot do
            [[5, 4], [4, 5]],
            "It stopped with ValueError: operands could not be broadcast together with shapes "
            "(5,4) (4,5) ",
        ),
        (
            "X[:] = cache['A1']",
            [[4, 5], [3, 5]],
            "It stopped with ValueError: could not broadcast input array from shape (4,5) into "
            "shape (3,5)",
        ),
        (
            "return np.sum(X, 1) @ np.sum(Y, 0)",
            [],
            "The shapes in `np.sum(X, 1) @ np.sum(Y, 0)` do not fit: the last size on the left is "
            "3, the first on the right is 5.",
        ),
        (
            "return np.matmul((X + 1).T, [cache['A1']][0])",
            [],
            "The shapes in `np.matmul((X + 1).T, [cache['A1']][0])` do not fit: the last size on "
            "the left is 3, the first on the right is 4.",
        ),
    ],
)
def test_operand_shapes_are_told(failed, line, shapes, message):
    problem = failed(body(f"    {line}"))
    assert problem["shapes"] == shapes
    assert problem["message"] == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("return cache['Z1']", "`cache` has no key 'Z1'; it holds `A1` and `A2`."),
        ("return parameters.pop('W9')", "There is no key 'W9' in what it looks into."),
        ("return dZ2", "`dZ2` is not defined anywhere in the file."),
        (
            "dW2 = 1; return W2",
            "`W2` is not defined anywhere in the file. `parameters` holds it, as "
            "`parameters['W2']`.",
        ),
        (
            "A1 = cache['A1']; return a1",
            "`a1` is not defined anywhere in the file. Did you mean `A1`?",
        ),
        (
            "return paramters",
            "`paramters` is not defined anywhere in the file. Did you mean `parameters`?",
        ),
        (
            "if X is None:\n        dZ1 = 3\n    return dZ1",
            "`dZ1` is read before it has a value. Is the line that sets it inside an `if` or a "
            "loop that was not entered?",
        ),
        (
            "assert X.shape == (1, 2)",
            "`X.shape == (1, 2)` does not hold: the sizes are others in each network.",
        ),
        (
            "assert Y.shape[0] == X.shape[0] - 1 == 7",
            "`Y.shape[0] == X.shape[0] - 1 == 7` does not hold: the sizes are others in each "
            "network.",
        ),
        ("assert X.shape == Y.shape", "An assertion in the file does not hold."),
        ("assert X.shape == (X.shape[1], 1)", "An assertion in the file does not hold."),
        ("assert False, 'no fit'", "An assertion in the file does not hold: no fit"),
        ("import sys; sys.exit(0)", "It calls exit(), which ends the program before it returns."),
        ("exit()", "It calls exit(), which ends the program before it returns."),
        ("return backward_propagation(parameters, cache, X, Y)", "It calls itself without end."),
        (
            "held = []\n    for _ in range(100_000):\n        held = [held]\n    return repr(held)",
            "It nests too deeply for Python.",
        ),
        ("raise MemoryError", "It needs more memory than there is here."),
        ("return 1 / 0", "It stopped with ZeroDivisionError: division by zero"),
        ("raise KeyboardInterrupt", "It stopped with KeyboardInterrupt."),
        (
            "return X.shap",
            "It stopped with AttributeError: 'numpy.ndarray' object has no attribute 'shap'",
        ),
        ("raise EOFError", "It waits for input(); nobody is there to type."),
        ("raise NotImplementedError", "`backward_propagation` is not filled in."),
        ("return ____ * X", "The placeholder `____` is not filled in."),
        ("return YOUR_CODE_HERE", "The placeholder `YOUR_CODE_HERE` is not filled in."),
        ("dW1 = None\n    return dW1 * 2", "`dW1 = None` in line 4 is not filled in."),
        ("dW1, db1 = None, None\n    return dW1.T", "`dW1 = None` in line 4 is not filled in."),
        ("dW1 = ...\n    return dW1 + X", "`dW1 = ...` in line 4 is not filled in."),
        (
            "return X + None",
            "It stopped with TypeError: unsupported operand type(s) for +: 'float' and 'NoneType'",
        ),
    ],
)
def test_an_exception_is_told_in_words(failed, line, message):
    assert failed(body(f"    {line}"))["message"] == message


def test_reading_a_file_is_told(failed):
    problem = failed(body("    return open('no-such-file.csv')"))
    assert problem["message"].startswith("Files and the network cannot be used here: ")


def test_no_memory_is_a_problem_of_its_own_kind(failed):
    assert failed(body("    raise MemoryError"))["kind"] == "memory"


def test_a_hostile_exception_is_explained(failed):
    text = """
    class Trap(Exception):
        def __str__(self):
            raise self
    def backward_propagation(parameters, cache, X, Y):
        raise Trap
    """
    assert failed(text)["message"] == "It stopped with Trap."


def test_a_long_message_is_cut(failed):
    assert len(failed(body("    raise ValueError('x' * 10000)"))["message"]) < 400


def test_many_frames_are_cut(failed):
    chain = "\n".join(f"def f{k}(x):\n    return f{k + 1}(x)" for k in range(20))
    text = body("    return f0(X)") + f"\n{chain}\ndef f20(x):\n    return x / {{}}\n"
    assert len(failed(text)["frames"]) == 12


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["    pass"], "`pass` is not filled in."),
        (["    ..."], "`...` is not filled in."),
        (['    """Do it."""'], "`pass` is not filled in."),
        (
            ['    """Do it."""', "    raise NotImplementedError('todo')"],
            "`raise NotImplementedError('todo')` is not filled in.",
        ),
        (["    return None"], "`return None` is not filled in."),
        (["    dW1 = None # YOUR CODE", "    return [dW1]"], "`dW1 = None` is not filled in."),
        (
            ["    g = {}", "    g['dW1'] = None", "    return g"],
            "`g['dW1'] = None` is not filled in.",
        ),
        (
            ["    for k in (1, 2):", "        X[f'db{k}'] = ...", "    return X"],
            "`X[f'db{k}'] = ...` is not filled in.",
        ),
    ],
)
def test_a_template_is_noted_when_it_is_loaded(student, lines, message):
    notes = student(body(*lines)).loaded["notes"]
    assert [(note["id"], note["message"]) for note in notes] == [("not-filled-in", message)]


@pytest.mark.parametrize(
    "lines",
    [
        ["    dA = None", "    for l in range(2):", "        dA = X", "    return dA"],
        ["    unused = None", "    return X"],
        ["    X['dW1'] = None", "    for k in X:", "        X['dW' + k] = 1", "    return X"],
        ["    X['dW1'] = None", "    X['dW1'] = 1", "    return X"],
        ["    X['dW1'] = None", "    X.update(dW1=1)", "    return X"],
        ["    X['rest'] = None", "    return X"],
        ["    return X"],
        ["    def act(z, slope=None):", "        return z", "    return act(X)"],
    ],
)
def test_code_that_only_starts_with_none_is_not_a_template(student, lines):
    assert student(body(*lines)).loaded["notes"] == []


def test_warnings_of_student_code_are_nobody_s_business(student, values):
    assert np.isnan(student(body("    return np.log(np.array(-1.0))")).call(values, {}))


def test_a_class_that_cannot_be_made_is_explained(refused):
    problem = refused(
        """
        class Net:
            size = int("three")
            def backward(self, X):
                return X
        """,
        functions=("backward",),
        owner="Net",
    )
    assert problem["kind"] == "error"
    assert problem["line"] == 3
    assert problem["message"].startswith("It stopped with ValueError: invalid literal for int()")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("dW9 = 1", "W9"),
        ("W22 = 1", "dW22"),
        ("dweights2 = 1", "weight2"),
        ("dA_prev1 = 1", "dA_prev2"),
        ("delta_hidden1 = 1", "delta_hidden"),
    ],
)
def test_a_name_that_means_something_else_is_not_suggested(failed, given, read):
    message = failed(body(f"    {given}", f"    return {read}"))["message"]
    assert message == f"`{read}` is not defined anywhere in the file."


@pytest.mark.parametrize(
    ("given", "read"),
    [("data = 1", "dta"), ("delta_out = 1", "dleta_out"), ("dW_out = 1", "dWout")],
)
def test_a_name_that_begins_with_d_can_be_misspelt_all_the_same(failed, given, read):
    hint = f"Did you mean `{given.split()[0]}`?"
    assert failed(body(f"    {given}", f"    return {read}"))["message"].endswith(hint)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("one, = cache", "`cache` holds 2 values (`A1` and `A2`), and 1 name is to take them."),
        (
            "a, b, c = cache.values()",
            "`cache` holds 2 values (`A1` and `A2`), and 3 names are to take them.",
        ),
        (
            "W1, b1 = parameters.items()",
            "`parameters` holds 4 values (`W1`, `b1`, `W2` and `b2`), and 2 names are to take "
            "them.",
        ),
        (
            "pair = (X, Y, 3); a, b = pair",
            "`pair` holds 3 values, and 2 names are to take them.",
        ),
    ],
)
def test_what_is_taken_apart_is_told_by_what_it_holds(failed, line, message):
    assert failed(body(f"    {line}", "    return X"))["message"] == message


@pytest.mark.parametrize("line", ["a, b = np.ones(3)", "(a, b), c = cache.values()"])
def test_what_is_not_known_to_be_held_is_not_told(failed, line):
    message = failed(body(f"    {line}", "    return X"))["message"]
    assert message.startswith("It stopped with ValueError: too many values to unpack")


# What parses and does not compile, the line of it, and what Python says (the same in 3.11 to 3.14).
NO_PYTHON = [
    ("def helper(x):\n    global x\n    return x", 2, "name 'x' is parameter and global"),
    ("def helper(x):\n    nonlocal y\n    return x", 2, "no binding for nonlocal 'y' found"),
    ("def helper(x):\n    continue", 2, "'continue' not properly in loop"),
    ("def helper(x):\n    await x", 2, "'await' outside async function"),
]


@pytest.mark.parametrize(("helper", "line", "said"), NO_PYTHON)
def test_a_helper_that_does_not_compile_costs_only_those_who_call_it(
    failed, student, values, helper, line, said
):
    """Nobody does: nothing is lost. The function does: it is told which helper, and why."""
    does = "def backward_propagation(parameters, cache, X, Y):\n    return "
    assert student(f"{helper}\n\n{does}1").call(values, {}) == 1
    problem = failed(f"{helper}\n\n{does}helper(1)")
    assert problem["message"] == f"`helper` could not be defined in line {line}: {said}"


@pytest.mark.parametrize(("helper", "line", "said"), NO_PYTHON)
def test_a_function_that_does_not_compile_is_a_syntax_error_with_its_line(
    refused, helper, line, said
):
    problem = refused(helper.replace("helper", "backward_propagation"))
    assert problem["message"] == f"It is not valid Python: {said}."
    assert (problem["kind"], problem["exception"]) == ("load", "SyntaxError")
    assert (problem["line"], problem["file"]) == (line, "student.py")
    assert problem["source"] == helper.split("\n")[line - 1]


def test_a_method_that_does_not_compile_is_a_syntax_error_with_its_line(refused):
    method = "    def backward_propagation(self, X, Y):\n        nonlocal y\n        return X"
    problem = refused(f"class Net:\n{method}")
    assert (problem["kind"], problem["line"]) == ("load", 3)


def test_text_that_the_function_itself_compiles_is_not_its_file(failed):
    problem = failed(body("    return eval('1 +')"))
    assert problem["message"].startswith("It stopped with SyntaxError: invalid syntax")
    assert (problem["kind"], problem["line"]) == ("error", 4)


def test_labels_that_are_class_numbers_are_told_where_they_meet_a_matrix(failed):
    given = body("    y = np.array([1, 0, 2])\n    return X.T[:3] - y[:2]")
    assert "class" not in failed(given)["message"]
    given = body("    y_true = np.array([1, 0, 2, 1, 0])\n    return X.T - y_true")
    assert failed(given)["message"] == (
        "The shapes in `X.T - y_true` do not fit: (5, 3) and (5,). `y_true` holds the number of a "
        "class for each example."
    )
