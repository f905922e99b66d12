"""The git commands that only read, and the variables with which git runs."""

from __future__ import annotations

import pytest

from git_alembic.scratch.probe.guard.read_only_git import (
    filter_query,
    index_query,
    reading_command,
    safe_variables,
)

READING = [
    "rev-parse --abbrev-ref HEAD", "describe --always --dirty", "describe --tags --long", "log -1 --format=%H",
    "show -s --format=%ci HEAD", "status --porcelain", "--no-pager log -1", "-C . rev-parse HEAD", "--version",
    "branch --show-current", "branch -a --contains HEAD", "symbolic-ref --short HEAD", "config --get user.name",
    "config user.name", "config --list", "remote get-url origin", "remote -v", "tag --points-at HEAD", "tag -l v*",
    "rev-list --count HEAD", "ls-files", "--git-dir=.git rev-parse HEAD", "diff --stat",
]  # fmt: skip
REFUSED = [
    "-c alias.x=!sh x", "-c core.fsmonitor=x status", "--exec-path=/x status", "--config-env=a=B status", "version-of",
    "log --output=x", "log --outp=x", "log --ext-diff -p", "log --textconv -p", "show --textc", "-p log",
    "--paginate log", "cat-file --filters HEAD:x", "log --show-signature", "branch new", "branch -d old",
    "branch --list -D old", "symbolic-ref HEAD refs/heads/x", "symbolic-ref -d HEAD", "config user.name x",
    "config --unset user.name", "config --edit", "remote add x y", "remote show origin", "tag v1", "tag -d v1", "fetch",
    "commit", "checkout x", "push", "clone x", "submodule status", "difftool", "grep -O x", "ls-remote", "help log", "",
    "-C", "--git-dir", "update-index --refresh", "stash list", "bisect run x", "rebase --exec x", "filter-branch",
]  # fmt: skip


@pytest.mark.parametrize("line", READING)
def test_commands_that_read(line: str) -> None:
    command = reading_command(["git", *line.split()])
    assert command is not None
    assert [word for word in command if word not in ("--no-ext-diff", "--no-textconv")] == ["git", *line.split()]


@pytest.mark.parametrize("line", REFUSED)
def test_commands_that_may_do_more(line: str) -> None:
    assert reading_command(["git", *line.split()]) is None


def test_our_settings_override_others() -> None:
    env = {
        b"GIT_CONFIG_COUNT": b"1", b"GIT_CONFIG_KEY_0": b"safe.directory", b"GIT_CONFIG_VALUE_0": b"*", b"A": b"b",
        b"GIT_EXTERNAL_DIFF": b"x", b"GIT_TRACE2_EVENT": b"/x", b"GIT_CONFIG_PARAMETERS": b"'core.fsmonitor=x'",
    }  # fmt: skip
    found = safe_variables(env)
    assert (found[b"A"], found[b"GIT_CONFIG_KEY_0"], found[b"GIT_OPTIONAL_LOCKS"]) == (b"b", b"safe.directory", b"0")
    assert not {b"GIT_EXTERNAL_DIFF", b"GIT_TRACE2_EVENT", b"GIT_CONFIG_PARAMETERS"} & set(found)
    keys = [found[b"GIT_CONFIG_KEY_%d" % number] for number in range(int(found[b"GIT_CONFIG_COUNT"]))]
    assert b"core.fsmonitor" in keys[1:]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("log -1", "log --no-ext-diff --no-textconv -1"),
        ("-C x diff a", "-C x diff --no-ext-diff --no-textconv a"),
        ("status", "status"),
    ],
)
def test_comparing_commands_run_no_program_of_the_repository(line: str, expected: str) -> None:
    assert reading_command(["git", *line.split()]) == ["git", *expected.split()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("describe --dirty", "rev-parse --path-format=absolute --git-path index"),
        ("-C x describe --tags --broken", "-C x rev-parse --path-format=absolute --git-path index"),
        ("describe --tags", None),
        ("log --dirty", None),
    ],
)
def test_commands_that_write_the_index(line: str, expected: str | None) -> None:
    assert index_query(["git", *line.split()]) == (None if expected is None else ["git", *expected.split()])


@pytest.mark.parametrize(
    ("line", "start"),
    [("status", ""), ("-C x diff a", "-C x "), ("describe", ""), ("rev-parse HEAD", None), ("", None)],
)
def test_commands_that_filter_files(line: str, start: str | None) -> None:
    query = r"config --name-only --get-regexp ^filter\..*\.(clean|smudge|process|required)$"
    expected = None if start is None else ["git", *f"{start}{query}".split()]
    assert filter_query(["git", *line.split()]) == expected


def test_programs_of_filters_are_turned_off() -> None:
    found = safe_variables({}, ["filter.lfs.clean"])
    last = int(found[b"GIT_CONFIG_COUNT"]) - 1
    assert (found[b"GIT_CONFIG_KEY_%d" % last], found[b"GIT_CONFIG_VALUE_%d" % last]) == (b"filter.lfs.clean", b"")
