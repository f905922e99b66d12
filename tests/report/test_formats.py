from __future__ import annotations

import io
import itertools
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Literal, TextIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic import __version__
from git_alembic.config.settings import Severity
from git_alembic.findings.finding import Command, Finding, Fork, Repair
from git_alembic.findings.report import EnvironmentState, Report
from git_alembic.findings.shell_commands import shell_line
from git_alembic.history.graph import RevisionGraph
from git_alembic.report import Format, emit, render, wants_color
from git_alembic.report.documentation_pages import page_address
from git_alembic.revisions.revision import Revision
from git_alembic.terminal.progress import Progress, progress
from git_alembic.terminal.text_width import columns
from tests.support.installations import DOCUMENTATION, installed_from
from tests.support.project import Project

HOOKS = Path(__file__).parents[2] / "hooks"


def forked(first: str, other: str, **holders: str) -> Fork:
    """Return two heads on one base, a0."""
    heads = [Revision(f"{id_}.py", "", id_, ("a0",)) for id_ in (first, other)]
    graph = RevisionGraph([Revision("a0.py", "", "a0", ()), *heads])
    return Fork(graph, (first, other), tuple(holders.items()))


FORK = Finding(
    rule="multiple-heads",
    path="server/migrations/versions/b2_add_index.py",
    line=12,
    revisions=("a1", "b2"),
    message="The staged history has 2 heads, a1 and b2, where 1 is allowed; `alembic upgrade head` refuses it.",
    why="every deployment stops at “Multiple head revisions are present”",
    repairs=(
        Repair("put what you have not published on top of what others have", (Command(("git", "alembic", "fix")),)),
        Repair(
            "add a merge revision",
            (
                Command(("alembic", "merge", "-m", "merge heads", "a1", "b2"), cwd="server"),
                Command(("git", "add", "server/migrations/versions")),
            ),
        ),
    ),
    fork=forked("a1", "b2", a1="origin/main", b2="staged"),
    environment="alembic.ini",
)
EDIT = Finding(
    rule="edited-revision",
    path="server/migrations/versions/a1.py",
    line=0,
    revisions=("a1",),
    message="The code of a1 differs from what origin/main has.",
    environment="alembic.ini",
    severity="warning",
)
DRIFT = Finding(
    rule="model-drift",
    path="server/models.py",
    line=3,
    revisions=(),
    message="2 changes in the models have no revision:",
    details=("line 3: op.drop_column('user', 'age')", "line 9: op.add_column('user', sa.Column('name', sa.Text()))"),
    environment="alembic.ini",
)
LOSS = Finding(
    rule="deleted-revision",
    path="server/migrations/versions/a0.py",
    line=0,
    revisions=("a0",),
    message="a0 is gone.",
    repairs=(Repair("bring it back", (Command(("git", "alembic", "restore", "a0")),)),),
    environment="alembic.ini",
)
SERVER = EnvironmentState("alembic.ini", "server/migrations", heads=("a1", "b2"), bases=("a0",), revisions=3)
BILLING = EnvironmentState("billing", "billing/migrations", heads=("c0",), bases=("c0",), revisions=1)
HOSTILE = Finding(
    rule="unreadable-revision",
    path="versions/x\nversions/y.py:1: fine\x1b[2J\udcff.py",
    line=1,
    revisions=(),
    message="It cannot\r\nbe read\x07.",
    why="because\u2028of \u202ethat",
    fork=forked("a\x1b[31m\x0bb", "c"),
    repairs=(Repair("a\nb", (Command(("rm", "x\ny'\x1b\udcff é"), cwd="-d"),)),),
    environment="alembic.ini",
)


def shown(
    report: Report,
    output: Format = "text",
    *,
    color: bool = False,
    width: int = 80,
    verbose: bool = False,
    quiet: bool = False,
    command: str = "git commit",
    encoding: str = "utf-8",
) -> str:
    return render(
        report,
        format=output,
        color=color,
        width=width,
        verbose=verbose,
        quiet=quiet,
        command=command,
        encoding=encoding,
    )


