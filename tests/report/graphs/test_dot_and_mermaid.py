"""The order of the lines in a language for graphs, in one that shows only what it gets."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.report.graphs.dot_and_mermaid import diagram_lines
from tests.support.example_graphs import BROKEN, SUBJECT, drawn_view
from tests.support.literal_changes import revision


class Plain:
    group_end = "end"

    def group_start(self, number: int, title: str) -> Sequence[str]:
        return (f"group {number}: {title}",)

    def note(self, name: str, text: str) -> str:
        return f"note {name}: {text}"

    def node(self, name: str, lines: Sequence[str], style: str) -> str:
        return f"{style} {name}: {' | '.join(lines)}"

    def edge(self, upper: str, lower: str, *, is_dependency: bool) -> str:
        return f"{upper} {'..' if is_dependency else '--'} {lower}"


def test_groups_have_their_notes_nodes_and_edges() -> None:
    run = drawn_view({"a": "", "b": "a", "c": "b", "d": "c", "f": revision("f", "d", depends=("a",))}, others=())
    assert diagram_lines(Plain(), [BROKEN, run], SUBJECT) == [
        "  group 0: alembic.ini (migrations) in the index: 4 revisions, 2 heads, 1 base",
        "    note e0r0: cannot be read: versions/u.py:3: no id",
        "    note e0r1: cannot be read: versions/v.py:1: no id",
        "    published e0n0: a | (head, base, declared in 2 files)",
        "    published e0n1: b | (head, missing parent x)",
        "    published e0n2: c | (in a cycle)",
        "    published e0n3: d | (in a cycle)",
        "    elsewhere e0n4: t | (only in origin/main, head there)",
        "    e0n3 -- e0n2",
        "    e0n2 -- e0n3",
        "    e0n3 -- e0n4",
        "  end",
        "  group 1: alembic.ini (migrations) in the index: 5 revisions, 1 head, 1 base",
        "    published e1n0: a | (base)",
        "    run e1n1: 3 revisions",
        "    staged e1n2: f | (head, staged, depends on a)",
        "    e1n0 -- e1n1",
        "    e1n1 -- e1n2",
        "    e1n0 .. e1n2",
        "  end",
    ]
