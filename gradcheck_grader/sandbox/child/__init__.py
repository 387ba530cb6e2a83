"""What runs in the confined process: standard library and NumPy only, relative imports only.

The folder is loaded there as a package named ``child``, apart from the rest of the grader, which
the process cannot import. The parent imports ``lines.roles``, ``reading.anatomy``,
``reading.binding``, ``reading.parameters``, ``reading.passes``, ``reading.spelling``,
``reading.upstream``, ``marks``, ``lockdown.syscalls``, ``values`` and ``wire`` from here: what both
sides must agree on.
"""
