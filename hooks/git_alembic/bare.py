"""Modules of a package, imported without what the package itself imports."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


@contextmanager
def bare(*packages: str) -> Iterator[None]:
    """Inside, each of the packages is a place where its modules are found, and nothing of its `__init__` runs.

    Afterwards they are forgotten, and `import` gives the whole package as ever. One that is imported already, or is not
    there, is left alone.
    """
    specs = {name: PathFinder.find_spec(name) for name in packages if name not in sys.modules}
    placed = {name: module_from_spec(spec) for name, spec in specs.items() if spec is not None}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in placed]:
            del sys.modules[name]
