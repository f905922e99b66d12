"""The lines that git writes to its push hooks."""

from __future__ import annotations

import pytest

from git_alembic.git.push_hook_input import RefUpdate, decode_lines, parse_pre_push_lines, parse_pre_receive_lines
from tests.support.refusal_message import refusal

OLD, NEW, NONE = "a" * 40, "b" * 40, "0" * 40
LONG = "c" * 64


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"refs/heads/x {NEW} refs/heads/y {OLD}", RefUpdate("refs/heads/y", OLD, NEW, "refs/heads/x")),
        (f"refs/heads/x {NEW} refs/heads/x {NONE}", RefUpdate("refs/heads/x", None, NEW, "refs/heads/x")),
        (f"(delete) {NONE} refs/heads/x {OLD}", RefUpdate("refs/heads/x", OLD, None)),
        (f"HEAD^{{/add users}} {NEW} refs/heads/x {OLD}", RefUpdate("refs/heads/x", OLD, NEW, "HEAD^{/add users}")),
        (f"x {LONG} refs/heads/x {'0' * 64}", RefUpdate("refs/heads/x", None, LONG, "x")),
    ],
)
def test_line_of_pre_push(line: str, expected: RefUpdate) -> None:
    assert parse_pre_push_lines([line, ""]) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{OLD} {NEW} refs/heads/x", RefUpdate("refs/heads/x", OLD, NEW)),
        (f"{NONE} {NEW} refs/tags/v", RefUpdate("refs/tags/v", None, NEW)),
        (f"{OLD} {NONE} refs/heads/x", RefUpdate("refs/heads/x", OLD, None)),
    ],
)
def test_line_of_pre_receive(line: str, expected: RefUpdate) -> None:
    assert parse_pre_receive_lines([line, ""]) == [expected]


FORM_OF_PUSH = "expected lines of the form <local ref> <local id> <remote ref> <remote id> on standard input, not "
FORM_OF_RECEIVE = "expected lines of the form <old id> <new id> <ref> on standard input, not "


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x", f"{FORM_OF_PUSH}'x'"),
        (f"{NEW} refs/heads/x {OLD}", f"{FORM_OF_PUSH}{f'{NEW} refs/heads/x {OLD}'[:80]!r}"),
        (f" {NEW} r {OLD}", f"{FORM_OF_PUSH}{f' {NEW} r {OLD}'[:80]!r}"),
        (f"x abc r {OLD}", "'abc' on standard input isn't an object id"),
        (f"x {NEW} r {'B' * 40}", f"'{'B' * 40}' on standard input isn't an object id"),
        (f"x {NEW} r {'b' * 41}", f"'{'b' * 41}' on standard input isn't an object id"),
        (f"x {NEW} r {'z' * 200}", f"'{'z' * 80}' on standard input isn't an object id"),
    ],
)
def test_wrong_line_of_pre_push(line: str, message: str) -> None:
    assert refusal(lambda: parse_pre_push_lines([line])) == message


@pytest.mark.parametrize("line", [f"{OLD} {NEW}", f"{OLD} {NEW} a b", f"{OLD}  {NEW}"])
def test_wrong_line_of_pre_receive(line: str) -> None:
    assert refusal(lambda: parse_pre_receive_lines([line])) == f"{FORM_OF_RECEIVE}{line[:80]!r}"


@pytest.mark.parametrize(
    ("ref", "is_branch", "branch"),
    [
        ("refs/heads/a/b", True, "a/b"),
        ("refs/for/main", True, "main"),
        ("refs/tags/v1", False, "refs/tags/v1"),
        ("refs/headset/x", False, "refs/headset/x"),
    ],
)
def test_branch_of_an_update(ref: str, *, is_branch: bool, branch: str) -> None:
    update = RefUpdate(ref, OLD, NEW)
    assert (update.is_branch, update.branch) == (is_branch, branch)


def test_lines_of_any_bytes() -> None:
    assert decode_lines(b"a\xff b\r\nc\x85d\n") == ["a\udcff b", "c\udc85d", ""]
