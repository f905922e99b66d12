"""Findings and reports for the tests of all formats."""

from __future__ import annotations

from git_alembic.findings.finding import Command, Finding, Fork, Repair
from git_alembic.findings.report import EnvironmentState, Report
from git_alembic.history.graph import RevisionGraph
from git_alembic.report import Format, render
from git_alembic.revisions.revision import Revision


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
