"""The pure modules of history/ are mutated, whatever they are called."""

from __future__ import annotations

from tests.mutants.mutations import PACKAGES
from tests.mutants.run import HISTORY, ROOT

FOLDER = ROOT / PACKAGES / "history"
MODULES = {
    str(path.relative_to(FOLDER).with_suffix("")): path.read_text(encoding="utf-8") for path in FOLDER.rglob("[!_]*.py")
}


def test_every_mutated_module_exists() -> None:
    assert set(HISTORY) - MODULES.keys() == set()


def test_every_module_that_does_not_run_git_is_mutated() -> None:
    pure = {name for name, text in MODULES.items() if "Repository" not in text}
    assert pure - set(HISTORY) == set()
