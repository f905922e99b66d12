"""Edits a YAML text in block style. No other byte of the text changes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from git_alembic.errors import CannotCheck

_PLAIN = re.compile(r"[A-Za-z](?:[\w ./=@+-]|:(?=[\w/]))*")
NULL = "tag:yaml.org,2002:null"
Edit = tuple[int, int, str]  # start, end, the new text


@dataclass(frozen=True, slots=True)
class Document:
    """A text whose root is a mapping in block style, and the nodes of its keys."""

    text: str
    root: yaml.MappingNode
    keys: Mapping[str, yaml.Node]
    newline: str


def parse(text: str, file: str) -> Document | None:
    """Return the document, or None if it is empty. Raise CannotCheck if it isn't YAML."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise CannotCheck(f"{file}{line}: invalid YAML: {getattr(error, 'problem', None) or error}") from None
    if root is None or root.tag == NULL:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise CannotCheck(f"{file}: this is not a mapping")
    return Document(text, root, dict(pairs(root)), newline_of(text))


def newline_of(text: str) -> str:
    """Return the line ending of the text."""
    return "\r\n" if "\r\n" in text else "\n"


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with all edits. Several insertions at one place keep their order."""
    parts, position = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


def append_text(text: str, lines: str) -> str:
    """Append lines to the text."""
    newline = newline_of(text)
    end = "" if not text or text.endswith(("\n", "\r")) else newline
    return text + end + lines.replace("\n", newline)


def insert_key(document: Document, before: str, line: str) -> Edit:
    """Insert a line above a key of the root, or above its first key."""
    nodes = [name for name, _ in document.root.value]
    first = next((name for name in nodes if name.value == before), nodes[0])
    position = first.start_mark.index
    return position, position, f"{line}{document.newline}{' ' * first.start_mark.column}"


def append_items(document: Document, node: yaml.CollectionNode, lines: str) -> Edit:
    """Append lines to a list or mapping in block style, with its indentation."""
    column = node.start_mark.column
    text = "".join(document.newline + " " * column + line for line in lines.split("\n"))
    position = _end_of_item(document.text, _last_token(document.text, node), column)
    return position, position, text


def append_names(document: Document, node: yaml.SequenceNode, names: Sequence[str]) -> Iterator[Edit]:
    """Append names to a list of names, in the style of the list."""
    if not names:
        return
    if node.flow_style:
        position = node.value[-1].end_mark.index if node.value else node.start_mark.index + 1
        yield position, position, (", " if node.value else "") + ", ".join(names)
    else:
        yield append_items(document, node, "\n".join(f"- {name}" for name in names))


def pairs(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """Yield the (key, value) of a mapping whose keys are scalars."""
    if isinstance(node, yaml.MappingNode):
        yield from ((key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))


def is_block(node: yaml.Node | None) -> bool:
    """True for a list or mapping in block style."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def as_yaml(value: object) -> str:
    """Return a scalar or a flat list as YAML on one line."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_yaml, value))}]"
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _last_token(text: str, node: yaml.Node) -> int:
    """Return the end of the node's last token. The node's own end mark is after the comments that follow."""
    spans = ((token.start_mark.index, token.end_mark.index) for token in yaml.scan(text, yaml.SafeLoader))
    ends: list[int] = [end for start, end in spans if start < end <= node.end_mark.index]
    return max(ends)


def _end_of_item(text: str, position: int, column: int) -> int:
    """Return the end of the line and of the comments below it that are indented at least as far as the list."""
    position = len(text[:position].rstrip())
    rest = re.compile(rf"[^\r\n]*(?:(?:\r?\n[ \t]*)*\r?\n {{{column or 1},}}#[^\r\n]*)*")
    match = rest.match(text, position)
    return match.end() if match else position