@pytest.mark.parametrize(
    ("severities", "reason", "verdict", "exit_code"),
    [
        ((), None, "clean", 0),
        (("warning",), None, "clean", 0),
        (("warning", "error"), None, "findings", 1),
        ((), "Why.", "cannot-judge", 2),
        ((), "", "cannot-judge", 2),
        (("error",), "Why.", "cannot-judge", 2),
    ],
)
def test_verdict(severities: tuple[Severity, ...], reason: str | None, verdict: str, exit_code: int) -> None:
    findings = tuple(FORK._replace(severity=severity) for severity in severities)
    report = Report(findings=findings, reason=reason)
    assert (report.verdict, report.exit_code) == (verdict, exit_code)


@pytest.mark.parametrize("output", ["text", "json", "github", "sarif"])
def test_every_format_has_the_details(output: Format) -> None:
    lines = shown(Report((SERVER,), (DRIFT,)), output)
    assert all(detail in lines for detail in DRIFT.details)


# Text


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
        assert max(columns(line) for line in lines[1:]) <= 40
        assert columns(lines[0]) <= widest
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


@pytest.mark.parametrize(
    ("fix", "line"),
    [
        (Command(("alembic", "merge", "-m", "merge heads", "a")), "alembic merge -m 'merge heads' a"),
        (Command(("git", "add", "it's")), """git add 'it'"'"'s'"""),
        (Command(("git", "add", "")), "git add ''"),
        (Command(("git", "add", "größe.py")), "git add 'größe.py'"),
        (Command(("git", "add", "a\\b\tc")), r"git add $'a\x5cb\x09c'"),
        (Command(("git", "add", "\ud800")), r"git add $'\x5cud800'"),
        (Command(("alembic", "heads"), cwd="my server"), "(cd 'my server' && alembic heads)"),
        (Command(("alembic", "heads"), cwd=""), "alembic heads"),
        (Command((), cwd="server", note="Ask the author."), ""),
    ],
)
def test_shell_line(fix: Command, line: str) -> None:
    assert shell_line(fix) == line


def test_bash_reads_a_shell_line(tmp_path: Path) -> None:
    folder = "-a\n'b' \x1b"
    (tmp_path / folder).mkdir()
    arguments = ("plain", "two words", "it's", "a\n\\n\x1b", "\udcff\udc80f", "größe\u2028", "$HOME `x` $'y'", "")
    line = shell_line(Command(("printf", r"%s\0", *arguments), cwd=folder))
    output = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, check=True).stdout
    assert output == b"".join(argument.encode("utf-8", "surrogateescape") + b"\0" for argument in arguments)


def test_a_fix_may_be_only_a_note() -> None:
    finding = EDIT._replace(repairs=(Repair("ask the author"),))
    assert "\n  To repair: ask the author.\n  More:" in shown(Report(findings=(finding,)))


# JSON


def test_json() -> None:
    text = shown(Report((SERVER,), (FORK, EDIT)), "json", color=True, quiet=True, verbose=True)
    assert json.loads(text) == {
        "version": 1,
        "verdict": "findings",
        "reason": None,
        "environments": [
            {
                "name": "alembic.ini",
                "script_location": "server/migrations",
                "heads": ["a1", "b2"],
                "bases": ["a0"],
                "revisions": 3,
            }
        ],
        "findings": [
            {
                "rule": "multiple-heads",
                "severity": "error",
                "environment": "alembic.ini",
                "path": "server/migrations/versions/b2_add_index.py",
                "line": 12,
                "revisions": ["a1", "b2"],
                "message": FORK.message,
                "details": [],
                "why": FORK.why,
                "fixes": [
                    {
                        "command": ["git", "alembic", "fix"],
                        "cwd": ".",
                        "note": "put what you have not published on top of what others have",
                        "alternative": 0,
                    },
                    {
                        "command": ["alembic", "merge", "-m", "merge heads", "a1", "b2"],
                        "cwd": "server",
                        "note": "add a merge revision",
                        "alternative": 1,
                    },
                    {"command": ["git", "add", "server/migrations/versions"], "cwd": ".", "note": "", "alternative": 1},
                ],
                "consequences": [],
            },
            {
                "rule": "edited-revision",
                "severity": "warning",
                "environment": "alembic.ini",
                "path": "server/migrations/versions/a1.py",
                "line": None,
                "revisions": ["a1"],
                "message": "The code of a1 differs from what origin/main has.",
                "details": [],
                "why": "",
                "fixes": [],
                "consequences": [],
            },
        ],
    }


