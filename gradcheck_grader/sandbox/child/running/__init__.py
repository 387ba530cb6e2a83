"""Where statements that were handed in run: modules, imports, objects, output."""
