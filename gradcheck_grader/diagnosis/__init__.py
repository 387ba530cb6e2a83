"""Naming causes: from comparisons and outcomes to findings."""

from gradcheck_grader.diagnosis.behaviour import SecondLook
from gradcheck_grader.diagnosis.structural import (
    Evidence,
    depth_finding,
    diagnose,
    diagnosis_failed,
)

__all__ = ["Evidence", "SecondLook", "depth_finding", "diagnose", "diagnosis_failed"]
