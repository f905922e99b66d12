"""A report as Markdown: paragraphs, and drawings and commands in fences. Text from the repository can't add markup."""

from __future__ import annotations

import re

from git_alembic.findings.finding import Command, Finding, Fork, Repair
from git_alembic.findings.report import Report
from git_alembic.history.graph import RevisionGraph
from git_alembic.report import render
from git_alembic.revisions.revision import Revision


def shown(report: Report, *, verbose: bool = False) -> str:
    return render(report, format="markdown", color=True, width=20, verbose=verbose, quiet=True, command="git commit")


def fork() -> Fork:
    graph = RevisionGraph([Revision("a.py", "", "a", ()), *(Revision(f"{id_}.py", "", id_, ("a",)) for id_ in "bc")])
    return Fork(graph, ("b", "c"), (("b", "HEAD"),))


FORKED = Finding(
    rule="multiple-heads",
    path="versions/b_x.py",
    line=9,
    revisions=("b", "c"),
    message="2 heads: 'b' (@ada's_branch), 'c'",
    why="`alembic upgrade head` stops.",
    repairs=(
        Repair("put 'c' on top of 'b'", (Command(("git", "alembic", "fix")),)),
        Repair("do it by hand"),
    ),
    fork=fork(),
    consequences=(Finding("missing-parent", "", 0, (), "'d' is missing"),),
)


def test_a_fork() -> None:
    assert shown(Report(findings=(FORKED,))) == (
        "**multiple-heads** (error) in `versions/b_x.py`, line 9: 2 heads: 'b' (@\u200bada's\\_branch), 'c'\n\n"
        "`alembic upgrade head` stops.\n\n"
        "It also causes missing-parent: 'd' is missing.\n\n"
        "```text\n●    a  (base)\n├─╮\n│ ●  c  (head)\n●    b  (head, HEAD)\n```\n\n"
        "To repair: put 'c' on top of 'b':\n\n"
        "```sh\ngit alembic fix\n```\n\n"
        "Or: do it by hand.\n\n"
        "To allow it permanently: `# git-alembic: allow[multiple-heads] reason` in versions/b\\_x.py. "
        "More: `git alembic explain multiple-heads`"
    )


def test_nothing() -> None:
    assert shown(Report()) == ""


def test_what_cannot_be_checked() -> None:
    report = Report(reason="git failed:\nfatal: *bad*\n```", notes=("it used `python3`", "<b>"))
    assert shown(report) == "**cannot check**: git failed:\n\n````text\nfatal: *bad*\n```\n````"
    assert shown(report, verbose=True).endswith("\n\nit used `python3`\n\n\\<b\\>")


def test_what_a_repository_names_is_text() -> None:
    evil = "x`](http://e)<img>\n# @ada `a"
    finding = Finding(
        rule="unreadable-revision",
        path=evil,
        line=1,
        revisions=(),
        message=f"``{evil}",
        details=("````", "\x1b[2J\udcff"),
    )
    text = shown(Report(findings=(finding,)))
    assert text.isprintable() or set(re.sub(r"[^\x00-\x1f]", "", text)) == {"\n"}
    assert "\n`````text\n````\n\\x1b[2J\\udcff\n`````" in text
    outside = re.sub(r"(?s)`````.*?`````|(?<!\\)`[^`]*`", "", text)
    assert not re.findall(r"(?<!\\)[<>\[\]#]|@(?!\u200b)", outside)
