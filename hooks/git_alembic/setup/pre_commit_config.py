"""Hooks added to the text of a `.pre-commit-config.yaml`: nothing else in it is changed, not a byte. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from git_alembic.errors import CannotJudge

FILE = ".pre-commit-config.yaml"
TYPES = "default_install_hook_types"
_PLAIN = re.compile(r"[A-Za-z][\w ./=-]*")
_NULL = "tag:yaml.org,2002:null"
_Hook = Mapping[str, Any]
_Edit = tuple[int, int, str]  # from, to, what comes there


@dataclass(frozen=True, slots=True)
class _Document:
    """A text, and the nodes of its top level by key."""

    text: str
    root: yaml.MappingNode
    top: Mapping[str, yaml.Node]
    newline: str


def amended(text: str, hooks: Sequence[_Hook], requirement: str) -> str:
    """The text with those of the hooks that it lacks, each with the requirement; hooks that it has are pinned anew.

    Raises CannotJudge where the text is no configuration, or one that cannot be extended by adding lines.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        root = yaml.compose(text, yaml.SafeLoader)
        if root is None or root.tag == _NULL:
            return _joined(text, _fresh(hooks, requirement), newline)
        document = _Document(text, *_top(root), newline)
        edits = [*_types(document, hooks), *_repos(document, hooks, requirement), *_pins(document, hooks, requirement)]
        return _checked(_edited(text, edits), hooks)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CannotJudge(f"{FILE}{line}: no valid YAML: {getattr(error, 'problem', None) or error}") from None


def _top(root: yaml.Node) -> tuple[yaml.MappingNode, dict[str, yaml.Node]]:
    if not isinstance(root, yaml.MappingNode):
        raise CannotJudge(f"{FILE}: this is no mapping with a key `repos`")
    return root, {key.value: value for key, value in root.value if isinstance(key, yaml.ScalarNode)}


def _checked(text: str, hooks: Sequence[_Hook]) -> str:
    """The text, once it is certain that it now says what it should."""
    found = yaml.safe_load(text)
    ids = {hook["id"] for repo in found["repos"] or () for hook in repo["hooks"]}
    if not {hook["id"] for hook in hooks} <= ids or not set(_wanted(hooks)) <= set(found[TYPES]):
        raise CannotJudge(f"{FILE} is written in a way that cannot be extended; docs/hooks.md has the lines to add")
    return text


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _joined(text: str, more: str, newline: str) -> str:
    end = "" if not text or text.endswith(("\n", "\r")) else newline
    return text + end + more.replace("\n", newline)


# --- what is added


def _fresh(hooks: Sequence[_Hook], requirement: str) -> str:
    return f"{TYPES}: [{', '.join(_wanted(hooks))}]\nrepos:\n{_block(hooks, requirement, 2)}\n"


def _wanted(hooks: Sequence[_Hook]) -> list[str]:
    """The git hooks that have to be installed, in the order in which the hooks name them."""
    return list(dict.fromkeys(stage for hook in hooks for stage in hook["stages"] if stage != "manual"))


def _entry(hook: _Hook, requirement: str) -> dict[str, Any]:
    """The hook as a local one: run from an environment of its own, into which the requirement is installed."""
    first = {key: hook[key] for key in ("id", "name", "entry", "language")}
    rest = {key: hook[key] for key in ("always_run", "pass_filenames", "verbose", "stages") if key in hook}
    return {**first, "additional_dependencies": [requirement], **rest}


def _block(hooks: Sequence[_Hook], requirement: str, indent: int) -> str:
    lines = ["- repo: local", "  hooks:"]
    for hook in hooks:
        shown = [f"{key}: {_value(value)}" for key, value in _entry(hook, requirement).items()]
        lines += [f"    - {shown[0]}", *(f"      {line}" for line in shown[1:])]
    return "\n".join(" " * indent + line for line in lines)


def _flow(hooks: Sequence[_Hook], requirement: str) -> str:
    """The same on one line, as JSON, which is YAML too."""
    return json.dumps({"repo": "local", "hooks": [_entry(hook, requirement) for hook in hooks]})


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value)


# --- where it goes


