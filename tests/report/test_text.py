"""Findings as text for people."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.report import EnvironmentState, Report
from git_alembic.terminal.text_width import count_columns
from tests.support.example_reports import BILLING, EDIT, FORK, HOSTILE, LOSS, SERVER, forked, shown
from tests.support.project import Project


def test_text_of_several_findings() -> None:
    assert (
        shown(Report((SERVER,), (FORK, EDIT, LOSS), notes=("Not shown.",)))
        == """\
server/migrations/versions/b2_add_index.py:12: multiple-heads: The staged
  history has 2 heads, a1 and b2, where 1 is allowed; `alembic upgrade head`
  refuses it.
  every deployment stops at “Multiple head revisions are present”

    ●    a0  (base)
    ├─╮
    │ ●  b2  (head, staged)
    ●    a1  (head, origin/main)

  To repair: put what you have not published on top of what others have:
    git alembic fix
  Or: add a merge revision:
    (cd server && alembic merge -m 'merge heads' a1 b2) && git add server/migrations/versions
  To allow it once: GIT_ALEMBIC_ALLOW=multiple-heads git commit
  More: git alembic explain multiple-heads

server/migrations/versions/a1.py: warning: edited-revision: The code of a1
  differs from what origin/main has.
  More: git alembic explain edited-revision

server/migrations/versions/a0.py: deleted-revision: a0 is gone.
  To repair: bring it back:
    git alembic restore a0
  To allow it once: GIT_ALEMBIC_ALLOW=deleted-revision git commit
  More: git alembic explain deleted-revision

To allow all of these once: GIT_ALEMBIC_ALLOW=multiple-heads,deleted-revision git commit
git-alembic: 2 errors, 1 warning in 1 environment"""
    )


@pytest.mark.parametrize(
    ("count", "first", "rest"), [(3, ["a0", "a1", "a2"], None), (4, ["a0", "a1"], 2), (20_002, ["a0", "a1"], 20_000)]
)
def test_text_counts_consequences_of_one_rule_that_are_many(count: int, first: list[str], rest: int | None) -> None:
    follow = (Finding("b", "x", 1, (), "another"), *(Finding("c", "x", 1, (), f"a{n}") for n in range(count)))
    report = Report((), (Finding("r", "x", 1, (), "text", consequences=follow),))
    expected = ["b: another", *(f"c: {text}" for text in first), *([f"{rest:,} more c errors"] if rest else [])]
    lines = shown(report, width=0).splitlines()
    assert [line for line in lines if "also" in line] == [f"  It also causes {text}." for text in expected]


def test_text_wraps_prose_but_no_commands() -> None:
    finding = FORK._replace(repairs=(Repair("make one head of the two", (Command(("alembic", "merge", "a1", "b2")),)),))
    assert (
        shown(Report(findings=(finding,)), width=22)
        == """\
server/migrations/versions/b2_add_index.py:12:
  multiple-heads: The
  staged history has 2
  heads, a1 and b2,
  where 1 is allowed;
  `alembic upgrade head`
  refuses it.
  every deployment
  stops at “Multiple
  head revisions are
  present”

    ●    a0  (base)
    ├─╮
    │ ●  b2  (head, staged)
    ●    a1  (head, origin/main)

  To repair: make one
  head of the two:
    alembic merge a1 b2
  To allow it once: GIT_ALEMBIC_ALLOW=multiple-heads git commit
  More: git alembic explain multiple-heads"""
    )


def test_text_is_measured_in_columns_of_the_encoded_text() -> None:
    finding = EDIT._replace(path="版本/注文を追加する.py", message="Größe " * 12 + "заказы " * 4, rule="x")
    report = Report(findings=(finding._replace(severity="error"),))
    for encoding, widest in (("utf-8", 40), ("cp437", 79), ("cp1252", 79)):
        text = shown(report, width=40, encoding=encoding).partition("\n  To allow")[0]
        lines = text.split("\n")
        assert max(count_columns(line) for line in lines[1:]) <= 40
        assert count_columns(lines[0]) <= widest
        assert all(line.encode(encoding) for line in lines)


@pytest.mark.parametrize(
    ("width", "start"), [(60, "a.py: warning: edited-revision: It "), (31, "a.py: warning: edited-revision:\n")]
)
def test_text_of_a_path_that_fits(width: int, start: str) -> None:
    assert shown(Report(findings=(EDIT._replace(path="a.py", message="It differs"),)), width=width).startswith(start)


def test_text_has_the_rule_below_a_path_that_takes_the_line() -> None:
    finding = EDIT._replace(path="versions/create_orders.py", line=4, message="It differs from main")
    assert (
        shown(Report(findings=(finding,)), width=48)
        == """\
