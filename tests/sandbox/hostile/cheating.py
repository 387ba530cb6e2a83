"""Getting a right answer from somewhere else. See ``read_files`` for the conventions."""

import importlib
import os
import sys

FRAMEWORKS = ("torch", "jax", "autograd", "tensorflow", "scipy.optimize", "sympy", "numdifftools")


def a_framework(facts):
    found = []
    for name in FRAMEWORKS:
        try:
            found.append(importlib.import_module(name).__name__)
        except ImportError:
            continue
    return found


def install_one(facts):
    return importlib.import_module("ensurepip").bootstrap() is None


def the_reference(facts):
    names = ("gradcheck_grader.reference", "reference", "reference.network", "assignments")
    found = []
    for name in names:
        try:
            found.append(importlib.import_module(name).__name__)
        except ImportError:
            continue
    return found


def the_reference_by_search(facts):
    return [
        folder
        for folder in sys.path + [os.getcwd()]
        if os.path.isdir(os.path.join(folder, "gradcheck_grader"))
    ]


def bytecode_of_the_grader(facts):
    """Open: process."""
    folder = os.path.join(os.path.dirname(facts["grader"]), "__pycache__")
    return os.listdir(folder) or True


def right_answers_of_a_neighbour(facts):
    return [name for name in os.listdir("/tmp") if "submission" in name] and (
        facts["level"] != "process"
    )


def finder_of_its_own(facts):
    """Put a finder first, and see whether it is asked for the grader's own modules."""
    asked = []

    class Finder:
        def find_spec(self, name, path=None, target=None):
            asked.append(name)

    sys.meta_path.insert(0, Finder())
    try:
        importlib.import_module("gradcheck_grader")
    except ImportError:
        pass
    return [name for name in asked if name.startswith("gradcheck_grader.")]


def remembered_between_submissions(facts):
    """Something that the last process in this sandbox may have left in the warm one."""
    import builtins

    left = getattr(builtins, "grader_hostile", None)
    builtins.grader_hostile = True
    return left


def clock_of_the_worker(facts):
    """Run for a long time without its being counted: time is the kernel's. Gives: timeout."""
    import time

    time.process_time = time.perf_counter = time.monotonic = lambda: 0.0
    while True:
        pass
