"""A history as a graph for Graphviz."""

from __future__ import annotations

from git_alembic.report.graphs.dot import render_dot
from tests.support.example_graphs import DATABASE, HOSTILE, SUBJECT, drawn_view

WHOLE = r"""
digraph history {
  graph [fontname="Helvetica" labeljust="l"];
  node [shape="box" style="rounded,filled" fillcolor="#e8f0fe" color="#1a5fb4" fontname="Helvetica"];
  subgraph cluster_0 {
    label="alembic.ini (migrations) in the index: 6 revisions, 2 heads, 1 base";
    e0r0 [label="database engine1: sqlite:///shop.db is at d and gone; gone is not in this history (see `git \
alembic doctor`)" shape="plain"];
    e0n0 [label="a\ncreate <users> &amp; more\n(base)"];
    e0n1 [label="b"];
    e0n2 [label="c"];
    e0n3 [label="d\n(database engine1)"];
    e0n4 [label="e\ngr&#246;&#223;e\n(head, unpublished, label shop)" fillcolor="#fff4d6" color="#9a6700"];
    e0n5 [label="f\nstaged\n(head, staged, depends on c)" fillcolor="#dff5e1" color="#1a7f37" penwidth="2"];
    e0n6 [label="t\n(only in origin/main, head there)" style="rounded,filled,dashed" fillcolor="#f6e8fb" \
color="#8250df"];
    e0n0 -> e0n1;
    e0n1 -> e0n2;
    e0n2 -> e0n3;
    e0n3 -> e0n4;
    e0n0 -> e0n5;
    e0n2 -> e0n5 [style="dashed" label="needed by" fontsize="9"];
    e0n3 -> e0n6;
  }
}"""


def test_the_whole_graph() -> None:
    assert render_dot([drawn_view(databases=(DATABASE,))], SUBJECT) == WHOLE[1:].replace("\\\n", "")


def test_a_hostile_message_is_text() -> None:
    assert render_dot([HOSTILE], SUBJECT).splitlines()[5] == (
        r'    e0n0 [label="a\n\"]; evil[<b> [31m \\ &amp;amp; # &#233;\n(head, unpublished, base)" '
        'fillcolor="#fff4d6" color="#9a6700"];'
    )
