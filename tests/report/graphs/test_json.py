"""A history as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from git_alembic.drawing.history_view import Subject
from git_alembic.report.graphs import DrawnView
from git_alembic.report.graphs.json import render_json
from tests.support.example_graphs import BROKEN, DATABASE, SUBJECT, drawn_view


def read(*drawn_views: DrawnView, subject: Subject = SUBJECT) -> dict[str, Any]:
    text = render_json(drawn_views, subject)
    made: dict[str, Any] = json.loads(text)
    assert text.isascii()
    return made


def revision(id_: str, down: str = "", **values: object) -> dict[str, object]:
    plain = {
        "id": id_,
        "path": f"versions/{id_}.py",
        "message": "",
        "down_revision": list(down),
        "depends_on": [],
        "branch_labels": [],
        "state": "published",
        "also_in": ["origin/main"],
        "head_of": [],
        "staged_changes": [],
        "marks": [],
    }
    return {**plain, **values}


def test_the_whole_document() -> None:
    ref = {"name": "origin/main", "commit": "2" * 40}
    assert read(drawn_view(databases=(DATABASE,))) == {
        "version": 1,
        "source": "index",
        "published": [ref],
        "target": ref,
        "environments": [
            {
                "name": "alembic.ini",
                "script_location": "migrations",
                "versions": ["versions"],
                "revisions": 6,
                "heads": ["e", "f"],
                "effective_heads": [],
                "bases": ["a"],
                "branch_points": ["a"],
                "merge_points": [],
                "missing_parents": [],
                "duplicates": [],
                "cycles": [],
                "unreadable": [],
                "databases": [
                    {"name": "engine1", "url": "sqlite:///shop.db", "at": ["d", "gone"], "tables": 3},
                ],
                "history": [
                    revision("a", message="create <users> & more"),
                    revision("b", "a"),
                    revision("c", "b"),
                    revision("d", "c", marks=["database engine1"]),
                    revision("e", "d", message="größe", branch_labels=["shop"], state="unpublished", also_in=[]),
                    revision("f", "a", message="staged", depends_on=["c"], state="staged", also_in=[]),
                    revision("t", "d", state="elsewhere", head_of=["origin/main"]),
                ],
            }
        ],
    }


def test_a_broken_history() -> None:
    (environment,) = read(BROKEN)["environments"]
    wrong = ("missing_parents", "duplicates", "cycles", "unreadable", "databases")
    assert {name: environment[name] for name in wrong} == {
        "missing_parents": ["b"],
        "duplicates": ["a"],
        "cycles": [["c", "d"]],
        "unreadable": [
            {"path": "versions/u.py", "line": 3, "reason": "no id"},
            {"path": "versions/v.py", "line": 1, "reason": "no id"},
        ],
        "databases": None,
    }


def test_a_commit_without_published_refs_and_target() -> None:
    made = read(drawn_view(), subject=replace(SUBJECT, commit="3" * 40, published_commits=None, target=None))
    assert (made["source"], made["published"], made["target"]) == ("3" * 40, None, None)


def test_only_what_is_drawn_is_listed() -> None:
    whole = drawn_view()
    nodes = tuple(node for node in whole.nodes if node.key in "ef")
    rest = whole.nodes[0]._replace(ids=("t",), kind="rest")
    (environment,) = read(whole._replace(nodes=(*nodes, rest)))["environments"]
    assert [entry["id"] for entry in environment["history"]] == ["e", "f"]
    assert environment["revisions"] == 6
