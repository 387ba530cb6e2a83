"""Which files the confined process may read: the standard library, NumPy, what is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import NamedTuple

# Parts of a standard library's folder that are none of a submission's business.
_HIDDEN = ("site-packages", "dist-packages", "test", "idlelib", "ensurepip", "turtledemo")


class View(NamedTuple):
    """What may be read.

    Attributes
    ----------
    library : tuple of str
        Folders of the standard library.
    hidden : tuple of str
        Folders in them that may not be read.
    packages : tuple of str
        Folders and files of packages; they may well lie in a hidden folder.
    """

    library: tuple[str, ...]
    hidden: tuple[str, ...]
    packages: tuple[str, ...]

    def readable(self) -> list[str]:
        """Return files and folders that make up the view, none with a hidden part in it.

        A rule of Landlock grants and cannot take away, so a library is given out entry by entry.
        """
        entries = [os.path.join(path, name) for path in self.library for name in os.listdir(path)]
        # A link of a distribution may well lead nowhere.
        seen = [path for path in entries if path not in self.hidden and os.path.exists(path)]
        return [*seen, *self.packages]


def view(modules: Iterable[str]) -> View:
    """Return what a process that has imported NumPy and ``modules`` needs to see."""
    folders = [path for path in sys.path if os.path.isdir(path)]
    # A folder inside another one comes with it.
    library = [p for p in folders if not any(p.startswith(other + os.sep) for other in folders)]
    hidden = [os.path.join(path, name) for path in library for name in _HIDDEN]
    packages = [path for name in ("numpy", *modules) for path in _places(name)]
    return View(
        tuple(library),
        tuple(path for path in hidden if os.path.isdir(path)),
        tuple(dict.fromkeys(packages)),
    )


def _places(name: str) -> list[str]:
    """Return the folder or file of an imported module, and that of the libraries it brings."""
    module = sys.modules[name.partition(".")[0]]
    folders = list(getattr(module, "__path__", [])) or [module.__file__ or ""]
    libraries = [f"{path}.libs" for path in folders]
    return [path for path in folders + libraries if os.path.exists(path)]
