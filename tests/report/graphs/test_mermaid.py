"""A history as a Mermaid drawing."""

from __future__ import annotations

from git_alembic.report.graphs.mermaid import render_mermaid
from tests.support.example_graphs import BROKEN, DATABASE, HOSTILE, SUBJECT, drawn_view

WHOLE = """\
```mermaid
flowchart TD
  subgraph e0["alembic.ini (migrations) in the index: 6 revisions, 2 heads, 1 base"]
    direction TB
    e0r0["database engine1: sqlite:///shop.db is at d and gone#59; gone is not in this history (see #96;git \
alembic doctor#96;)"]:::run
    e0n0["a<br/>create #60;users#62; #38; more<br/>(base)"]:::published
    e0n1["b"]:::published
    e0n2["c"]:::published
    e0n3["d<br/>(database engine1)"]:::published
    e0n4["e<br/>gr#246;#223;e<br/>(head, unpublished, label shop)"]:::unpublished
    e0n5["f<br/>staged<br/>(head, staged, depends on c)"]:::staged
    e0n6["t<br/>(only in origin/main, head there)"]:::elsewhere
    e0n0 --> e0n1
    e0n1 --> e0n2
    e0n2 --> e0n3
    e0n3 --> e0n4
    e0n0 --> e0n5
    e0n2 -. needed by .-> e0n5
    e0n3 --> e0n6
  end
  classDef published fill:#e8f0fe,stroke:#1a5fb4,color:#10243e
  classDef unpublished fill:#fff4d6,stroke:#9a6700,color:#3d2b00
  classDef staged fill:#dff5e1,stroke:#1a7f37,stroke-width:3px,color:#0a3d17
  classDef elsewhere fill:#f6e8fb,stroke:#8250df,stroke-dasharray:4 3,color:#35155f
  classDef run fill:none,stroke:#8b949e,stroke-dasharray:2 3,color:#6e7781
```"""


def test_the_whole_drawing() -> None:
    assert render_mermaid([drawn_view(databases=(DATABASE,))], SUBJECT) == WHOLE


def test_names_of_nodes_are_unique_among_environments() -> None:
    lines = render_mermaid([BROKEN, drawn_view()], SUBJECT).splitlines()
    names = [line.partition("[")[0].strip() for line in lines if "[" in line]
    assert len(set(names)) == len(names)
    assert lines[4:6] == [
        '    e0r0["cannot be read: versions/u.py:3: no id"]:::run',
        '    e0r1["cannot be read: versions/v.py:1: no id"]:::run',
    ]


def test_a_collapsed_run_has_its_own_style() -> None:
    history = {"a": "", "b": "a", "c": "b", "d": "c", "e": "d"}
    assert '    e0n1["3 revisions"]:::run' in render_mermaid([drawn_view(history, others=())], SUBJECT).splitlines()


def test_a_hostile_message_is_text() -> None:
    line = render_mermaid([HOSTILE], SUBJECT).splitlines()[4]
    escaped = "#34;#93;#59; evil#91;#60;b#62; #91;31m #92; #38;amp#59; #35; #233;"
    assert line == f'    e0n0["a<br/>{escaped}<br/>(head, unpublished, base)"]:::unpublished'