def test_json_keys_are_in_order() -> None:
    document = json.loads(shown(Report((SERVER,), (FORK,)), "json"))
    assert [list(document), list(document["environments"][0]), list(document["findings"][0])] == [
        ["version", "verdict", "reason", "environments", "findings"],
        ["name", "script_location", "heads", "bases", "revisions"],
        [
            "rule",
            "severity",
            "environment",
            "path",
            "line",
            "revisions",
            "message",
            "details",
            "why",
            "fixes",
            "consequences",
        ],
    ]


def test_json_of_an_empty_report() -> None:
    assert (
        shown(Report(reason="git is not there."), "json")
        == """\
{
  "version": 1,
  "verdict": "cannot-judge",
  "reason": "git is not there.",
  "environments": [],
  "findings": []
}"""
    )


def test_json_is_ascii_and_free_of_lone_surrogates() -> None:
    text = shown(Report((SERVER,), (HOSTILE, FORK)), "json")
    assert text.isascii()
    paths = [finding["path"] for finding in json.loads(text)["findings"]]
    assert paths == ["versions/x\nversions/y.py:1: fine\x1b[2J\\udcff.py", FORK.path]
    json.dumps(json.loads(text), ensure_ascii=False).encode()


# GitHub


def test_github() -> None:
    finding = FORK._replace(path="50% off, a:b.py", why="100% of them:\nall, always", fork=None)
    report = Report((SERVER,), (finding, EDIT), notes=("a0 was allowed.",), reason="The rest\nis unknown.")
    assert shown(report, "github", verbose=True).split("\n") == [
        (
            "::error file=50%25 off%2C a%3Ab.py,line=12,title=multiple-heads::"
            "The staged history has 2 heads, a1 and b2, where 1 is allowed; `alembic upgrade head` refuses it.%0A"
            r"100%25 of them:\nall, always%0A"
            "To repair: put what you have not published on top of what others have:%0A"
            "  git alembic fix%0A"
            "Or: add a merge revision:%0A"
            "  (cd server && alembic merge -m 'merge heads' a1 b2) && git add server/migrations/versions%0A"
            "To allow it permanently: `# git-alembic: allow[multiple-heads] reason` in 50%25 off, a:b.py%0A"
            "More: git alembic explain multiple-heads"
        ),
        (
            "::warning file=server/migrations/versions/a1.py,title=edited-revision::"
            "The code of a1 differs from what origin/main has.%0A"
            "To allow it permanently: `# git-alembic: allow[edited-revision] reason` in "
            "server/migrations/versions/a1.py%0A"
            "More: git alembic explain edited-revision"
        ),
        "::notice title=git-alembic::a0 was allowed.",
        r"::error title=git-alembic::cannot check: The rest\nis unknown.",
    ]


def test_github_of_a_hostile_commit_is_one_command() -> None:
    text = shown(Report((SERVER,), (HOSTILE._replace(message="x\n::set-env name=PATH::/tmp"),)), "github")
    assert text.isprintable()
    file = r"versions/x\nversions/y.py%3A1%3A fine\x1b[2J\udcff.py"
    assert text.startswith(rf"::error file={file},line=1,title=unreadable-revision::x\n::set-env")


def test_github_is_silent_when_clean() -> None:
    assert shown(Report((SERVER,)), "github") == ""


# GitLab


def test_gitlab() -> None:
    again = LOSS._replace(message="a0 is gone for another reason.")
    nowhere = LOSS._replace(path="", line=0, revisions=())
    report = Report((SERVER,), (FORK, EDIT, LOSS, again, nowhere), reason="The rest\nis unknown.")
    issues = json.loads(shown(report, "gitlab"))
    prints = [issue.pop("fingerprint") for issue in issues]
    assert len(set(prints)) == len(issues)
    assert [issue["severity"] for issue in issues] == [
        "critical",
        "minor",
        "critical",
        "critical",
        "critical",
        "blocker",
    ]
    assert issues[0] == {
        "check_name": "multiple-heads",
        "description": f"{FORK.message} ({FORK.why}). More: git alembic explain multiple-heads",
        "severity": "critical",
        "location": {"path": "server/migrations/versions/b2_add_index.py", "lines": {"begin": 12}},
    }
    assert issues[1]["location"] == {"path": "server/migrations/versions/a1.py", "lines": {"begin": 1}}
    assert issues[4]["location"] == {"path": "server/migrations", "lines": {"begin": 1}}
    assert issues[5] == {
        "check_name": "cannot-judge",
        "description": "git-alembic cannot check: The rest\\nis unknown.",
        "severity": "blocker",
        "location": {"path": ".", "lines": {"begin": 1}},
    }


