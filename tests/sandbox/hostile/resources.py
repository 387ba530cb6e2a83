"""Taking too much: memory, time, output. See ``read_files`` for the conventions."""

import ctypes
import gc
import mmap
import os
import re
import signal
import sys
import time

import numpy as np


def one_huge_array(facts):
    """Gives: memory."""
    return np.ones(1 << 32)


def many_arrays(facts):
    """Gives: memory, timeout."""
    kept = []
    while True:
        kept.append(np.ones(1 << 20))


def growing_list(facts):
    """Gives: memory, timeout."""
    kept = [0] * 1000
    while True:
        kept += kept


def growing_text(facts):
    """Gives: memory, timeout."""
    text = "x" * 1000
    while True:
        text += text


def deep_dictionary(facts):
    """Gives: memory, timeout."""
    kept = {}
    while True:
        kept = {i: kept for i in range(1000)}


def swallowed(facts):
    """Go on after each refusal. Gives: memory, timeout, crash."""
    kept = []
    while True:
        try:
            kept.append(bytearray(1 << 24))
        except MemoryError:
            pass


def shared_mapping(facts):
    """Gives: memory, error, timeout."""
    kept = []
    while True:
        area = mmap.mmap(-1, 1 << 26)
        area[:] = bytes(1 << 26)
        kept.append(area)


def by_libc(facts):
    """Gives: returned, crash, memory."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    total = 0
    while libc.malloc(1 << 26) and total < 100:
        total += 1
    return total >= 100


def endless_loop(facts):
    """Gives: timeout."""
    while True:
        pass


def endless_loop_that_catches_all(facts):
    """Gives: timeout."""
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def endless_loop_in_c(facts):
    """Gives: timeout."""
    return sum(iter(int, 1))


def catastrophic_pattern(facts):
    """Gives: timeout."""
    return re.match(r"(a+)+$", "a" * 64 + "b")


def enormous_power(facts):
    """Gives: timeout, memory."""
    return 9**9**9


def sleep(facts):
    """Gives: timeout."""
    time.sleep(1000)


def wait_for_a_signal(facts):
    """Gives: timeout."""
    signal.pause()


def wait_for_input(facts):
    """Gives: returned, timeout, error, protocol, crash."""
    return os.read(3, 1)


def ignored_signals(facts):
    """Gives: timeout."""
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


def cpu_limit_caught(facts):
    """Gives: timeout."""
    signal.signal(signal.SIGXCPU, lambda *_: None)
    while True:
        pass


def slow_exit(facts):
    """Gives: returned, timeout."""
    import atexit

    atexit.register(time.sleep, 1000)


def finalizer_that_never_ends(facts):
    """Gives: timeout."""

    class Trap:
        def __del__(self):
            while True:
                pass

    Trap()


def collector_that_never_ends(facts):
    """Gives: timeout."""

    def trap(phase, info):
        while True:
            pass

    gc.callbacks.append(trap)
    gc.collect()


def print_flood(facts):
    """Gives: output, timeout."""
    while True:
        print("x" * 1000)


def print_flood_that_catches_all(facts):
    """Gives: timeout, output."""
    while True:
        try:
            print("x" * 1000)
        except BaseException:
            pass


def error_flood(facts):
    """Gives: output, timeout."""
    while True:
        sys.stderr.write("x" * 1000)


def flood_of_the_standard_descriptor(facts):
    """Gives: timeout, error."""
    while True:
        os.write(1, b"x" * 65536)


def flood_of_the_line(facts):
    """Gives: protocol, timeout."""
    while True:
        os.write(3, b"\0" * 65536)


def one_long_line(facts):
    """Gives: output, memory, timeout."""
    print("x" * (1 << 28))


def many_descriptors(facts):
    """Gives: error, forbidden."""
    return [os.dup(1) for _ in range(10000)]


def stack_in_c(facts):
    """Gives: crash, error, memory, timeout."""
    sys.setrecursionlimit(1 << 30)
    nested = ()
    for _ in range(1 << 20):
        nested = (nested,)
    return repr(nested)


def endless_recursion(facts):
    """Gives: error."""
    return endless_recursion(facts)


def endless_recursion_without_a_limit(facts):
    """Gives: crash, error, memory, timeout."""
    sys.setrecursionlimit(1 << 30)

    def fall(n):
        return repr_like(n + 1)

    def repr_like(n):
        return max([n], key=fall)

    return fall(0)


def deep_nesting_in_the_kernel(facts):
    """Open a path of a thousand parts."""
    return open("a/" * 3000 + "b")


def broad_array(facts):
    """A view that claims terabytes. Gives: output."""
    return np.broadcast_to(np.float64(1), (1 << 20, 1 << 20))
