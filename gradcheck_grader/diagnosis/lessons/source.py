"""What there is to know about how a file was read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gradcheck_grader.diagnosis.lessons.lesson import Lesson, lines
from gradcheck_grader.diagnosis.note_titles import title_of

GROUP = "How your file was read"
IDEA = (
    "Your function is taken out of the file and called on networks of the grader's own. "
    "Definitions, imports and constants are kept; what trains, plots, prints or reads files when "
    "the file is loaded is not needed for that."
)
# id: (what is said, why, an example, a question)
NOTES: dict[str, tuple[str, str, str, str]] = {
    "not-filled-in": (
        "A place that the template leaves for you still holds its placeholder.",
        "A placeholder such as None is a value like any other to Python, so the error shows only "
        "later, in the line that first computes with it.",
        "One of four placeholders left: the gradients made before it are graded, those that need "
        "it are not.",
        "Search the file for None and for the marks of the template. Which one is left?",
    ),
    "no-return": (
        "The function computes, and hands nothing back.",
        "What a function has computed is gone when it ends, unless a return hands it to the "
        "caller. To print a value is not to return it.",
        "def double(x): y = 2 * x has no return: double(3) is None.",
        "What should the caller of your function get?",
    ),
    "key-twice": (
        "A dict names one key twice, and the second value takes the place of the first.",
        "Python says nothing about it. One of the two was most likely meant for another key, which "
        "is missing then.",
        "{'a': 1, 'a': 2} is {'a': 2}; nobody will find the 1 again.",
        "Which key belongs to which value?",
    ),
    "only-compared": (
        "A statement compares two values and does nothing with the answer.",
        "One `=` gives a value to what stands before it. Two of them ask whether both sides are "
        "equal; nobody hears the answer, and Python says nothing about it.",
        "After x = 3, the statement x == 0 is False, and x is still 3.",
        "Was a value to be set here?",
    ),
    "third-argument": (
        "A function of two arrays is given a third one.",
        "np.multiply(a, b) makes a product of two. A third argument is no further factor: it says "
        "where the result is put, so what that array held is overwritten.",
        "With a = 2, b = 3 and c = np.array(10.0), np.multiply(a, b, c) is 6, and c is 6 as well.",
        "How many arrays does this function work on?",
    ),
    "fractions-lost": (
        "Fractions are stored in an array of whole numbers.",
        "The kind of an array is settled when it is made, and does not change with what is stored "
        "in it. One of whole numbers cuts off what stands behind the point, without a word.",
        "After a = np.array([0, 0]) and a[0] = 0.9, a is [0, 0].",
        "Which kind of numbers does the array hold when it is made?",
    ),
    "helpers-supplied": (
        "A module that was not handed in is replaced by the usual functions of that name.",
        "Course files often import their activations from a file beside them. Those names have a "
        "customary meaning, and that is what stood in.",
        "`from helpers import sigmoid` without helpers.py: sigmoid(0) = 0.5 was supplied. If "
        "yours expects or returns something else, hand it in as well.",
        "Does your own helper do the same as the customary one?",
    ),
    "module-inert": (
        "A module that is not available here is replaced by one that does nothing.",
        "Plotting and loading of data are not needed to call one function. What they return is "
        "no number, and code that computes with it stops.",
        "`plt.plot(losses)` does nothing here; the gradients are not affected.",
        "Does any number in your gradients come from that module?",
    ),
    "numpy-supplied": (
        "The import of NumPy is missing and was added.",
        "In a notebook the import may stand in a cell that was not handed in. In a file on its "
        "own the first use of np would stop.",
        "`np.dot(a, b)` without an import raises NameError: name 'np' is not defined.",
        "Does your file run on its own, in a fresh Python?",
    ),
    "python-2": (
        "Something is written as in Python 2, and was read as Python 3.",
        "Python 2 has gone. Apart from print, division is what changed most: it used to cut off "
        "the fraction between whole numbers.",
        f"1/2 was 0 in Python 2, and is {1 / 2} in Python 3: a factor 1/m vanished.",
        "Which Python do you run, and does the file work in a current one?",
    ),
    "mixed-tabs": (
        "Tabs and spaces are mixed at the beginning of lines, and a tab was read as 8 spaces.",
        "Which block a line belongs to is told by its distance from the left. Editors show a tab "
        "as wide as they like, so that a line may stand elsewhere than it seems to. Python 3 "
        "refuses such a file.",
        "A loop is indented with one tab, a line in it with 8 spaces: on a screen with tabs of 4 "
        "the line seems to stand deeper than it does.",
        "Can your editor turn all tabs of the file into spaces? Does every line still stand where "
        "it should?",
    ),
    "file-left-out": (
        "A file was too large and was not read.",
        "A program has a few kilobytes. What is much larger holds data, or the pictures that a "
        "notebook keeps with its code. The function was looked for in the other files.",
        "A notebook of 30 MB beside student.py: student.py is graded.",
        "Is your function in one of the other files? If not, clear the outputs of the notebook, "
        "and hand it in again.",
    ),
    "old-name": (
        "A name that current NumPy no longer has was read as the one that took its place.",
        "Old tutorials use names such as np.float, which newer versions have removed. With those "
        "versions the line stops.",
        "`np.float(3)` raises AttributeError in NumPy 1.24 and later.",
        "Which version of NumPy do you use? What does its documentation call this?",
    ),
    "simplified": (
        "Decorators or default values of a definition could not be made here and were left out.",
        "A decorator from a missing module cannot be applied. The function beneath it can be "
        "called all the same, without what the decorator adds.",
        "`@timer` above a function whose timer is not handed in: the function is called as if "
        "the line above it were not there.",
        "Does the result depend on what the decorator or the default value does?",
    ),
    "encoding": (
        "The file is not UTF-8 and was read in another encoding.",
        "Letters beyond plain English are stored as different bytes in different encodings. It "
        "matters for comments and texts, and hardly ever for numbers.",
        "An e with an accent is one byte in Latin-1 and two in UTF-8. Read the wrong way, one "
        "letter turns into two odd ones.",
        "Can your editor save the file as UTF-8?",
    ),
    "cell-skipped": (
        "A cell of the notebook is not valid Python and was skipped.",
        "The other cells are read as usual. What the skipped cell would have defined is missing.",
        "Five cells, the third of which breaks off in the middle of a line: four are read.",
        "Does a restart of the notebook that runs all cells get to the end?",
    ),
    "method": (
        "The function was found as a method of a class.",
        "A method gets the object as its first argument. It is called on an object on which "
        "only what the assignment names is set.",
        "`def backward(self, X, Y)` in class Net: X and Y are passed, self is made without "
        "running __init__.",
        "Does your method need an attribute that only your own __init__ sets?",
    ),
    "defined-twice": (
        "The function is defined more than once, and the last definition counts.",
        "A second def of a name replaces the first, as if that were not there. In a notebook an "
        "old attempt further down wins over a new one above it.",
        "def f returns 1 in line 10, def f returns 2 in line 50: f() is 2.",
        "Which of the definitions did you mean to hand in?",
    ),
    "own-cache": (
        "The function was given the cache that its file's own forward pass makes.",
        "What a forward pass hands to the backward function is an agreement between the two. The "
        "task has one, and the file has another: what the task passes, the function cannot read, "
        "or takes for other things. Its own pass gives the same output, so it was run, and its "
        "cache passed.",
        "The task's cache has the keys Z1, A1, Z2, A2; the file writes and reads hidden and out.",
        "Which names does the task give to what is in its cache? Who else may call your function?",
    ),
    "own-order": (
        "The function takes the cache's values in an order of its own, as the file packs them.",
        "A tuple without names means what its order says. The file's own forward pass packs the "
        "values in another order than the task does, and the function takes them so: it was given "
        "them in that order.",
        "The task packs Z1, A1, W1, b1; the file packs and unpacks W1, b1, Z1, A1: its W1 got W1.",
        "In which order does the task pack its cache? Who else may call your function?",
    ),
    "renamed": (
        "A function with another name than the one asked for was taken.",
        "The name is near, or customary, or it is the one that can take the arguments, so it was "
        "taken for the one that the task asks for.",
        "Asked for is backward_propagation, handed in is backprop: it is graded as if it had the "
        "name that is asked for.",
        "Is that the function you meant? Which name does the task give?",
    ),
    "file-chosen": (
        "Several files define a function of an accepted name, and one of them was taken.",
        "The one whose name comes first in the task is graded, if it can be called with the "
        "arguments that the task names; a function comes before a method.",
        "network.py has backward_propagation(parameters, cache, X, Y), layers.py has backward(dZ): "
        "the first is graded, and may call the second.",
        "Is that the function you meant to hand in?",
    ),
}


def lessons() -> Iterator[Lesson]:
    """Yield a lesson for every note."""
    for id, (seen, why, example, question) in NOTES.items():
        yield Lesson(id, GROUP, title_of(id), seen, (IDEA, why), partial(lines, example), question)
