"""A history in several states, as the formats of `git alembic graph` get it."""

from __future__ import annotations

from typing import Any

from git_alembic.drawing.history_view import DatabaseMark, HistoryView, Subject
from git_alembic.drawing.node_builder import build_nodes
from git_alembic.git.refs import NamedCommit
from git_alembic.report.graphs import DrawnView
from git_alembic.revisions.revision import Unreadable
from tests.support.literal_changes import History, revision, snapshot

TARGET = NamedCommit("origin/main", "2" * 40)
SUBJECT = Subject("the index", None, (NamedCommit("HEAD", "1" * 40),), (TARGET,), TARGET)
PUBLISHED: History = {"a": revision("a", message="create <users> & more"), "b": "a", "c": "b", "d": "c"}
STAGED: History = {
    **PUBLISHED,
    "e": revision("e", "d", message="größe", labels=("shop",)),
    "f": revision("f", "a", depends=("c",), message="staged"),
}
DATABASE = DatabaseMark("engine1", "sqlite:///shop.db", ("d", "gone"), 3)


def drawn_view(history: History = STAGED, extent: str = "", **fields: Any) -> DrawnView:
    """Return a staged history. HEAD has everything but f, and the target also has t."""
    parent = snapshot({id_: file for id_, file in history.items() if id_ != "f"}, "HEAD")
    target = snapshot({**PUBLISHED, "t": "d"}, "origin/main")
    values: dict[str, Any] = {"parents": (parent,), "published_snapshots": (target,), "others": (target,), **fields}
    unreadable = values.pop("unreadable", ())
    view = HistoryView(snapshot(history, "the index", unreadable=unreadable), **values)
    graph = view.graph
    return DrawnView(view, build_nodes(graph, {id_: graph.parents(id_) for id_ in graph.ids}, view.remarks), extent)


HOSTILE = drawn_view({"a\x1b": revision("a\x1b", message='"]; evil[<b>\x1b[31m \\ &amp; \n# é')}, parents=(), others=())
BROKEN = drawn_view(
    {"a": "", "b": "x", "c": "d", "d": "c", "2": revision("a", path="versions/2.py")},
    unreadable=(Unreadable("versions/u.py", "", "no id", 3), Unreadable("versions/v.py", "", "no id", 1)),
)
