"""Hooks are added to a configuration in block style, and every old byte stays."""

from __future__ import annotations

import textwrap

import pytest
import yaml

from git_alembic.errors import CannotCheck
from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges
from git_alembic.setup.managers.pre_commit_config import TYPES, add_hooks, lines_to_paste, load_config
from git_alembic.setup.managers.pre_commit_repo_entry import RepoEntry

VERSION = "git-alembic==1.0"
GIT_HOOKS = ("pre-commit", "pre-push")
ENTRY = RepoEntry(
    {"repo": "local"},
    (
        {"id": "one", "name": "the one", "entry": "ours one", "additional_dependencies": [VERSION], "stages": ["a"]},
        {"id": "two", "name": "2: # two", "entry": "ours two", "additional_dependencies": [VERSION]},
    ),
)
ONE = """\
- repo: local
  hooks:
    - id: one
      name: the one
      entry: ours one
      additional_dependencies: [git-alembic==1.0]
      stages: [a]
"""
TWO = """\
    - id: two
      name: "2: # two"
      entry: ours two
      additional_dependencies: [git-alembic==1.0]
"""


def added(text: str, entry: RepoEntry = ENTRY, stages: StageChanges | None = None) -> str | None:
    return add_hooks(text, entry, GIT_HOOKS, stages or StageChanges())


def block(indent: int) -> str:
    return textwrap.indent(ONE + TWO, " " * indent)


KEY = f"{TYPES}: [pre-commit, pre-push]\n"
WHOLE = f"{KEY}repos:\n{block(2)}"
# the existing text; "@" marks the place of the line above, and "%N" that of the hooks, indented by N
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


def filled(template: str, *, before: bool) -> str:
    text = template.replace("@", "" if before else KEY)
    for indent in (0, 2, 4):
        text = text.replace(f"%{indent}", "" if before else block(indent))
    return text.replace("repos:\nci", "repos: []\nci")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_the_place_of_the_new_hooks(place: str, newline: str) -> None:
    before, after = (filled(PLACES[place], before=side).replace("\n", newline) for side in (True, False))
    assert added(before) == after
    assert added(after) == after


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_a_file_without_anything(text: str) -> None:
    assert added(text) == text + WHOLE
    assert added(text + WHOLE) == text + WHOLE


def test_no_newline_at_the_end() -> None:
    text = f"{KEY}repos:\n  - repo: x\n    hooks: []"
    assert added(text) == f"{text}\n{block(2)}"[:-1]


@pytest.mark.parametrize("text", ["repos:\n", "repos: null\n", "repos: ~  # none\n", "repos: [ ]\n"])
def test_a_list_that_is_empty(text: str) -> None:
    new = added(text) or ""
    assert [hook["id"] for hook in yaml.safe_load(new)["repos"][0]["hooks"]] == ["one", "two"]
    assert ("# none" in new) == ("# none" in text)


@pytest.mark.parametrize(
    ("there", "then"),
    [
        ("[pre-commit, pre-push]", "[pre-commit, pre-push]"),
        ("[commit, push]", "[commit, push]"),
        ("[pre-commit]", "[pre-commit, pre-push]"),
        ("[ 'x', ]", "[ 'x', pre-commit, pre-push, ]"),
        ("[]", "[pre-commit, pre-push]"),
        ("\n  - x # why\n  # - c", "\n  - x # why\n  # - c\n  - pre-commit\n  - pre-push"),
        ("\n- pre-push\n", "\n- pre-push\n- pre-commit\n"),
    ],
)
def test_the_git_hooks_to_install(there: str, then: str) -> None:
    rest = "\nrepos:\n  - repo: x\n    hooks: []\n"
    assert added(f"{TYPES}: {there}{rest}") == f"{TYPES}: {then}{rest}{block(2)}"


@pytest.mark.parametrize(
    "text",
    [
        '{"repos": [{"repo": "x", "hooks": [{"id": "y"}]}]}',
        '{"repos": []}\n',
        f"{TYPES}: [a]\nrepos: [{{repo: x, hooks: []}}]\n",
        f"{TYPES}: a\nrepos:\n  - repo: x\n    hooks: []\n",
    ],
)
def test_flow_style_is_left_to_the_user(text: str) -> None:
    assert added(text) is None
    assert lines_to_paste(ENTRY, GIT_HOOKS, StageChanges(("pre-commit", "manual"))) == WHOLE.replace(
        "repos:", "default_stages: [pre-commit, manual]\nrepos:"
    ).rstrip("\n")


