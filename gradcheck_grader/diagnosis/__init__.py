"""Naming causes: from comparisons and outcomes to findings."""

from gradcheck_grader.diagnosis.structural import diagnose

__all__ = ["diagnose"]