def test_gitlab_fingerprints_follow_the_offense() -> None:
    def prints(*findings: Finding) -> list[str]:
        return [issue["fingerprint"] for issue in json.loads(shown(Report((SERVER,), findings), "gitlab"))]

    assert prints(FORK) == prints(FORK._replace(path="moved.py", line=99, message="…"))
    assert prints(FORK, LOSS) == prints(FORK) + prints(LOSS)


def test_gitlab_of_a_clean_history_is_an_empty_report() -> None:
    assert shown(Report((SERVER,)), "gitlab") == "[]"


def test_gitlab_is_ascii() -> None:
    text = shown(Report((SERVER,), (HOSTILE,)), "gitlab")
    assert text.isascii()
    assert json.loads(text)[0]["location"]["path"] == "versions/x\nversions/y.py:1: fine\x1b[2J\\udcff.py"


# SARIF; test_sarif_schema.py has the schema


def test_sarif() -> None:
    odd = LOSS._replace(path="größe: 1%\udcff.py", line=3)
    nowhere = LOSS._replace(rule="model-drift", path="", repairs=(), revisions=())
    document = json.loads(shown(Report((SERVER,), (FORK, EDIT, odd, nowhere)), "sarif"))
    fingerprints = [result.pop("partialFingerprints") for result in document["runs"][0]["results"]]
    assert all(len(print_.pop("gitAlembic/v1")) == 64 and not print_ for print_ in fingerprints)
    assert document == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "git-alembic",
                        "version": __version__,
                        "rules": [
                            sarif_rule("multiple-heads", "error"),
                            sarif_rule("edited-revision", "warning"),
                            sarif_rule("deleted-revision", "error"),
                            sarif_rule("model-drift", "error"),
                        ],
                    }
                },
                "invocations": [{"executionSuccessful": True, "exitCode": 1}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "multiple-heads",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {
                            "text": f"{FORK.message}\n{FORK.why}\n"
                            "To repair: put what you have not published on top of what others have:\n"
                            "  git alembic fix\nOr: add a merge revision:\n"
                            "  (cd server && alembic merge -m 'merge heads' a1 b2) && "
                            "git add server/migrations/versions\n"
                            "To allow it permanently: `# git-alembic: allow[multiple-heads] reason` in "
                            "server/migrations/versions/b2_add_index.py\nMore: git alembic explain multiple-heads"
                        },
                        "locations": sarif_locations("server/migrations/versions/b2_add_index.py", 12),
                    },
                    {
                        "ruleId": "edited-revision",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {
                            "text": f"{EDIT.message}\nTo allow it permanently: "
                            f"`# git-alembic: allow[edited-revision] reason` in {EDIT.path}\n"
                            "More: git alembic explain edited-revision"
                        },
                        "locations": sarif_locations("server/migrations/versions/a1.py", 1),
                    },
                    {
                        "ruleId": "deleted-revision",
                        "ruleIndex": 2,
                        "level": "error",
                        "message": {
                            "text": "a0 is gone.\nTo repair: bring it back:\n  git alembic restore a0\n"
                            "More: git alembic explain deleted-revision"
                        },
                        "locations": sarif_locations("gr%C3%B6%C3%9Fe%3A%201%25%FF.py", 3),
                    },
                    {
                        "ruleId": "model-drift",
                        "ruleIndex": 3,
                        "level": "error",
                        "message": {"text": "a0 is gone.\nMore: git alembic explain model-drift"},
                        "locations": sarif_locations("server/migrations", 1),
                    },
                ],
            }
        ],
    }


def sarif_rule(rule: str, level: str) -> dict[str, object]:
    page = (HOOKS.parent / "docs" / "rules" / f"{rule}.md").read_text(encoding="utf-8")
    address = page_address(rule)
    return {
        "id": rule,
        "shortDescription": {"text": " ".join(page.split("\n\n")[1].split())},
        **({"helpUri": address} if address else {}),
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level},
    }


