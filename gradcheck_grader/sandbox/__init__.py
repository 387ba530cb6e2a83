"""Running what was handed in: in a process that can do nothing but compute."""

from gradcheck_grader.sandbox.client import Sandbox
from gradcheck_grader.sandbox.job import (
    Call,
    File,
    Job,
    Limits,
    Loaded,
    Note,
    Opaque,
    Problem,
    Result,
    Returned,
    Subclass,
    Target,
    Value,
)

__all__ = [
    "Call",
    "File",
    "Job",
    "Limits",
    "Loaded",
    "Note",
    "Opaque",
    "Problem",
    "Result",
    "Returned",
    "Sandbox",
    "Subclass",
    "Target",
    "Value",
]
