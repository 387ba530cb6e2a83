"""Ending the process, in every way there is. See ``read_files`` for the conventions."""

import atexit
import ctypes
import faulthandler
import os
import signal
import sys


def null_pointer(facts):
    """Gives: crash."""
    ctypes.string_at(0)


def write_to_code(facts):
    """Gives: crash."""
    ctypes.memset(id(int), 0, 4096)
    return int("7")


def abort(facts):
    """Gives: crash."""
    os.abort()


def broken_type(facts):
    """Gives: crash, error."""
    ctypes.memset(id(facts), 255, 16)
    return facts


def corrupted_heap(facts):
    """Gives: crash, error, returned."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    block = libc.malloc(32)
    ctypes.memset(block - 16, 255, 64)
    libc.free(ctypes.c_void_p(block))


def division_in_c(facts):
    """Gives: crash, error, returned."""
    libc = ctypes.CDLL(None)
    libc.div(1, 0)


def signal_to_itself(facts):
    """Gives: crash, error, forbidden, memory."""
    os.kill(os.getpid(), signal.SIGSEGV)
    signal.raise_signal(signal.SIGKILL)


def stop_itself(facts):
    """Gives: timeout, error, forbidden, crash."""
    signal.raise_signal(signal.SIGSTOP)
    while True:
        pass


def exit_at_once(facts):
    """Gives: crash."""
    os._exit(0)


def exit_with_success(facts):
    """Gives: error, crash, forbidden."""
    sys.exit(0)


def exit_by_name(facts):
    """Gives: error, crash, forbidden."""
    raise SystemExit("full marks")


def exit_in_c(facts):
    """Gives: crash."""
    ctypes.CDLL(None).exit(0)


def exit_later(facts):
    """Gives: returned, crash."""
    atexit.register(os._exit, 0)


def exit_by_alarm(facts):
    """Gives: crash, error, timeout."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(7))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    while True:
        pass


def exit_by_fault_handler(facts):
    """Gives: crash, error, timeout."""
    faulthandler.dump_traceback_later(0.01, exit=True)
    while True:
        pass


def interrupt(facts):
    """Gives: error."""
    raise KeyboardInterrupt


def generator_exit(facts):
    """Gives: error."""
    raise GeneratorExit


def exception_with_a_hostile_name(facts):
    """Gives: error."""

    class Hostile(Exception):
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__

    raise Hostile


def exception_that_never_ends(facts):
    """Gives: timeout, error."""

    class Endless(Exception):
        def __str__(self):
            while True:
                pass

    raise Endless


def exception_with_a_huge_text(facts):
    """Gives: error, output."""
    raise ValueError("x" * (1 << 24))


def exception_in_a_circle(facts):
    """Gives: error."""
    first, second = ValueError("1"), ValueError("2")
    first.__context__, second.__context__ = second, first
    raise first


def exception_of_a_hostile_type(facts):
    """Gives: error."""

    class Type(type):
        def __getattribute__(cls, name):
            raise RuntimeError(name)

    class Hostile(Exception, metaclass=Type):
        pass

    raise Hostile


def deep_chain_of_exceptions(facts):
    """Gives: error, crash."""
    error = ValueError("end")
    for _ in range(100_000):
        outer = ValueError("x")
        outer.__cause__ = error
        error = outer
    raise error


def close_everything(facts):
    """Gives: crash, protocol, error, timeout."""
    os.closerange(0, 64)


def redirect_the_line(facts):
    """Gives: timeout, crash, protocol, returned."""
    os.dup2(0, 3)
