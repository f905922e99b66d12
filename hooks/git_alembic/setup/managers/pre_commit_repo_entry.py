"""The hooks in the form of pre-commit and prek, from git-alembic's manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from git_alembic.setup.source_of_this_installation import Installation

_PROJECT_CODE = ("alembic-drift", "alembic-roundtrip")  # they take seconds, so they run only at push
_KEYS = ("always_run", "pass_filenames", "verbose", "stages")


class HookChoice(NamedTuple):
    """The hooks to set up in addition to the checks at commit and push."""

    drift: bool = False
    hint: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids in the manifest."""
        return (
            *("alembic-check", "alembic-push"),
            *(("alembic-hint",) if self.hint else ()),
            *(_PROJECT_CODE if self.drift else ()),
        )

    @property
    def git_hooks(self) -> tuple[str, ...]:
        """Return the git hooks that must be installed for them."""
        after = ("post-checkout", "post-merge", "post-rewrite") if self.hint else ()
        return ("pre-commit", "pre-merge-commit", "pre-push", *after)


class RepoEntry(NamedTuple):
    """One item of `repos`: its keys except `hooks`, and the hooks."""

    keys: dict[str, str]
    hooks: tuple[dict[str, Any], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(hook["id"] for hook in self.hooks)

    def without(self, ids: Sequence[str]) -> RepoEntry:
        """Return the entry without some hooks."""
        return self._replace(hooks=tuple(hook for hook in self.hooks if hook["id"] not in ids))


def repo_entry(installation: Installation, choice: HookChoice) -> RepoEntry:
    """Return the entry that runs the same git-alembic that is installed here."""
    hooks = manifest()
    if installation.kind == "git":
        keys = {"repo": installation.address, "rev": installation.commit}
        return RepoEntry(keys, tuple({"id": id_, **_stages(id_)} for id_ in choice.ids))
    return RepoEntry({"repo": "local"}, tuple(_local(hooks[id_], installation) for id_ in choice.ids))


def manifest() -> dict[str, dict[str, Any]]:
    """Return the hooks of the manifest by id: `_hooks.yaml` of the package, or the file of a source tree."""
    import yaml

    package = Path(__file__).parents[2]
    path = next(filter(Path.is_file, (package / "_hooks.yaml", package.parents[1] / ".pre-commit-hooks.yaml")))
    return {hook["id"]: hook for hook in yaml.safe_load(path.read_text(encoding="utf-8"))}


def _local(hook: dict[str, Any], installation: Installation) -> dict[str, Any]:
    """Return the hook for `repo: local`, which names what to install or uses PATH."""
    extra = "drift" if hook["id"] in _PROJECT_CODE else ""
    requirement = installation.requirement(extra)
    how = {"language": "python", "additional_dependencies": [requirement]} if requirement else {"language": "system"}
    first = {key: hook[key] for key in ("id", "name", "entry")}
    rest = {key: hook[key] for key in _KEYS if key in hook}
    return {**first, **how, **rest, **_stages(hook["id"])}


def _stages(id_: str) -> dict[str, list[str]]:
    return {"stages": ["pre-push", "manual"]} if id_ in _PROJECT_CODE else {}
