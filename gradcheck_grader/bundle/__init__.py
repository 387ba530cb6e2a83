"""Bundles: an assignment packed with the grader for a platform, and what runs it there."""
