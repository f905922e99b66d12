"""Edits of YAML in block style. No other byte changes."""

from __future__ import annotations

import pytest
import yaml

from git_alembic.setup.managers.yaml_edits import (
    Document,
    append_items,
    append_names,
    append_text,
    apply,
    as_yaml,
    insert_key,
    is_block,
    newline_of,
    parse,
)
from tests.support.refusal_message import refusal


def document(text: str) -> Document:
    found = parse(text, "x.yaml")
    assert found is not None
    return found


def node(found: Document, key: str) -> yaml.SequenceNode:
    value = found.keys[key]
    assert isinstance(value, yaml.SequenceNode)
    return value


def test_root() -> None:
    found = document("a: 1\r\n? [x]\r\n: 2\r\nb: [3]\r\n")
    assert (list(found.keys), found.newline) == (["a", "b"], "\r\n")
    assert [is_block(value) for value in (*found.keys.values(), found.root, None)] == [False, False, True, False]
    assert [parse(text, "x.yaml") for text in ("", "# only a comment\n", "---\n", "null\n")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n  - b\n c: 1\n", "x.yaml:3: invalid YAML: expected <block end>, but found '<block mapping start>'"),
        ("- a\n", "x.yaml: this is not a mapping"),
        ("text\n", "x.yaml: this is not a mapping"),
    ],
)
def test_files_that_are_no_mapping(text: str, message: str) -> None:
    assert refusal(lambda: parse(text, "x.yaml")) == message


def test_edits_keep_their_order() -> None:
    assert apply("abcdef", [(4, 5, "E"), (1, 1, "1"), (1, 1, "2"), (0, 1, "A")]) == "A12bcdEf"
    assert apply("abc", []) == "abc"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "x\ny\n"), ("a\n", "a\nx\ny\n"), ("a", "a\nx\ny\n"), ("a\r\nb", "a\r\nb\r\nx\r\ny\r\n")],
)
def test_lines_at_the_end(text: str, expected: str) -> None:
    assert append_text(text, "x\ny\n") == expected
    assert newline_of(expected) == ("\r\n" if "\r" in text else "\n")


@pytest.mark.parametrize(
    ("before", "expected"), [("b", "# c\na: 1\nnew: 2\nb: 3\n"), ("gone", "# c\nnew: 2\na: 1\nb: 3\n")]
)
def test_a_key_above_another(before: str, expected: str) -> None:
    found = document("# c\na: 1\nb: 3\n")
    assert apply(found.text, [insert_key(found, before, "new: 2")]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  - x\nb: 1\n", "a:\n  - x\n  - new\n    more\nb: 1\n"),
        ("a:\n- x\n", "a:\n- x\n- new\n  more\n"),
        ("a:\n- x", "a:\n- x\n- new\n  more"),
        ("a:\r\n  - x\r\nb: 1\r\n", "a:\r\n  - x\r\n  - new\r\n    more\r\nb: 1\r\n"),
        ("a:\n  - x  # why\n  # below\n\nb: 1\n", "a:\n  - x  # why\n  # below\n  - new\n    more\n\nb: 1\n"),
        ("a:\n  - x\n# of b\nb: 1\n", "a:\n  - x\n  - new\n    more\n# of b\nb: 1\n"),
        ("a:\n  - x: |\n      text\n\nb: 1\n", "a:\n  - x: |\n      text\n  - new\n    more\n\nb: 1\n"),
        ("a:\n  - [x,\n     y]\n", "a:\n  - [x,\n     y]\n  - new\n    more\n"),
    ],
)
def test_items_of_a_list(text: str, expected: str) -> None:
    found = document(text)
    assert apply(text, [append_items(found, node(found, "a"), "- new\n  more")]) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("a: [x, y]  # c\n", ["b", "c"], "a: [x, y, b, c]  # c\n"),
        ("a: []\n", ["b"], "a: [b]\n"),
        ("a:\n  - x\n", ["b", "c"], "a:\n  - x\n  - b\n  - c\n"),
        ("a: [x]\n", [], "a: [x]\n"),
    ],
)
def test_names_in_the_style_of_the_list(text: str, names: list[str], expected: str) -> None:
    found = document(text)
    assert apply(text, list(append_names(found, node(found, "a"), names))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain text/1.0", "plain text/1.0"),
        ("https://x:8", "https://x:8"),
        ("key: value", '"key: value"'),
        ("1.0", '"1.0"'),
        ("größe", "größe"),
        ("- x", '"- x"'),
        ("", '""'),
        (True, "true"),
        (3, "3"),
        (["a", "b: c"], '[a, "b: c"]'),
        ((), "[]"),
    ],
)
def test_values(value: object, expected: str) -> None:
    assert as_yaml(value) == expected
    assert yaml.safe_load(expected) == (list(value) if isinstance(value, tuple) else value)
