"""Definitions reduced to what cannot fail, for those that raise when they are made as written."""

from __future__ import annotations

import ast
import copy
from collections.abc import Container

from .definitions import ASSIGNMENTS, FUNCTIONS, Function, mentioned
from .purity import is_pure

_METHOD_KINDS = ("property", "staticmethod", "classmethod", ".setter")


def plain_function(node: Function) -> Function:
    """Return a function's definition without what is computed when it is defined.

    Decorators go, and each default that is no literal becomes None.
    """
    plain = copy.copy(node)
    plain.decorator_list = []
    plain.args = copy.copy(node.args)
    plain.args.defaults = [_literal_or_none(default) for default in node.args.defaults]
    plain.args.kw_defaults = [d and _literal_or_none(d) for d in node.args.kw_defaults]
    return plain


def plain_class(node: ast.ClassDef, known: Container[str]) -> ast.ClassDef:
    """Return a class with its methods and its literal values.

    Bases stay that are ``known`` names; decorators stay that make a property or the like.
    """
    plain = copy.copy(node)
    plain.decorator_list, plain.keywords = [], []
    plain.bases = [base for base in node.bases if all(name in known for name in mentioned(base))]
    plain.body = []
    for item in node.body:
        if isinstance(item, FUNCTIONS):
            method = plain_function(item)
            method.decorator_list = [d for d in item.decorator_list if _makes_a_method(d)]
            plain.body.append(method)
        elif isinstance(item, ASSIGNMENTS) and item.value and is_pure(item.value, ()):
            plain.body.append(item)
    if not plain.body:
        plain.body = [ast.copy_location(ast.Pass(), node)]
    return plain


def _literal_or_none(default: ast.expr) -> ast.expr:
    return default if is_pure(default, ()) else ast.copy_location(ast.Constant(None), default)


def _makes_a_method(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).endswith(_METHOD_KINDS)
