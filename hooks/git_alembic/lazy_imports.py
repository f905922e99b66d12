"""Makes imports cheap: skips a package's `__init__`, and loads modules on first use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any


@contextmanager
def skip_package_init(*packages: str) -> Iterator[None]:
    """Import modules of these packages without running the packages' `__init__`.

    After that, `import` loads the whole package as usual. Packages that are already imported or not installed are left
    alone.
    """
    specs = {name: PathFinder.find_spec(name) for name in packages if name not in sys.modules}
    placed = {name: module_from_spec(spec) for name, spec in specs.items() if spec is not None}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in placed]:
            del sys.modules[name]


class _DeferredModule(ModuleType):
    """A module that loads on first use. A module of `LazyLoader` would load when it is imported again."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of the module
        if name == "__path__":  # `from module import name` looks for it; a package has it already
            raise AttributeError(name)
        object.__setattr__(self, "__class__", ModuleType)
        spec = self.__spec__
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(self)
        return getattr(self, name)


def defer_imports(*names: str) -> None:
    """Load these modules on first use, although other modules import them at their start."""
    for name in names:
        spec = PathFinder.find_spec(name) if name not in sys.modules else None
        if spec is not None:
            sys.modules[name] = module_from_spec(spec)
            sys.modules[name].__class__ = _DeferredModule


def defer_translations() -> None:
    """Replace argparse's search for translations, because Python comes with none.

    The module `gettext` loads if any other part of it is used.
    """
    spec = PathFinder.find_spec("gettext") if "gettext" not in sys.modules else None
    if spec is not None:
        module = module_from_spec(spec)
        vars(module).update(gettext=str, ngettext=lambda singular, plural, n: singular if n == 1 else plural)
        module.__class__ = _DeferredModule
        sys.modules["gettext"] = module
