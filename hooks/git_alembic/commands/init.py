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
from git_alembic.audit.outcomes import Hindsight
from git_alembic.audit.replay import Replay
from git_alembic.commands import install
from git_alembic.commands.audit import judged, mainline, touches
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.history.snapshots import History
from git_alembic.report import emit, is_terminal
from git_alembic.report.adoption import adoption
from git_alembic.revisions.revision_cache import RevisionCache
from git_alembic.setup.pre_commit_config import FILE, amended
from git_alembic.temporary_files import discard
from git_alembic.terminal.progress import progress

DESCRIPTION = "Show what the hooks would have said in the last year, then write them into .pre-commit-config.yaml."
HOOKS = ("alembic-check", "alembic-push", "alembic-hint")  # those that need nothing of the project
_RUNNING = ("alembic-drift", "alembic-roundtrip")  # those that run its code, which takes seconds: at push only
_YEAR = 365 * 86_400  # seconds
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
        end = mainline(repository)
        start = repository.last_before(end, repository.time(end) - _YEAR)
        cache = RevisionCache(repository.common_dir, repository.read)
        replay = Replay(repository, History(repository, cache), [f"{start}..{end}" if start else end], end)
    except CannotJudge as error:
        return f"git-alembic: the last year cannot be replayed: {error}"
    hindsight, touched = Hindsight(), 0
    total = len(replay.commits)
    for step, judgements in judged(progress(replay.steps(), total=total, title="replaying", stream=sys.stderr)):
        touched += touches(step)
        for change, place, judgement in zip(step.changes, step.places, judgements, strict=True):
            hindsight.add(place, change, judgement.findings, mainline=step.mainline)
    cache.save()
    return adoption(sum(not edge for *_, edge in replay.commits), touched, hindsight.tallies())


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
    old = _read(path)
    new = amended(old, hooks(HOOKS + _RUNNING if options.drift else HOOKS), f"git-alembic=={__version__}")
    if new == old:
        emit(f"git-alembic: {file} has the hooks already", sys.stdout)
        return 0
    emit(f"{_difference(file, old, new)}\n\n", sys.stdout)
    if options.dry_run or not _agreed(options, f"Write this to {file}?"):
        return _left(options)
    _write(path, new)
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


def _read(path: str) -> str:
    """The text of the file with its line ends as they are; "" where there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise CannotJudge(f"{path} cannot be read: {error}") from error


def _write(path: str, text: str) -> None:
    """Replace the file, or what it is a link to, in one step; its mode stays."""
    path = os.path.realpath(path)
    partial = f"{path}.{os.getpid()}"
    try:
        with open(partial, "x", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if os.path.exists(path):
            os.chmod(partial, os.stat(path).st_mode)
        os.replace(partial, path)
    except OSError as error:
        discard([partial])
        raise CannotJudge(f"{path} could not be written: {error.strerror}") from error