def _types(document: _Document, hooks: Sequence[_Hook]) -> Iterator[_Edit]:
    """The git hooks that `pre-commit install` has to install besides."""
    node = document.top.get(TYPES)
    if node is None:
        yield _new_key(document, TYPES, _wanted(hooks))
    elif isinstance(node, yaml.SequenceNode):
        there = {item.value for item in node.value}
        lacking = [name for name in _wanted(hooks) if name not in there]
        yield from _appended(document, node, lacking, "\n".join(f"- {name}" for name in lacking))


def _new_key(document: _Document, key: str, values: Sequence[str]) -> _Edit:
    """A key above `repos`, or behind the brace."""
    if document.root.flow_style:
        at = document.root.start_mark.index + 1
        return at, at, f"{json.dumps(key)}: {json.dumps(list(values))}, "
    first = next((name for name, _ in document.root.value if name.value == "repos"), document.root.value[0][0])
    at = first.start_mark.index
    return at, at, f"{key}: [{', '.join(values)}]{document.newline}{' ' * first.start_mark.column}"


def _repos(document: _Document, hooks: Sequence[_Hook], requirement: str) -> Iterator[_Edit]:
    node = document.top.get("repos")
    if node is None or not (isinstance(node, yaml.SequenceNode) or node.tag == _NULL):
        raise CannotJudge(f"{FILE}: there is no list `repos`")
    there = {hook.value for _, hook in _fields(node, "id")}
    lacking = [hook for hook in hooks if hook["id"] not in there]
    if (node.tag == _NULL or not node.value) and not document.root.flow_style:
        block = "\n" + _block(lacking, requirement, document.root.start_mark.column + 2)
        start = len(document.text[: node.start_mark.index].rstrip(" "))
        yield start, node.end_mark.index, block.replace("\n", document.newline)
    elif lacking and isinstance(node, yaml.SequenceNode):
        flow = [_flow(lacking, requirement)] if node.flow_style else [""]
        yield from _appended(document, node, flow, _block(lacking, requirement, 0))


def _appended(document: _Document, node: yaml.SequenceNode, flow: Sequence[str], block: str) -> Iterator[_Edit]:
    """Items at the end of a list, written as the list is."""
    if not flow:
        return
    if node.flow_style:
        at = node.value[-1].end_mark.index if node.value else node.start_mark.index + 1
        yield at, at, (", " if node.value else "") + ", ".join(flow)
        return
    column = node.start_mark.column
    lines = "".join(document.newline + " " * column + line for line in block.split("\n"))
    at = _end_of_item(document.text, _last_token(document.text, node), column)
    yield at, at, lines


def _last_token(text: str, node: yaml.Node) -> int:
    """Where the last thing that is written in a node ends; its own end mark is past the comments that follow."""
    spans = ((token.start_mark.index, token.end_mark.index) for token in yaml.scan(text, yaml.SafeLoader))
    ends: list[int] = [end for start, end in spans if start < end <= node.end_mark.index]
    return max(ends)


def _end_of_item(text: str, at: int, column: int) -> int:
    """The end of the line, and of the comments below it that are indented as the list is, or deeper."""
    at = len(text[:at].rstrip())
    rest = re.compile(rf"[^\r\n]*(?:(?:\r?\n[ \t]*)*\r?\n {{{column or 1},}}#[^\r\n]*)*")
    found = rest.match(text, at)
    return found.end() if found else at


def _fields(repos: yaml.Node, key: str) -> Iterator[tuple[str, yaml.Node]]:
    """(id of the hook, value) of one key of each hook."""
    for repo in repos.value:
        listed = dict(_pairs(repo)).get("hooks")
        for hook in listed.value if isinstance(listed, yaml.SequenceNode) else ():
            fields = dict(_pairs(hook))
            if "id" in fields and key in fields:
                yield fields["id"].value, fields[key]


def _pairs(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, value) for key, value in node.value)


def _pins(document: _Document, hooks: Sequence[_Hook], requirement: str) -> Iterator[_Edit]:
    """The requirement in the hooks that are there already."""
    ours = {hook["id"] for hook in hooks}
    name = requirement.partition("==")[0]
    for id_, node in _fields(document.top["repos"], "additional_dependencies"):
        for item in node.value if id_ in ours else ():
            if item.value.startswith(f"{name}==") and item.value != requirement:
                quote = item.style or ""
                yield item.start_mark.index, item.end_mark.index, f"{quote}{requirement}{quote}"