def test_sarif_names_the_address_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address comes from the metadata of the installed package. Without metadata, there is none."""
    finding = EDIT._replace(rule="edited-revision")

    def address() -> object:
        text = render(
            Report((), (finding,)), format="sarif", color=False, width=0, verbose=False, quiet=False, command=""
        )
        return json.loads(text)["runs"][0]["tool"]["driver"]["rules"][0].get("helpUri")

    monkeypatch.syspath_prepend(installed_from(tmp_path)["PYTHONPATH"])
    assert address() == f"{DOCUMENTATION}/rules/edited-revision.md"
    monkeypatch.setattr(sys, "path", [])
    assert address() is None


def sarif_locations(uri: str, line: int) -> list[object]:
    return [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line},
            }
        }
    ]


@pytest.mark.parametrize(
    ("report", "invocation"),
    [
        (Report((SERVER,)), {"executionSuccessful": True, "exitCode": 0}),
        (
            Report(reason="git is not there\udcff."),
            {
                "executionSuccessful": False,
                "exitCode": 2,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": "git is not there\\udcff."}}],
            },
        ),
    ],
)
def test_sarif_without_findings(report: Report, invocation: dict[str, object]) -> None:
    assert json.loads(shown(report, "sarif"))["runs"] == [
        {
            "tool": {"driver": {"name": "git-alembic", "version": __version__, "rules": []}},
            "invocations": [invocation],
            "columnKind": "unicodeCodePoints",
            "results": [],
        }
    ]


def test_sarif_fingerprints_follow_the_offense() -> None:
    def fingerprint(finding: Finding) -> str:
        result = json.loads(shown(Report(findings=(finding,)), "sarif"))["runs"][0]["results"][0]
        return str(result["partialFingerprints"]["gitAlembic/v1"])

    same = (FORK, FORK._replace(path="moved.py", line=99, message="…", revisions=("b2", "a1"), severity="warning"))
    others = (
        FORK._replace(rule="extra-base"),
        FORK._replace(environment="billing"),
        FORK._replace(revisions=("a1",)),
        FORK._replace(revisions=()),
        FORK._replace(revisions=(), path="other\udcff.py"),
        FORK._replace(revisions=("\ud800",)),
    )
    assert len({fingerprint(finding) for finding in same}) == 1
    assert len({fingerprint(finding) for finding in (FORK, *others)}) == 1 + len(others)


def test_sarif_of_a_rule_without_place_or_sentence() -> None:
    run = json.loads(shown(Report(findings=(Finding("new-rule", "", 0, (), "It is new."),)), "sarif"))["runs"][0]
    assert run["tool"]["driver"]["rules"][0] == {
        "id": "new-rule",
        "shortDescription": {"text": "New rule."},
        "defaultConfiguration": {"level": "error"},
    }
    assert list(run["results"][0]) == ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"]


# The stream


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "naïve ┬ … \\udcff\n".encode()),
        ("ascii", rb"na\xefve \u252c ... \udcff" + b"\n"),
        ("cp437", b"na\x8bve \xc2 ... \\udcff\n"),
        ("cp1252", b"na\xefve \\u252c \x85 \\udcff\n"),
    ],
)
def test_emit_writes_anything_to_any_stream(encoding: str, written: bytes) -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding, newline="\n")
    emit("naïve ┬ … \udcff", stream)
    assert buffer.getvalue() == written


@pytest.mark.parametrize(("text", "written"), [("", ""), ("a", "a\n"), ("a\n", "a\n"), ("a\n\n", "a\n\n")])
def test_emit_ends_with_a_newline(text: str, written: str) -> None:
    stream = io.StringIO()
    emit(text, stream)
    assert stream.getvalue() == written


def test_emit_to_a_closed_standard_stream_writes_nothing() -> None:
    emit("text", None)


def python(code: str, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
    """Start an interpreter with the defaults of buffers and encodings, whatever the tests' environment is."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**plain, "PYTHONPATH": str(HOOKS), **environment},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def test_emit_under_the_c_locale() -> None:
    code = "import sys; from git_alembic.report import emit; emit('\\u252c \\udcff', sys.stdout)"
    with python(code, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0") as process:
        assert process.communicate() == (b"\\u252c \\udcff\n", b"")


def test_emit_to_a_closed_reader_keeps_the_verdict() -> None:
    code = "import sys; from git_alembic.report import emit; input(); emit('few', sys.stdout); sys.exit(1)"
    reader, writer = os.pipe()
    with python(code, stdout=writer) as process:
        os.close(writer)
        os.close(reader)
        _, complaints = process.communicate(b"go\n")
    assert (process.returncode, complaints) == (1, b"")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def closed(stream: TextIO) -> TextIO:
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("choice", "stream", "environ", "needed"),
    [
        ("always", io.StringIO(), {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
        ("auto", Terminal(), {}, True),
        ("auto", Terminal(), {"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": ""}, True),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ("auto", None, {}, False),
        ("auto", closed(Terminal()), {}, False),
    ],
)
def test_wants_color(
    choice: Literal["auto", "always", "never"], stream: TextIO | None, environ: dict[str, str], needed: bool
) -> None:
    assert wants_color(choice, stream, environ) is needed


# Progress


@pytest.fixture
def plain_environ(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def on_a_terminal(seconds: float, *, stop_after: int) -> tuple[list[int], str]:
    """Process three slow items. Return the items, and what a terminal shows meanwhile."""
    master, slave = pty.openpty()
    clock = itertools.count(step=seconds)
    stdout = sys.stdout
    items = []
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        bar = progress(range(3), total=3, title="Replaying [a]", stream=stream, clock=lambda: float(next(clock)))
        for item in itertools.islice(bar, stop_after):
            assert sys.stdout is stdout
            items.append(item)
        bar.close()
    with os.fdopen(master, "rb", buffering=0) as screen:
        return items, "".join(chunk.decode() for chunk in iter(lambda: read(screen), b""))


def read(screen: io.RawIOBase) -> bytes:
    try:
        return screen.read(99999) or b""
    except OSError:  # Linux reports this when the other end of the terminal is closed
        return b""


@pytest.mark.parametrize(("seconds", "bar"), [(0.3, False), (0.4, True), (2.0, True)])
def test_progress_is_shown_after_a_second(plain_environ: None, seconds: float, bar: bool) -> None:
    items, screen = on_a_terminal(seconds, stop_after=99)
    assert items == [0, 1, 2]
    assert ("Replaying [a]" in screen) is bar
    assert bool(screen) is bar


def test_interrupted_progress_cleans_up(plain_environ: None) -> None:
    items, screen = on_a_terminal(2.0, stop_after=2)
    assert items == [0, 1]
    assert screen.endswith("\x1b[2K")  # the line of the bar is erased
    assert "\x1b[?25h" in screen  # and the cursor is back


def test_the_stages_of_a_task_are_shown_from_the_start(plain_environ: None) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream, Progress(stream) as bar:
        for title, total in (("Listing", None), ("Replaying", 100)):
            bar.start(title, total)
            bar.show(50)
    with os.fdopen(master, "rb", buffering=0) as terminal:
        screen = "".join(chunk.decode() for chunk in iter(lambda: read(terminal), b""))
    assert screen.index("Listing") < screen.index("Replaying")
    assert screen.endswith("\x1b[2K")


def test_stages_elsewhere_are_silent() -> None:
    stream = io.StringIO()
    for nobody in (stream, closed(Terminal()), None):
        with Progress(nobody) as bar:
            bar.start("Listing")
            bar.show(0)
    assert stream.getvalue() == ""


def test_progress_elsewhere_is_silent() -> None:
    stream = io.StringIO()
    slow = itertools.count(step=2.0)
    shown_to = (stream, closed(Terminal()), None)
    for nobody in shown_to:
        items = progress(iter("ab"), total=2, title="Replaying", stream=nobody, clock=lambda: float(next(slow)))
        assert list(items) == ["a", "b"]
    assert stream.getvalue() == ""


# The cost


def test_a_silent_report_imports_no_format() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from git_alembic.findings.report import Report\n"
        "from git_alembic.report import emit, render\n"
        "from git_alembic.terminal.progress import progress\n"
        "emit(render(Report(), format='text', color=False, width=80, verbose=False, quiet=False, command=''), "
        "sys.stdout)\n"
        "list(progress('a', total=1, title='', stream=sys.stderr))\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}"
        " & {'hashlib', 'json', 'rich', 'shlex', 'textwrap', 'urllib'}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('git_alembic.terminal.')))"
    )
    with python(code) as process:
        assert process.communicate() == (b"\ngit_alembic.terminal.output git_alembic.terminal.progress\n", b"")


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
