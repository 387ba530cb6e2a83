"""Which file is graded, where several define the function."""

import pytest


def returned(program, values):
    return program.call(values, {})


def test_the_only_file_that_defines_the_function_is_taken(student, values):
    beside = {"data.py": "x = 1", "model.py": "def back_prop(parameters, cache, X, Y): return 7"}
    assert returned(student("import model", beside=beside, main=None), values) == 7


SEVEN = "def back_prop(parameters, cache, X, Y): return 7"
TWICE = "from mine import twice\ndef back_prop(parameters, cache, X, Y): return twice(4)"


def test_two_files_that_define_the_function_in_different_ways_are_refused(refused):
    beside = {"model.py": SEVEN.replace("7", "8")}
    assert refused(SEVEN, beside=beside, main=None)["message"] == (
        "`student.py` and `model.py` define `back_prop` in different ways: "
        "hand in the one that counts."
    )


@pytest.mark.parametrize("other", ["student (1).py", "b/model.py", "student.ipynb", "other.ipynb"])
def test_of_the_same_function_in_two_files_either_is_taken(student, values, notebook, other):
    text = "import numpy as np\n\n# mine\n" + SEVEN.replace("7", "( 7 )") + "\nprint(1)"
    copy = notebook("# hw", text).decode() if other.endswith(".ipynb") else text
    assert returned(student(SEVEN, beside={other: copy}, main=None), values) == 7


@pytest.mark.parametrize(
    ("path", "other"),
    [("Copy of HW 3.ipynb", "copy_of_hw_3.py"), ("HW3.ipynb", "hw3.py"), ("a-1.py", "a.ipynb"),
     ("a (2).ipynb", "A.py"), ("a - Copy.ipynb", "a.py")],
)  # fmt: skip
def test_a_notebook_and_its_script_are_one_piece_of_work(student, notebook, path, other, values):
    texts = {True: notebook(SEVEN).decode(), False: SEVEN.replace("7", "6 + 1")}
    beside = {other: texts[other.endswith(".ipynb")]}
    program = student(texts[path.endswith(".ipynb")], path=path, beside=beside, main=None)
    assert returned(program, values) == 7


@pytest.mark.parametrize("names", [("a-1.ipynb", "a-2.py"), ("a.py", "a (1).py")])
def test_numbers_do_not_make_different_functions_one(refused, notebook, names):
    texts = {".ipynb": notebook(SEVEN).decode(), ".py": SEVEN}
    first, second = (texts[name[name.rindex(".") :]] for name in names)
    beside = {names[1]: second.replace("7", "8")}
    problem = refused(first, path=names[0], beside=beside, main=None)
    assert "in different ways" in problem["message"]


@pytest.mark.parametrize("factor", ["2", "3"])
def test_what_the_function_imports_belongs_to_it(student, refused, values, factor):
    mine = "def twice(x): return 2 * x"
    beside = {"b/student.py": TWICE, "b/mine.py": mine.replace("2", factor), "a/mine.py": mine}
    if factor == "2":
        program = student(TWICE, path="a/student.py", beside=beside, main=None)
        assert returned(program, values) == 8
    else:
        problem = refused(TWICE, path="a/student.py", beside=beside, main=None)
        assert "in different ways" in problem["message"]


def test_what_a_notebook_repeats_makes_no_difference(student, refused, notebook, values):
    text = f"import numpy as np\n{SEVEN.replace('7', 'np.sum(7)')}"
    cells = notebook("import numpy as np\n%matplotlib inline", text, text).decode()
    assert returned(student(text, beside={"hw.ipynb": cells}, main=None), values) == 7
    other = notebook(text, SEVEN).decode()
    assert "in different ways" in refused(text, beside={"hw.ipynb": other}, main=None)["message"]


LAYERS = {
    "another accepted name": "def backward(dZ, A, W, m): return 8",
    "other arguments": "def back_prop(dZ): return 8",
    "a method": "class Layer:\n    def back_prop(self, parameters, cache, X, Y): return 8",
    "a method of a layer": "class Layer:\n    def back_prop(self, dZ): return 8",
}


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("path", ["a.py", "z.py"])
def test_of_different_functions_the_one_that_is_asked_for_is_taken(student, values, layers, path):
    beside = {path: LAYERS[layers], "__init__.py": "from .student import back_prop"}
    names = ("back_prop", "backward")
    program = student(SEVEN, beside=beside, main=None, functions=names)
    assert returned(program, values) == 7
    (note,) = program.loaded["notes"]
    assert note["id"] == "file-chosen"
    assert note["message"].startswith(f"`student.py: back_prop` is graded, not `{path}: ")


PACKAGE = {"net/__init__.py": "", "net/data.py": "x = 1"}


def test_an_empty_file_beside_others_is_no_fault(refused, student, values):
    assert returned(student(SEVEN, beside=PACKAGE, main=None), values) == 7
    problem = refused("x = 1", beside=PACKAGE, main=None)
    assert (problem["kind"], problem["message"]) == (
        "missing",
        "None of the 2 files defines `backward_propagation`.",
    )
    assert refused("", beside={"a.py": " "}, main=None)["message"] == "student.py is empty."


@pytest.mark.parametrize(
    ("broken", "kind"), [("print(1", "missing"), ("def backward_propagation(:", "load")]
)
def test_what_may_be_left_out_is_not_missed_in_a_broken_file(refused, broken, kind):
    beside = {"main.py": broken}
    assert refused("x = 1", beside=beside, main=None, optional=True)["kind"] == kind
    assert refused("x = 1", beside=beside, main=None)["kind"] == "load"


def test_of_several_files_the_one_is_told_that_has_something_like_it(refused):
    loss = "class Net:\n    def loss(self, X, Y=None):\n        dW1 = X\n        return 1, dW1"
    beside = {"net.py": loss, "layers.py": "def affine_backward(dout, w): return dout"}
    assert refused("x = 1", beside=beside, main=None)["message"] == (
        "None of the 3 files defines `backward_propagation`. In net.py: it defines `Net.loss`: "
        "is that the one? Rename it."
    )
