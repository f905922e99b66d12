"""Diagnoses as text and as JSON. The table of messages has the text of each cause."""

from __future__ import annotations

import json

from git_alembic.database.diagnosis import (
    Cause,
    CauseRepair,
    DatabaseSummary,
    Diagnosis,
    InstalledHooks,
    ProjectRuntime,
)
from git_alembic.findings.finding import Command
from git_alembic.findings.report import EnvironmentState
from git_alembic.report.commands.doctor_report import diagnosis_json, diagnosis_text
from git_alembic.report.text import Page

UPGRADE = CauseRepair("upgrade it", (Command(("alembic", "upgrade", "head"), "db"), Command(("echo", "done"))))
STAMP = CauseRepair("stamp it", (Command(("alembic", "stamp", "b")),))
BEHIND = Cause(
    "behind", "the database is behind", ("it is at 'a'",), ("b",), (UPGRADE, STAMP), "error",
    "alembic.ini", "engine1", "acme", "alembic_version", 1,
)  # fmt: skip
HOOKS = {"pre-commit": "pre-commit", "pre-push": "git-alembic", "post-merge": "pre-commit"}
DIAGNOSIS = Diagnosis(
    environments=(EnvironmentState("alembic.ini", "db", ("b",), ("a",), 2),),
    databases=(
        DatabaseSummary(
            "alembic.ini", "engine0", "sqlite:///0", "app.config", "sqlite", "SQLite 3", "alembic_version", ("b",), 3
        ),
        DatabaseSummary(
            "alembic.ini", "engine1", "sqlite:///1", "alembic.ini", "sqlite", "", "v", (), 0, "acme", "engine1", 1
        ),
    ),
    causes=(
        Cause("up-to-date", "fine", severity="ok", environment="alembic.ini", position=0),
        BEHIND,
        Cause("wrong-target", "hm", severity="warning", environment="alembic.ini", position=0),
        Cause("unreachable", "no server", severity="cannot-judge", environment="two.ini"),
        Cause("unreachable", "nowhere", severity="cannot-judge"),
    ),
    reasons=("three.ini: no Python",),
    runtimes=(
        ProjectRuntime("alembic.ini", ".venv/bin/python", "the folder .venv", {"python": "3.12", "alembic": "1.16"}),
        ProjectRuntime("two.ini", ".venv/bin/python", "the folder .venv", {"python": "3.12", "alembic": "1.16"}),
        ProjectRuntime("three.ini", "python3", "on PATH"),
    ),
    hooks=InstalledHooks(
        {"pre-commit": "pre-commit", "pre-push": "git-alembic", "post-merge": "pre-commit"}, ("x", "y")
    ),
    git="2.39",
)
TEXT = """\
alembic.ini: sqlite:///0 (app.config)
up-to-date: fine
warning: wrong-target: hm

alembic.ini (engine1): sqlite:///1 (alembic.ini)
behind: the database is behind
    it is at 'a'
  To repair: upgrade it:
    (cd db && alembic upgrade head) && echo done
  Or: stamp it:
    alembic stamp b

two.ini: unreachable: no server

git-alembic: unreachable: nowhere

git-alembic: cannot check: three.ini: no Python

git-alembic: .venv/bin/python (the folder .venv): Python 3.12, Alembic 1.16
git-alembic: python3 (on PATH)
git-alembic: git 2.39
git-alembic: hooks of pre-commit: pre-commit, post-merge
git-alembic: hooks of git-alembic: pre-push
git-alembic: no hook for x, y (run `git alembic init` to set it up)"""


def test_the_whole_text() -> None:
    assert diagnosis_text(DIAGNOSIS, Page(color=False, width=100, command="")) == TEXT


def test_nothing_to_say() -> None:
    assert diagnosis_text(Diagnosis(), Page(color=False, width=100, command="")) == ""


def test_the_whole_document() -> None:
    def database(position: int) -> dict[str, object]:
        summary = DIAGNOSIS.databases[position]
        shown = ("environment", "name", "url", "source", "dialect", "server", "schema", "version_table", "tables")
        return {name: getattr(summary, name) for name in shown} | {"revisions": list(summary.revisions)}

    made = json.loads(diagnosis_json(DIAGNOSIS))
    causes = made.pop("causes")
    assert made == {
        "version": 1,
        "verdict": "cannot-judge",
        "reason": "three.ini: no Python; no server; nowhere",
        "environments": [
            {"name": "alembic.ini", "script_location": "db", "heads": ["b"], "bases": ["a"], "revisions": 2}
        ],
        "findings": [],
        "databases": [database(0), database(1)],
        "setup": {
            "git": "2.39",
            "interpreters": [
                {
                    "environment": name,
                    "path": ".venv/bin/python",
                    "why": "the folder .venv",
                    "versions": {"python": "3.12", "alembic": "1.16"},
                }
                for name in ("alembic.ini", "two.ini")
            ]
            + [{"environment": "three.ini", "path": "python3", "why": "on PATH", "versions": {}}],
            "hooks": {
                "installed": HOOKS,
                "missing": ["x", "y"],
            },
        },
    }
    assert [cause["cause"] for cause in causes] == [
        "up-to-date",
        "behind",
        "wrong-target",
        "unreachable",
        "unreachable",
    ]
    assert causes[1] == {
        "cause": "behind",
        "severity": "error",
        "environment": "alembic.ini",
        "database": "engine1",
        "schema": "acme",
        "version_table": "alembic_version",
        "message": "the database is behind",
        "evidence": ["it is at 'a'"],
        "revisions": ["b"],
        "fixes": [
            {"command": ["alembic", "upgrade", "head"], "cwd": "db", "note": "upgrade it"},
            {"command": ["echo", "done"], "cwd": ".", "note": ""},
        ],
        "alternatives": [[{"command": ["alembic", "stamp", "b"], "cwd": ".", "note": "stamp it"}]],
    }
    assert (causes[0]["fixes"], causes[0]["alternatives"]) == ([], [])