class TestStagesOfTheOtherHooks:
    def test_default_stages_and_pins(self) -> None:
        """A hook gets its own `stages` if its repository's manifest names more. Nothing else changes."""
        text = (
            f"{KEY}repos:\n  - repo: r\n    hooks:\n      - id: y\n        args: [a]  # why\n"
            "      - {id: z}\n      - id: q\n  - repo: other\n    hooks:\n      - id: y\n"
        )
        pins = {("r", "y"): ("pre-commit", "manual"), ("r", "z"): ("pre-commit",)}
        assert added(text, stages=StageChanges(("pre-commit", "manual"), pins)) == (
            f"{KEY}default_stages: [pre-commit, manual]\nrepos:\n  - repo: r\n    hooks:\n      - id: y\n"
            "        args: [a]  # why\n        stages: [pre-commit, manual]\n"
            "      - {id: z, stages: [pre-commit]}\n      - id: q\n  - repo: other\n    hooks:\n      - id: y\n"
            f"{block(2)}"
        )

    def test_a_pin_at_the_end_of_the_list(self) -> None:
        text = f"{KEY}repos:\n- repo: r\n  hooks:\n  - id: y\n"
        stages = StageChanges(pinned={("r", "y"): ("manual",)})
        assert added(text, stages=stages) == f"{text}    stages: [manual]\n{block(0)}"


class TestExistingGitHooks:
    def test_one_of_them(self) -> None:
        text = f"{KEY}repos:\n  - repo: https://example.org/ours\n    rev: v1\n    hooks:\n      - id: one\n"
        assert added(text) == text + textwrap.indent("- repo: local\n  hooks:\n" + TWO, "  ")

    @pytest.mark.parametrize("quote", ["", "'", '"'])
    def test_another_version(self, quote: str) -> None:
        new = WHOLE.replace(VERSION, f"{quote}{VERSION}{quote}")
        assert added(new.replace("==1.0", "==0.9")) == new

    def test_an_extra_in_the_requirement(self) -> None:
        entry = ENTRY._replace(hooks=({**ENTRY.hooks[0], "additional_dependencies": ["git-alembic[drift]==1.0"]},))
        text = f"{KEY}repos:\n- repo: local\n  hooks:\n  - {{id: one, additional_dependencies: [git-alembic==0.9]}}\n"
        assert added(text, entry) == text.replace("[git-alembic==0.9]", '["git-alembic[drift]==1.0"]')

    def test_a_foreign_requirement(self) -> None:
        text = WHOLE.replace(f"[{VERSION}]", f"[{VERSION}, git-alembicine==0.1, git-alembic]")
        assert added(text) == text

    def test_another_hook_with_an_old_one(self) -> None:
        other = "  - repo: local\n    hooks:\n      - id: z\n        additional_dependencies: [git-alembic==0.1]\n"
        assert added(WHOLE + other) == WHOLE + other

    def test_another_commit(self) -> None:
        entry = RepoEntry({"repo": "https://example.org/x", "rev": "abc123"}, ({"id": "one"}, {"id": "two"}))
        fresh = added("", entry) or ""
        assert fresh == (
            f"{KEY}repos:\n  - repo: https://example.org/x\n    rev: abc123\n    hooks:\n      - id: one\n"
            "      - id: two\n"
        )
        newer = entry._replace(keys={**entry.keys, "rev": "4567e89"})
        assert added(fresh, newer) == fresh.replace("abc123", '"4567e89"')
        other = newer._replace(keys={"repo": "https://example.org/y", "rev": "f"})
        assert added(fresh, other) == fresh


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a\n", ".pre-commit-config.yaml: this is not a mapping"),
        ("ci: {}\n", ".pre-commit-config.yaml: there is no `repos` list"),
        ("repos: {}\n", ".pre-commit-config.yaml: there is no `repos` list"),
        (
            "repos:\n  - repo: x\n   hooks: y\n",
            ".pre-commit-config.yaml:3: invalid YAML: expected <block end>, but found '<block mapping start>'",
        ),
        ("a: 1\n---\nb: 2\n", ".pre-commit-config.yaml:2: invalid YAML: but found another document"),
    ],
)
def test_files_that_are_no_configuration(text: str, sentence: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        load_config(text)
    assert str(refusal.value) == sentence
