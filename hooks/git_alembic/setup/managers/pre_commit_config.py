"""Adds hooks to the text of a `.pre-commit-config.yaml` in block style. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from git_alembic.errors import CannotCheck
from git_alembic.setup.hook_managers import PRE_COMMIT
from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges, stage_names
from git_alembic.setup.managers.pre_commit_repo_entry import RepoEntry
from git_alembic.setup.managers.yaml_edits import (
    NULL,
    Document,
    Edit,
    append_items,
    append_names,
    append_text,
    apply,
    as_yaml,
    insert_key,
    is_block,
    pairs,
    parse,
)

TYPES = "default_install_hook_types"
STAGES = "default_stages"


def load_config(text: str) -> dict[str, Any]:
    """Return the configuration, or {} if it is empty. Raise CannotCheck if it isn't a configuration."""
    document = parse(text, PRE_COMMIT.files[0])
    if document is None:
        return {}
    repos = document.keys.get("repos")
    if not isinstance(repos, yaml.SequenceNode) and (repos is None or repos.tag != NULL):
        raise CannotCheck(f"{PRE_COMMIT.files[0]}: there is no `repos` list")
    config: dict[str, Any] = yaml.safe_load(text)
    return config


def add_hooks(text: str, entry: RepoEntry, git_hooks: Sequence[str], stages: StageChanges) -> str | None:
    """Add the missing hooks and update the pins of the existing ones. None if the text isn't in block style.

    `git_hooks` are added to those that `pre-commit install` installs.
    """
    document = parse(text, PRE_COMMIT.files[0])
    if document is None:
        return append_text(text, lines_to_paste(entry, git_hooks, stages) + "\n")
    if document.root.flow_style or not _can_grow(document.keys["repos"]):
        return None
    edits = [
        *_install_types(document, git_hooks),
        *_default_stages(document, stages),
        *_pinned_stages(document, stages),
        *_repos(document, entry),
        *_versions(document, entry),
    ]
    new = apply(text, edits)
    return new if _has_hooks(new, entry, git_hooks) else None


def lines_to_paste(entry: RepoEntry, git_hooks: Sequence[str], stages: StageChanges) -> str:
    """Return the same as lines to paste: the top-level keys, and the item of `repos`."""
    keys = [f"{TYPES}: {as_yaml(git_hooks)}"]
    if stages.default_stages:
        keys.append(f"{STAGES}: {as_yaml(stages.default_stages)}")
    return "\n".join([*keys, "repos:", _block(entry, 2)])


def present_ids(config: Mapping[str, Any]) -> list[str]:
    """Return the ids of the hooks in a configuration."""
    return [hook["id"] for repo in config.get("repos") or () for hook in repo.get("hooks") or () if "id" in hook]


def pinned_versions(config: Mapping[str, Any], ids: Sequence[str]) -> dict[str, str]:
    """Return the git-alembic version from an index that each of these hooks uses."""
    return {
        hook["id"]: requirement
        for repo in config.get("repos") or ()
        for hook in repo.get("hooks") or ()
        for requirement in hook.get("additional_dependencies") or ()
        if hook.get("id") in ids and _is_pin(str(requirement))
    }


def _can_grow(repos: yaml.Node) -> bool:
    """True for a list in block style, and for an empty list that can become one."""
    return is_block(repos) or repos.tag == NULL or not repos.value


def _has_hooks(text: str, entry: RepoEntry, git_hooks: Sequence[str]) -> bool:
    """True if the text now has the hooks, in any style."""
    config = yaml.safe_load(text)
    types = config.get(TYPES)
    return isinstance(types, list) and {*git_hooks} <= {*stage_names(types)} and {*entry.ids} <= {*present_ids(config)}


def _block(entry: RepoEntry, indent: int) -> str:
    head, *keys = [f"{key}: {as_yaml(value)}" for key, value in entry.keys.items()]
    lines = [f"- {head}", *(f"  {key}" for key in keys), "  hooks:"]
    for hook in entry.hooks:
        first, *rest = [f"{key}: {as_yaml(value)}" for key, value in hook.items()]
        lines += [f"    - {first}", *(f"      {line}" for line in rest)]
    return "\n".join(" " * indent + line for line in lines)


