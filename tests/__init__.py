"""Tests of the grader; as its command line does, they have BLAS start no threads.

A process with threads is not forked, and a batch would be tested in another way than it is run.
"""

import os

from gradcheck_grader import boot

os.environ.update(boot.ONE_THREAD | os.environ)
