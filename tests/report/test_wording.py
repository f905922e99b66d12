"""Sentences and commands that several formats share."""

from __future__ import annotations

import pytest

from git_alembic.findings.finding import BY_HAND, Command, Finding, Repair
from git_alembic.report.wording import (
    escape_controls,
    escape_markdown,
    explanation,
    finding_fingerprint,
    in_file_override,
    paragraphs,
    repair_lines,
    repair_title,
    unicode_only,
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("größe …", "größe …"),
        ("a\nb\r\x1b[31m", r"a\nb\r\x1b[31m"),
        ("a\u2028b\u202e", r"a\u2028b\u202e"),
        ("\udcff", r"\udcff"),
        ("a\\b", "a\\b"),
        ("", ""),
    ],
)
def test_control_characters(text: str, escaped: str) -> None:
    assert escape_controls(text) == escaped


def test_surrogates() -> None:
    assert unicode_only("é\udcff\n") == "é\\udcff\n"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("`<b>[x]|#~{}\\", r"\`\<b\>\[x\]\|\#\~\{\}" + "\\\\"),
        ("@everyone", "@\u200beveryone"),
        ("a\nb", "a\\\\nb"),
    ],
)
def test_markdown(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


FIX = Command(("git", "alembic", "fix"))
MERGE = Command(("alembic", "merge", "b c"), "db")
FINDING = Finding(
    "multiple-heads",
    "versions/b\n.py",
    4,
    ("b", "c"),
    "2 heads\x1b",
    "it stops",
    (
        Repair("put c on b", (FIX,)),
        Repair(BY_HAND),
        Repair("add a merge", (Command(("alembic", "merge", "b c"), "db"),)),
    ),
    ("first line", "second\nline"),
    environment="alembic.ini",
    consequences=(Finding("missing-parent", "x.py", 0, (), "x is gone"),),
)


@pytest.mark.parametrize(
    ("repair", "number", "title"),
    [
        (Repair("put c on b", (FIX,)), 0, "To repair: put c on b:"),
        (Repair("put c on b", (FIX,)), 1, "Or: put c on b:"),
        (Repair("ask the author"), 0, "To repair: ask the author."),
        (Repair(BY_HAND), 1, "Or by hand."),
        (Repair(BY_HAND, (FIX,)), 0, "To repair by hand:"),
    ],
)
def test_titles_of_repairs(repair: Repair, number: int, title: str) -> None:
    assert repair_title(repair, number) == title


def test_repairs() -> None:
    assert repair_lines(FINDING) == (
        "To repair: put c on b:",
        "  git alembic fix",
        "Or by hand.",
        "Or: add a merge:",
        "  (cd db && alembic merge 'b c')",
    )


@pytest.mark.parametrize(
    ("rule", "path", "override"),
    [
        ("edited-revision", "v/a.py", "`# git-alembic: allow[edited-revision] reason` in v/a.py"),
        ("edited-revision", "v/a\n.py", r"`# git-alembic: allow[edited-revision] reason` in v/a\n.py"),
        ("edited-revision", "", ""),
        ("deleted-revision", "v/a.py", ""),
    ],
)
def test_the_comment_that_allows_a_finding(rule: str, path: str, override: str) -> None:
    assert in_file_override(Finding(rule, path, 0, (), "…")) == override


@pytest.mark.parametrize(
    ("rule", "severity", "command"),
    [
        ("multiple-heads", "error", "git alembic explain multiple-heads"),
        ("divergent-heads", "error", "git alembic explain divergent-heads --at push"),
        ("divergent-heads", "warning", "git alembic explain divergent-heads --at commit"),
        ("no-rule", "error", "git alembic explain no-rule"),
    ],
)
def test_the_command_that_explains_a_rule(rule: str, severity: str, command: str) -> None:
    made = Finding(rule, "", 0, (), "…", severity="error" if severity == "error" else "warning")
    assert explanation(made) == command


def test_paragraphs() -> None:
    assert paragraphs(FINDING).splitlines() == [
        r"2 heads\x1b",
        "  first line",
        r"  second\nline",
        "it stops",
        "It also causes missing-parent: x is gone.",
        *repair_lines(FINDING),
        r"To allow it permanently: `# git-alembic: allow[multiple-heads] reason` in versions/b\n.py",
        "More: git alembic explain multiple-heads",
    ]
    assert paragraphs(Finding("deleted-revision", "", 0, (), "x\udcff")).splitlines() == [
        r"x\udcff",
        "More: git alembic explain deleted-revision",
    ]


def test_fingerprints_follow_the_offense() -> None:
    same = FINDING._replace(path="elsewhere.py", line=9, message="other", revisions=("c", "b"))
    assert finding_fingerprint(same) == finding_fingerprint(FINDING)
    others = [
        FINDING._replace(rule="extra-base"),
        FINDING._replace(environment="two"),
        FINDING._replace(revisions=("b",)),
        FINDING._replace(revisions=()),
        FINDING._replace(revisions=(), path="elsewhere.py"),
        FINDING._replace(revisions=("\udcff",)),
    ]
    assert len({finding_fingerprint(other) for other in (FINDING, *others)}) == 7
