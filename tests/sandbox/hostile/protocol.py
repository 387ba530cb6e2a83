"""Speaking to the grader in the worker's place. See ``read_files`` for the conventions.

A forged reply carries what the student's code computed anyway; what must not happen is that the
grader trips, waits, or takes bytes for more than they are.
"""

import os
import struct
import sys

import numpy as np

RETURNED, FAILED, LOADED, READY, BROKEN = 8, 9, 5, 2, 3
TEXT = b"s\0\0\0\0"
HINTS = b"t\3\0\0\0l\0\0\0\0s\0\0\0\0s\0\0\0\0"
NONE = b"N"


def header(op, number, size, magic=b"GW01"):
    return struct.pack("<4sBII", magic, op, number, size)


def reply(value, number=1, op=RETURNED, magic=b"GW01", length=None):
    payload = b"t" + struct.pack("<I", 3) + value + NONE + HINTS
    size = len(payload) if length is None else length
    os.write(3, header(op, number, size, magic) + payload)
    os._exit(0)


def array(code, shape, data):
    return bytes((97, code, len(shape))) + struct.pack(f"<{len(shape)}I", *shape) + data


def noise(facts):
    """Gives: protocol, crash."""
    os.write(3, bytes(range(256)) * 4)
    os._exit(0)


def wrong_magic(facts):
    """Gives: protocol."""
    reply(NONE, magic=b"GW02")


def wrong_number(facts):
    """Gives: protocol."""
    reply(NONE, number=2)


def wrong_operation(facts):
    """Gives: protocol."""
    reply(NONE, op=200)


def announce_ready_again(facts):
    """Gives: protocol."""
    reply(NONE, op=READY)


def claim_a_fault_of_the_grader(facts):
    """Gives: protocol."""
    reply(NONE, op=BROKEN)


def claim_to_be_loaded_again(facts):
    """Gives: protocol."""
    reply(NONE, op=LOADED, number=0)


def giant_length(facts):
    """Gives: protocol."""
    reply(NONE, length=0xFFFFFFFF)


def short_frame(facts):
    """Gives: crash, protocol."""
    reply(NONE, length=10_000)


def long_frame(facts):
    """Gives: protocol."""
    reply(NONE + b"N" * 50)


def half_a_header(facts):
    """Gives: crash."""
    os.write(3, b"GW01")
    os._exit(0)


def unknown_tag(facts):
    """Gives: protocol."""
    reply(b"Z")


def unknown_array_type(facts):
    """Gives: protocol."""
    reply(array(99, (1,), b"x" * 8))


def too_many_axes(facts):
    """Gives: protocol."""
    reply(array(11, (1,) * 9, b"x" * 8))


def array_longer_than_its_bytes(facts):
    """Gives: protocol."""
    reply(array(11, (1 << 31, 1 << 31), b""))


def array_of_a_size_that_overflows(facts):
    """Gives: protocol."""
    reply(array(11, (1 << 31, 1 << 31, 1 << 31, 4), b""))


def array_without_bytes(facts):
    """Zero-size arrays are for the comparison to refuse. Gives: returned."""
    reply(array(11, (0, 4_000_000_000), b""))


def boolean_of_two(facts):
    """Gives: protocol."""
    reply(array(0, (1,), b"\2"))


def list_of_billions(facts):
    """Gives: protocol."""
    reply(b"l" + struct.pack("<I", 0xFFFFFFFF))


def many_small_values(facts):
    """Gives: protocol."""
    reply(b"l" + struct.pack("<I", 100_000) + b"N" * 100_000)


def deep_list(facts):
    """Gives: protocol."""
    reply((b"l" + struct.pack("<I", 1)) * 100_000 + b"N")


def bad_text(facts):
    """Gives: protocol."""
    reply(b"s" + struct.pack("<I", 2) + b"\xff\xfe")


def key_that_is_no_text(facts):
    """Gives: protocol."""
    reply(b"m" + struct.pack("<I", 1) + struct.pack("<I", 1) + b"\xff" + NONE)


def subclass_of_nothing(facts):
    """Gives: protocol."""
    reply(b"S" + struct.pack("<I", 1) + b"x" + NONE)


def subclass_of_a_subclass_without_end(facts):
    """Gives: protocol."""
    reply((b"S" + struct.pack("<I", 0)) * 1400 + NONE)


def pickle(facts):
    """Gives: protocol, crash."""
    os.write(3, b"\x80\x04cos\nsystem\n(S'touch /tmp/grader-hostile'\ntR.")
    os._exit(0)


def failure_without_facts(facts):
    """Gives: protocol."""
    os.write(3, header(FAILED, 1, 1) + b"N")
    os._exit(0)


def failure_of_an_unknown_kind(facts):
    """Gives: protocol."""
    kind = b"s" + struct.pack("<I", 5) + b"magic"
    facts = b"m" + struct.pack("<I", 1) + struct.pack("<I", 4) + b"kind" + kind
    payload = b"t" + struct.pack("<I", 2) + facts + TEXT
    os.write(3, header(FAILED, 1, len(payload)) + payload)
    os._exit(0)


def failure_in_an_impossible_place(facts):
    """Its line, cell, file and columns end in links and in a line of carets. Gives: error."""

    def text(said):
        return struct.pack("<I", len(said)) + said

    def whole(number):
        return b"i" + struct.pack("<q", number)

    fields = {
        b"kind": b"s" + text(b"error"),
        b"message": b"s" + text(b"It failed."),
        b"line": whole(-5),
        b"cell": whole(1 << 62),
        b"file": b"s" + text(b"../../../etc/passwd"),
        b"caret": b"l" + struct.pack("<I", 2) + whole(-(1 << 62)) + whole(5),
    }
    body = b"".join(text(key) + value for key, value in fields.items())
    payload = b"t" + struct.pack("<I", 2) + b"m" + struct.pack("<I", len(fields)) + body + TEXT
    os.write(3, header(FAILED, 1, len(payload)) + payload)
    os._exit(0)


def forward_pass_that_is_no_text(facts):
    """Gives: protocol."""
    hints = b"t\3\0\0\0l\0\0\0\0s\0\0\0\0N"
    payload = b"t" + struct.pack("<I", 3) + NONE + NONE + hints
    os.write(3, header(RETURNED, 1, len(payload)) + payload)
    os._exit(0)


def reply_and_go_on(facts):
    """Gives: protocol, returned."""
    payload = b"t" + struct.pack("<I", 3) + NONE + NONE + HINTS
    os.write(3, header(RETURNED, 1, len(payload)) + payload)


def drip(facts):
    """One byte at a time, for ever. Gives: timeout."""
    import time

    os.write(3, header(RETURNED, 1, 4_000_000))
    while True:
        os.write(3, b"x")
        time.sleep(0.01)


def answer_before_the_question(facts):
    """Answer a thousand calls at once. Gives: returned, protocol."""
    payload = b"t" + struct.pack("<I", 3) + NONE + NONE + HINTS
    for number in range(1, 1000):
        os.write(3, header(RETURNED, number, len(payload)) + payload)
    os._exit(0)


def silence(facts):
    """Answer nothing at all. Gives: timeout, crash."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "") == "child.wire":
            module.Connection.send = lambda *arguments: None


def steal_the_questions(facts):
    """Read what else was asked, and see whether it holds answers."""
    os.set_blocking(3, False)
    return b"dW1" in os.read(3, 1 << 20)


def worker_that_answers_differently(facts):
    """Gives: returned, error, protocol."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "") == "child.wire":
            module.encode = lambda *arguments: bytearray(b"F")
    return np.eye(2)
