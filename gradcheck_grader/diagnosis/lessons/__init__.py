"""A page for every finding: ``grader explain`` and ``docs/mistakes.md``."""
