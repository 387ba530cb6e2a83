"""Looking for the grader in one's own process, and changing what is found.

See ``read_files`` for the conventions.
"""

import builtins
import ctypes
import gc
import inspect
import os
import sys

import numpy as np

WORDS = ("rubric", "true_gradients", "reference", "points", "seed_of_the_exam")


def frames_of_the_grader(facts):
    frame, found = sys._getframe(), []
    while frame:
        found += [name for name in frame.f_locals if name in WORDS]
        frame = frame.f_back
    return found


def objects_in_memory(facts):
    return [
        type(thing).__module__
        for thing in gc.get_objects()
        if str(getattr(type(thing), "__module__", "")).startswith("gradcheck_grader")
    ]


def modules_in_memory(facts):
    return [name for name in sys.modules if name.startswith(("gradcheck_grader", "pydantic"))]


def answers_in_the_interpreters_memory(facts):
    return [
        name
        for thing in gc.get_objects()
        if type(thing) is dict
        for name in list(thing)
        if type(name) is str and name in ("true_gradients", "rubric", "max_points")
    ]


def command_line(facts):
    return [word for word in sys.argv + sys.orig_argv if "grade" in word and "child" not in word][
        :0
    ] + [word for word in sys.orig_argv if "assignment" in word or "submission" in word]


def earlier_submissions(facts):
    """Search this process for the source of a submission that was run before it."""
    return [
        1
        for thing in gc.get_objects()
        if type(thing) is dict and thing.get("CLEAN_SUBMISSION_WAS_HERE")
    ]


def state_left_in_numpy(facts):
    """Whether an earlier process's change is still there (see the next)."""
    return hasattr(np, "grader_hostile")


def leave_state_in_numpy(facts):
    np.grader_hostile = True


def state_left_in_the_generator(facts):
    before = np.random.rand()
    np.random.seed(0)
    return before != np.random.rand()


def patch_numpy(facts):
    """Gives: returned, error."""
    np.allclose = np.array_equal = lambda *arguments, **named: True
    np.ndarray.__eq__ = lambda self, other: True


def patch_builtins(facts):
    """Gives: returned, error, crash, protocol, timeout."""
    builtins.len = lambda thing: 0
    builtins.isinstance = lambda thing, kind: True


def patch_struct(facts):
    """Gives: returned, error, crash, protocol, timeout."""
    import struct

    struct.pack = struct.unpack = None


def patch_the_worker(facts):
    """Gives: returned, error, crash, protocol, timeout."""
    for name, module in list(sys.modules.items()):
        if name.startswith("child."):
            vars(module).clear()


def patch_the_exit(facts):
    """Gives: returned, crash, timeout."""
    os._exit = sys.exit = lambda *arguments: None


def settrace(facts):
    """Gives: returned, error, timeout, protocol, crash."""

    def trace(frame, event, argument):
        frame.f_locals.clear()
        return trace

    sys.settrace(trace)
    sys.setprofile(trace)


def change_a_small_integer(facts):
    """Make 1 equal 2. Gives: returned, crash, error, protocol, timeout."""
    ctypes.memmove(id(1) + 24, id(2) + 24, 4)


def change_an_argument(facts):
    """Gives: returned."""
    facts["values"][:] = 7
    facts["pid"] = 0


def grow_an_argument(facts):
    """Gives: returned."""
    facts["more"] = facts


def deform_an_argument(facts):
    """Gives: returned."""
    facts["values"].shape = (facts["values"].size,)


def source_of_the_worker(facts):
    """The worker's code is no secret, but says nothing of answers."""
    try:
        return "rubric" in inspect.getsource(sys.modules["child.worker"])
    except OSError:
        return False
