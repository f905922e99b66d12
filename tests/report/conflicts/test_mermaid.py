"""The forecast of branches as a Mermaid drawing."""

from __future__ import annotations

from git_alembic.report.conflicts.mermaid import render_mermaid
from tests.support.example_forecasts import ALL, HOSTILE, LATE, authored, forecast
from tests.support.literal_branches import branch

WHOLE = """\
```mermaid
flowchart LR
  target["main"]
  b0["origin/clean-up<br/>"]
  b1["pull/7/head<br/>g"]
  b2["origin/ready<br/>c"]
  b3["origin/stack<br/>c, d, e"]
  b1 ---|fork| target
  b0 ---|lost-revision| target
  b3 ---|lost-revision| b0
  b3 ---|fork| b1
  b2 ---|lost-revision| b0
  b2 ---|fork| b1
  b2 -. stack .-> b3
```"""


def edges(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "---" in line or "((" in line]


def test_all_branches() -> None:
    assert render_mermaid(forecast(*ALL)) == WHOLE


def test_four_branches_that_collide_with_each_other_are_a_circle() -> None:
    many = [authored(branch(f"x{number}", {f"r{number}": "b"}), "Ada", number) for number in range(4)]
    assert edges(render_mermaid(forecast(*many[:3]))) == [
        "b2 ---|fork| b1",
        "b2 ---|fork| b0",
        "b1 ---|fork| b0",
    ]
    assert edges(render_mermaid(forecast(*many))) == ["c0((fork))", *(f"b{number} --- c0" for number in (3, 2, 1, 0))]
    assert edges(render_mermaid(forecast(*many, LATE)))[-1] == "b0 ---|fork| c0"


def test_one_branch() -> None:
    assert edges(render_mermaid(forecast(*ALL, focus="origin/ready"))) == [
        "b0 ---|fork| b2",
        "b0 ---|lost-revision| b1",
    ]


def test_edges_between_circles() -> None:
    on_head = [authored(branch(f"x{number}", {f"r{number}": "b"}), "Ada", number) for number in range(4)]
    late = [authored(branch(f"y{number}", {f"s{number}": "a"}), "Ada", number) for number in range(4)]
    lines = edges(render_mermaid(forecast(*on_head, *late)))
    assert [line for line in lines if "b" not in line] == ["c0((fork))", "c1((fork))", "c0 ---|fork| c1"]
    assert len([line for line in lines if line.endswith("target")]) == 4


def test_four_branches_that_collide_with_none_are_no_circle() -> None:
    alike = [authored(branch(f"x{number}", {}, files={"v/b.py": "new"}), "Ada", number) for number in range(4)]
    assert edges(render_mermaid(forecast(*alike))) == []


def test_names_are_text() -> None:
    assert '["origin/#60;b#62;#124;#96;x#96; #91;2J ::error::<br/>h"]' in render_mermaid(forecast(HOSTILE))
