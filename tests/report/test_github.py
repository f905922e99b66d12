"""Findings as annotations of GitHub."""

from __future__ import annotations

from git_alembic.findings.report import Report
from tests.support.example_reports import EDIT, FORK, HOSTILE, SERVER, shown


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
