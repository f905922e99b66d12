"""Hooks are added to a configuration, and every byte that was there stays."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import yaml

from git_alembic.errors import CannotJudge
from git_alembic.setup.pre_commit_config import amended

HOOKS: list[dict[str, Any]] = [
    {"id": "one", "name": "the one", "description": "…", "entry": "ours one", "language": "python", "stages": ["a"]},
    {"id": "two", "name": "2: # two", "entry": "ours two", "language": "python", "stages": ["b", "manual"]},
]
ONE = """\
- repo: local
  hooks:
    - id: one
      name: the one
      entry: ours one
      language: python
      additional_dependencies: [ours==1.0]
      stages: [a]
"""
TWO = """\
    - id: two
      name: "2: # two"
      entry: ours two
      language: python
      additional_dependencies: [ours==1.0]
      stages: [b, manual]
"""


def added(text: str) -> str:
    return amended(text, HOOKS, "ours==1.0")


def block(indent: int) -> str:
    return textwrap.indent(ONE + TWO, " " * indent)


WHOLE = "default_install_hook_types: [a, b]\nrepos:\n" + block(2)
# what is there, where "@" stands for the line that is added above and "%N" for the hooks, indented by N
PLACES = {
    "usual": "# See https://pre-commit.com\n@repos:\n  - repo: x\n    hooks:\n      - id: y  # why\n%2",
    "not indented": "fail_fast: true\n@repos:\n- repo: x\n  hooks:\n  - id: y\n%0ci:\n  skip: [y]\n",
    "comments and blank lines after": (
        "@repos:\n  - repo: x\n    hooks:\n      - id: 'y'\n        # - id: z\n\n"
        "  # - repo: old\n%2\n# the end\nci: {}\n"
    ),
    "a block of text at the end": "@repos:\n- repo: x\n  hooks:\n  - id: y\n    entry: |\n      go\n%0\n\n",
    "hooks on one line": "@repos:\n  - {repo: x, hooks: [{id: y}]}\n%2",
    "an alias at the end": "exclude: &no ^$\n@repos:\n  - repo: x\n    hooks: []\n    exclude: *no\n%2",
    "four spaces": "@repos:\n    -   repo: x\n        hooks:\n        -   id: y\n%4",
    "a document mark": "---\n@repos:\n  - repo: x\n    hooks: []\n%2...\n",
    "an empty list": "@repos:\n%2ci: {}\n",
}
TYPES = "default_install_hook_types"


def filled(template: str, *, before: bool) -> str:
    text = template.replace("@", "" if before else f"{TYPES}: [a, b]\n")
    for indent in (0, 2, 4):
        text = text.replace(f"%{indent}", "" if before else block(indent))
    return text.replace("repos:\nci", "repos: []\nci")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_where_it_goes(place: str, newline: str) -> None:
    before, after = (filled(PLACES[place], before=side).replace("\n", newline) for side in (True, False))
    assert added(before) == after
    assert added(after) == after


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_a_file_without_anything(text: str) -> None:
    assert added(text) == text + WHOLE
    assert added(added(text)) == added(text)


def test_no_newline_at_the_end() -> None:
    text = f"{TYPES}: [a, b]\nrepos:\n  - repo: x\n    hooks: []"
    assert added(text) == f"{text}\n{block(2)}"[:-1]


@pytest.mark.parametrize("text", ["repos:\n", "repos: null\n", "repos: ~  # none\n", "repos: [ ]\n"])
def test_a_list_that_is_empty(text: str) -> None:
    found = yaml.safe_load(added(text))
    assert [hook["id"] for hook in found["repos"][0]["hooks"]] == ["one", "two"]
    assert ("# none" in added(text)) == ("# none" in text)


@pytest.mark.parametrize(
    ("there", "then"),
    [
        ("[a, b]", "[a, b]"),
        ("[a]", "[a, b]"),
        ("[ 'x', ]", "[ 'x', a, b, ]"),
        ("[]", "[a, b]"),
        ("\n  - x # why\n  # - c", "\n  - x # why\n  # - c\n  - a\n  - b"),
        ("\n- b\n", "\n- b\n- a\n"),
    ],
)
def test_the_git_hooks_to_install(there: str, then: str) -> None:
    rest = "\nrepos:\n  - repo: x\n    hooks: []\n"
    assert added(f"{TYPES}: {there}{rest}") == f"{TYPES}: {then}{rest}{block(2)}"


@pytest.mark.parametrize(
    "text",
    [
        '{"repos": [{"repo": "x", "hooks": [{"id": "y"}]}]}',
        '{\n  "repos": [\n    {"repo": "x", "hooks": []},\n  ],\n}\n',
        '{"repos": []}\n',
        f"{TYPES}: [a]\nrepos: [{{repo: x, hooks: []}}]\n",
    ],
)
def test_on_one_line(text: str) -> None:
    old, new = yaml.safe_load(text), yaml.safe_load(added(text))
    assert new["repos"][: len(old["repos"])] == old["repos"]
    assert [hook["id"] for hook in new["repos"][-1]["hooks"]] == ["one", "two"]
    assert new[TYPES] == ["a", "b"]
    assert added(added(text)) == added(text)


class TestHooksThatAreThere:
    def test_one_of_them(self) -> None:
        text = (
            f"{TYPES}: [a, b]\nrepos:\n  - repo: https://example.org/ours\n    rev: v1\n    hooks:\n      - id: one\n"
        )
        rest = textwrap.indent("- repo: local\n  hooks:\n" + TWO, "  ")
        assert added(text) == text + rest

    @pytest.mark.parametrize("quote", ["", "'", '"'])
    def test_another_version(self, quote: str) -> None:
        new = WHOLE.replace("ours==1.0", f"{quote}ours==1.0{quote}")
        assert added(new.replace("==1.0", "==0.9")) == new

    def test_a_requirement_of_somebody_else(self) -> None:
        text = WHOLE.replace("[ours==1.0]", "[ours==1.0, oursine==0.1, ours]")
        assert added(text) == text

    def test_another_hook_with_an_old_one(self) -> None:
        other = "  - repo: local\n    hooks:\n      - id: z\n        additional_dependencies: [ours==0.1]\n"
        assert added(WHOLE + other) == WHOLE + other


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a\n", ".pre-commit-config.yaml: this is no mapping with a key `repos`"),
        ("ci: {}\n", ".pre-commit-config.yaml: there is no list `repos`"),
        ("repos: {}\n", ".pre-commit-config.yaml: there is no list `repos`"),
        (
            "repos:\n  - repo: x\n   hooks: y\n",
            ".pre-commit-config.yaml:3: no valid YAML: expected <block end>, but found '<block mapping start>'",
        ),
        (
            "a: 1\n---\nb: 2\n",
            ".pre-commit-config.yaml:2: no valid YAML: but found another document",
        ),
        (
            f"{TYPES}: a\nrepos:\n  - repo: x\n    hooks: []\n",
            ".pre-commit-config.yaml is written in a way that cannot be extended; docs/hooks.md has the lines to add",
        ),
    ],
)
def test_what_cannot_be_extended(text: str, sentence: str) -> None:
    with pytest.raises(CannotJudge) as refusal:
        added(text)
    assert str(refusal.value) == sentence
