"""`git alembic init`: show what the hooks would have said in the last year, then write them where the project has its.

The last year is the one before the newest commit, so that a project that rests can be looked at too.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from git_alembic import __version__
from git_alembic.audit.last_year import replay_last_year
from git_alembic.commands import install
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.report import emit, is_terminal
from git_alembic.report.adoption import adoption
from git_alembic.setup.files import read_text, write_text
from git_alembic.setup.pre_commit_config import FILE, amended

DESCRIPTION = "Show what the hooks would have said in the last year, then write them into .pre-commit-config.yaml."
HOOKS = ("alembic-check", "alembic-push", "alembic-hint")  # those that need nothing of the project
_RUNNING = ("alembic-drift", "alembic-roundtrip")  # those that run its code, which takes seconds: at push only
_ALSO = ".pre-commit-config.yml"  # prek reads it, pre-commit does not
_NEXT = """\
git-alembic: {file} is written. What is left to do:

    git add {file}
    pre-commit install    # or: prek install; once in every clone"""


class Options(argparse.Namespace):
    """The options, typed."""

    plain: bool
    drift: bool
    dry_run: bool
    yes: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 written, there already, or a dry run; 1 where nobody agreed; 2 where it cannot be done."""
    parser = argparse.ArgumentParser("git alembic init", description=DESCRIPTION)
    parser.add_argument("--plain", action="store_true", help="write plain git hooks instead, as `install` does")
    parser.add_argument("--drift", action="store_true", help="also the hooks that run the project's code, at push")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    options = parser.parse_args(argv, Options())
    repository = Repository()
    if repository.top is None:
        raise CannotJudge("a bare repository makes no commits; `git alembic pre-receive` is for servers")
    emit(f"{_last_year(repository)}\n\n", sys.stdout)
    return _plain(options) if options.plain else _configured(repository.top, options)


def _last_year(repository: Repository) -> str:
    try:
        return adoption(*replay_last_year(repository))
    except CannotJudge as error:
        return f"git-alembic: the last year cannot be replayed: {error}"


def _plain(options: Options) -> int:
    if options.drift:
        raise CannotJudge("--drift is for .pre-commit-config.yaml; docs/hooks.md says how a plain hook runs more")
    if options.dry_run or not _agreed(options, "Write plain git hooks?"):
        install.main(["--dry-run"])
        return _left(options)
    return install.main([])


def _configured(top: str, options: Options) -> int:
    file = _ALSO if os.path.exists(os.path.join(top, _ALSO)) else FILE
    if os.path.exists(os.path.join(top, "prek.toml")):
        raise CannotJudge("prek.toml is there; docs/hooks.md has the hooks to add, and `--plain` writes git's own")
    path = os.path.join(top, file)
    old = read_text(path)
    new = amended(old, hooks(HOOKS + _RUNNING if options.drift else HOOKS), f"git-alembic=={__version__}")
    if new == old:
        emit(f"git-alembic: {file} has the hooks already", sys.stdout)
        return 0
    emit(f"{_difference(file, old, new)}\n\n", sys.stdout)
    if options.dry_run or not _agreed(options, f"Write this to {file}?"):
        return _left(options)
    write_text(path, new)
    emit(_NEXT.format(file=file), sys.stdout)
    return 0


def hooks(names: Sequence[str]) -> list[dict[str, Any]]:
    """The hooks to be written, from the manifest: `_hooks.yaml` of the package, or that of a checkout."""
    import yaml

    package = Path(__file__).parents[1]
    manifest = next(filter(Path.is_file, (package / "_hooks.yaml", package.parents[1] / ".pre-commit-hooks.yaml")))
    found = {hook["id"]: hook for hook in yaml.safe_load(manifest.read_text(encoding="utf-8"))}
    return [{**found[name], **({"stages": ["pre-push", "manual"]} if name in _RUNNING else {})} for name in names]


def _difference(file: str, old: str, new: str) -> str:
    from difflib import unified_diff

    sides = (f"a/{file}" if old else "/dev/null", f"b/{file}")
    return "\n".join(unified_diff(old.splitlines(), new.splitlines(), *sides, lineterm=""))


def _agreed(options: Options, question: str) -> bool:
    if options.yes:
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    emit(f"{question} [y/N]", sys.stdout)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _left(options: Options) -> int:
    if options.dry_run:
        emit("git-alembic: nothing was changed (--dry-run)", sys.stdout)
        return 0
    again = "git alembic init --plain --yes" if options.plain else "git alembic init --yes"
    emit(f"git-alembic: nothing was changed (`{again}` writes it)", sys.stdout)
    return 1