versions/create_orders.py:4:
  warning: edited-revision: It differs from main
  More: git alembic explain edited-revision"""
    )


def test_text_draws_in_the_encoding_of_the_stream() -> None:
    finding = FORK._replace(fork=forked("заказы…", "größe"))
    drawn = [shown(Report(findings=(finding,)), encoding=name) for name in ("utf-8", "cp437")]
    assert "    ●    a0       (base)\n    ├─╮\n    │ ●  заказы…  (head)\n    ●    größe    (head)\n" in drawn[0]
    assert "    *    a0       (base)\n    |-.\n    | *  ??????~  (head)\n    *    größe    (head)\n" in drawn[1]


def test_text_of_width_zero_is_not_wrapped() -> None:
    text = shown(Report(findings=(EDIT._replace(message="word " * 99),)), width=0)
    assert [len(line) for line in text.split("\n")] == [59 + 99 * 5, 43]


def test_text_of_a_hostile_commit_forges_no_line() -> None:
    assert (
        shown(Report((SERVER,), (HOSTILE,)))
        == r"""versions/x\nversions/y.py:1: fine\x1b[2J\udcff.py:1: unreadable-revision: It
  cannot\r\nbe read\x07.
  because\u2028of \u202ethat

    ●    a0        (base)
    ├─╮
    │ ●  c         (head)
    ●    a [31m b  (head)

  To repair: a\nb:
    (cd ./-d && rm $'x\x0ay\x27\x1b\xff \xc3\xa9')
  To allow it once: GIT_ALEMBIC_ALLOW=unreadable-revision git commit
  More: git alembic explain unreadable-revision"""
    )


@settings(deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.integers(0, 90))
def test_text_is_printable_and_only_first_lines_are_not_indented(
    path: str, message: str, why: str, note: str, width: int
) -> None:
    finding = FORK._replace(
        path=path, message=message, why=why, repairs=(Repair(note, (Command(("x", message), note),)),)
    )
    lines = shown(Report(findings=(finding,)), width=width).split("\n")
    assert all(line.isprintable() for line in lines)
    assert [number for number, line in enumerate(lines) if line and not line.startswith("  ")] == [0]


def test_text_colors_are_accents() -> None:
    report = Report((SERVER,), (FORK, EDIT, LOSS), reason="Half of it.")
    painted = shown(report, color=True)
    assert painted.startswith(
        "\x1b[1mserver/migrations/versions/b2_add_index.py:12:\x1b[0m \x1b[31mmultiple-heads:\x1b[0m The staged\n"
    )
    plain = painted
    for style in ("0", "1", "2", "31", "33", "36"):
        assert f"\x1b[{style}m" in painted
        plain = plain.replace(f"\x1b[{style}m", "")
    assert plain == shown(report)


def test_text_without_a_command_to_override() -> None:
    assert (
        shown(Report((SERVER,), (LOSS, LOSS._replace(rule="extra-base", path=""))), command="")
        == """\
server/migrations/versions/a0.py: deleted-revision: a0 is gone.
  To repair: bring it back:
    git alembic restore a0
  More: git alembic explain deleted-revision

alembic.ini: extra-base: a0 is gone.
  To repair: bring it back:
    git alembic restore a0
  More: git alembic explain extra-base

git-alembic: 2 errors in 1 environment"""
    )


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (Report(), ""),
        (Report((SERVER,), (), ("a0 was allowed.",)), ""),
        (Report(reason="HEAD has no commit yet."), "git-alembic: cannot check: HEAD has no commit yet."),
        (
            Report(reason="git failed:\nfatal: \x1b[1mx\n\n  y"),
            "git-alembic: cannot check: git failed:\n    fatal: \\x1b[1mx\n\n      y",
        ),
    ],
)
def test_text_without_findings(report: Report, text: str) -> None:
    assert shown(report) == shown(report, quiet=True) == shown(report, quiet=True, verbose=True) == text


def test_text_verbose() -> None:
    empty = EnvironmentState("new", "new/migrations", (), (), 0)
    assert (
        shown(Report((SERVER, BILLING, empty), (), ("a0 was allowed by GIT_ALEMBIC_ALLOW.",)), verbose=True)
        == """\
git-alembic: alembic.ini (server/migrations): 3 revisions; heads a1, b2; base a0
git-alembic: billing (billing/migrations): 1 revision; head c0; base c0
git-alembic: new (new/migrations): 0 revisions
git-alembic: a0 was allowed by GIT_ALEMBIC_ALLOW."""
    )


def test_text_verbose_says_what_was_checked_if_there_is_nothing_to_check() -> None:
    report = Report(checked="staged changes")
    assert shown(report, verbose=True) == "git-alembic: staged changes: nothing to check"
    assert shown(report) == ""
    assert shown(Report(checked="staged changes", reason="No."), verbose=True) == "git-alembic: cannot check: No."


def test_text_quiet_is_one_line_per_finding_and_the_reason() -> None:
    assert (
        shown(Report((SERVER,), (LOSS, EDIT), reason="The rest is unknown."), quiet=True)
        == """\
server/migrations/versions/a0.py: deleted-revision: a0 is gone.
server/migrations/versions/a1.py: warning: edited-revision: The code of a1 differs from what origin/main has.

git-alembic: cannot check: The rest is unknown."""
    )


@pytest.mark.parametrize(
    ("environments", "names", "summary"),
    [
        ((), ("", "a"), "git-alembic: 2 errors"),
        ((SERVER,), ("alembic.ini", "alembic.ini"), "git-alembic: 2 errors in 1 environment"),
        ((SERVER, BILLING), ("billing",), "git-alembic: 1 error in 1 of 2 environments"),
        ((SERVER, BILLING), ("billing", "alembic.ini"), "git-alembic: 2 errors in 2 environments"),
        ((SERVER, BILLING), ("",), "git-alembic: 1 error in 2 environments"),
    ],
)
def test_text_summary(environments: tuple[EnvironmentState, ...], names: tuple[str, ...], summary: str) -> None:
    findings = tuple(LOSS._replace(environment=name) for name in names)
    assert shown(Report(environments, findings)).rpartition("\n")[2] == summary


def test_a_fix_may_be_only_a_note() -> None:
    finding = EDIT._replace(repairs=(Repair("ask the author"),))
    assert "\n  To repair: ask the author.\n  More:" in shown(Report(findings=(finding,)))


def test_a_fork_on_a_terminal_with_a_code_page(project: Project) -> None:
    project.revision("c", "b", message="größe")
    project.commit()
    project.revision("d", "b")
    project.git("add", "-A")
    env = {**os.environ, "PYTHONIOENCODING": "cp437"}
    command = [sys.executable, "-m", "git_alembic", "check"]
    done = subprocess.run(command, cwd=project.path, env=env, capture_output=True, check=False)
    text = done.stdout.decode("cp437")
    assert "    *    b  add b\n    |-.\n    | *  d  add d  (head, staged)\n    *    c  größe  (head, HEAD)\n" in text
    assert "  To allow it once: GIT_ALEMBIC_ALLOW=multiple-heads git commit\n" in text