def _install_types(document: Document, git_hooks: Sequence[str]) -> Iterator[Edit]:
    node = document.keys.get(TYPES)
    if node is None:
        yield insert_key(document, "repos", f"{TYPES}: {as_yaml(git_hooks)}")
    elif isinstance(node, yaml.SequenceNode):
        present = stage_names(item.value for item in node.value)
        yield from append_names(document, node, [name for name in git_hooks if name not in present])


def _default_stages(document: Document, stages: StageChanges) -> Iterator[Edit]:
    if stages.default_stages:
        yield insert_key(document, "repos", f"{STAGES}: {as_yaml(stages.default_stages)}")


def _pinned_stages(document: Document, stages: StageChanges) -> Iterator[Edit]:
    """Add stages to the hooks whose manifest names more of them."""
    for repo, hook in _hook_nodes(document):
        fields = dict(pairs(hook))
        pinned = stages.pinned.get((repo, fields["id"].value)) if "id" in fields else None
        if pinned and isinstance(hook, yaml.MappingNode):
            line = f"stages: {as_yaml(pinned)}"
            end = hook.value[-1][1].end_mark.index
            yield (end, end, f", {line}") if hook.flow_style else append_items(document, hook, line)


def _repos(document: Document, entry: RepoEntry) -> Iterator[Edit]:
    node = document.keys["repos"]
    present = [dict(pairs(hook))["id"].value for _, hook in _hook_nodes(document) if "id" in dict(pairs(hook))]
    entry = entry.without(present)
    if not entry.hooks:
        return
    if isinstance(node, yaml.SequenceNode) and is_block(node):
        yield append_items(document, node, _block(entry, 0))
    else:
        block = "\n" + _block(entry, document.root.start_mark.column + 2)
        start = len(document.text[: node.start_mark.index].rstrip(" "))
        yield start, node.end_mark.index, block.replace("\n", document.newline)


def _versions(document: Document, entry: RepoEntry) -> Iterator[Edit]:
    """Update the requirement, or the commit, of our existing hooks."""
    pins = {hook["id"]: hook.get("additional_dependencies", [""])[0] for hook in entry.hooks}
    repos = document.keys["repos"]
    for repo in repos.value if isinstance(repos, yaml.SequenceNode) else ():
        fields = dict(pairs(repo))
        if fields["repo"].value == entry.keys["repo"] != "local" and fields["rev"].value != entry.keys["rev"]:
            yield _replace_scalar(fields["rev"], entry.keys["rev"])
    for _, hook in _hook_nodes(document):
        fields = dict(pairs(hook))
        pin = pins.get(fields["id"].value if "id" in fields else "", "")
        requirements = fields.get("additional_dependencies")
        for item in requirements.value if pin and isinstance(requirements, yaml.SequenceNode) else ():
            if _is_pin(item.value) and item.value != pin:
                yield _replace_scalar(item, pin)


def _is_pin(requirement: str) -> bool:
    return re.match(r"git-alembic(?:\[drift\])?==", requirement) is not None


def _replace_scalar(node: yaml.Node, value: str) -> Edit:
    quote = node.style if isinstance(node, yaml.ScalarNode) else ""
    new = f"{quote}{value}{quote}" if quote else as_yaml(value)
    return node.start_mark.index, node.end_mark.index, new


def _hook_nodes(document: Document) -> Iterator[tuple[str, yaml.Node]]:
    """Yield (address of the repository, node) of each hook."""
    repos = document.keys["repos"]
    for repo in repos.value if isinstance(repos, yaml.SequenceNode) else ():
        fields = dict(pairs(repo))
        hooks = fields.get("hooks")
        for hook in hooks.value if isinstance(hooks, yaml.SequenceNode) else ():
            yield fields["repo"].value if "repo" in fields else "", hook
