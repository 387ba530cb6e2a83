"""What a reader of one function should know: what is still to be written, and what slips leave."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..facts import Facts, note
from .anatomy import keys_set_twice, lone_commas, only_compared
from .definitions import Definition, Function, Statement
from .gradients import root_name
from .misread import fractions_lost, third_arguments
from .source import Unit
from .templates import ends_by_printing, is_empty, printed_last, unfilled, value_is_missing
from .tree import Parts

_SHOWN = 60  # characters of a comparison


def remarks(
    definition: Definition | None, helpers: Iterable[Statement] = (), unpacked: int = 0
) -> Iterator[Facts]:
    """Yield a note for each remark on a function and its helpers, none if it is not there.

    ``unpacked`` is the line that takes the values of a tuple in an order of the file's own.
    """
    if definition is None:
        return
    node, unit, parts = definition.node, definition.unit, definition.parts
    if unpacked:
        message = "It got the values in the order in which the file's own forward pass packs them."
        yield note("own-order", message, unit.file_line(unpacked))
    yield from _blank(definition)
    for key, line in keys_set_twice(parts):
        message = f"The key `{key}` stands twice in one dict, the second time in "
        message += f"{unit.where(line)}: the last one counts."
        yield note("key-twice", message, unit.file_line(line))
    for name, line in lone_commas(parts, unit.text).items():
        message = f"The comma at the end of {unit.where(line)} makes `{name}` a tuple."
        yield note("lone-comma", message, unit.file_line(line))
    own = [*only_compared(parts)]
    yield from _say_compared(own, unit)
    said = [*_say_misread(parts, unit)]
    for helper in helpers:  # of a method: the class, which holds it, too
        others = [test for test in only_compared(helper.parts) if test not in own]
        yield from _say_compared(others, helper.unit)
        said += _say_misread(helper.parts, helper.unit)
    yield from (one for number, one in enumerate(said) if one not in said[:number])
    yield from _no_return(node, unit, parts)


def _say_compared(tests: Iterable[ast.Compare], unit: Unit) -> Iterator[Facts]:
    for test in tests:
        shown, where = ast.unparse(test)[:_SHOWN], unit.where(test.lineno)
        message = f"`{shown}` in {where} only compares: `=` gives a value."
        yield note("only-compared", message, unit.file_line(test.lineno))


def _say_misread(parts: Parts, unit: Unit) -> Iterator[Facts]:
    for call in third_arguments(parts):
        shown, where = ast.unparse(call)[:_SHOWN], unit.where(call.lineno)
        message = f"`{shown}` in {where} works on its first two arguments: the third is where the "
        message += "result is put, and what was in it is gone."
        yield note("third-argument", message, unit.file_line(call.lineno))
    for name, made, stored in fractions_lost(parts):
        message = f"`{name}` is an array of whole numbers, by {unit.where(made)}: what "
        message += f"{unit.where(stored)} stores in it loses any fraction."
        yield note("fractions-lost", message, unit.file_line(stored))


def _blank(definition: Definition) -> Iterator[Facts]:
    blank = unfilled(definition.node, definition.parts)
    if blank is not None:
        line, code = blank
        unit = definition.unit
        where = "" if unit.cell is None else f" in {unit.where(line)},"
        yield note("not-filled-in", f"`{code}`{where} is not filled in.", unit.file_line(line))


def _no_return(node: Function, unit: Unit, parts: Parts) -> Iterator[Facts]:
    if not value_is_missing(node) or is_empty(node):
        return
    printed = printed_last(node)
    more = f" It prints `{printed}`: return it." if printed else _say_kept(node, parts)
    if not printed and ends_by_printing(node):
        more = " Its last line prints: what is printed is shown, and not handed back."
    for outside in unit.tree.body:
        if isinstance(outside, ast.Return) and outside.lineno > node.lineno:
            where = unit.where(outside.lineno)
            more = f" The one in {where} stands outside of the function: indent it."
    message = f"`{node.name}` has no `return` with a value.{more}"
    yield note("no-return", message, unit.file_line(node.lineno))


def _say_kept(node: Function, parts: Parts) -> str:
    """Say where the gradients are that a method does not return: in its layers, or in a step."""
    called = [call.func for call in parts.of(ast.Call) if isinstance(call.func, ast.Attribute)]
    if any(one.attr == node.name and root_name(one) != "self" for one in called):
        return " What its layers keep for themselves is not seen: return every dW and db."
    steps = [one for one in parts.of(ast.AugAssign) if isinstance(one.op, (ast.Sub, ast.Add))]
    if any(root_name(one.target) == "self" for one in steps):
        return " It changes the weights of its object itself: return the gradients."
    return ""
