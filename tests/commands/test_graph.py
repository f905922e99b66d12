"""`git alembic graph` in real repositories, in every format."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.project import ENV_PY, INI, Project

PAGE = (Path(__file__).parents[2] / "docs" / "commands" / "graph.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(project: Project, *options: str, columns: int = 80, **env: str) -> str:
    """Return the output of the command on a terminal with this width."""
    done = project.run("graph", *options, env={"COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8", **env})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def refused(project: Project, *options: str) -> str:
    done = project.run("graph", *options)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def lines(text: str) -> str:
    return dedent(text).lstrip("\n")


@pytest.fixture
def shop(cloned: Project) -> Project:
    """Two people work: origin/main has a revision that is missing here, and here one is committed and one staged."""
    shutil.rmtree(cloned.path / "migrations" / "versions")
    ids = [f"{number:04}" for number in range(1, 31)]
    for up, low in zip([None, *ids], ids, strict=False):
        cloned.revision(low, up, message=f"change number {int(low)}", labels="shop" if up is None else None)
    cloned.revision("4f2a", ids[9], message="try another index")
    cloned.revision("90bc", ["4f2a", ids[11]], message="merge heads")
    cloned.revision(ids[12], "90bc", message="change number 13")
    cloned.commit("start")
    cloned.git("push", "-q", "--force", "origin", "main")
    cloned.switch("theirs", "main")
    cloned.revision("c3d9", ids[-1], message="add invoices")
    cloned.commit("theirs")
    cloned.git("push", "-q", "origin", "theirs:main")
    cloned.switch("main")
    cloned.git("fetch", "-q")
    cloned.git("branch", "-q", "-D", "theirs")
    cloned.revision("a81e", ids[-1], message="add orders")
    cloned.commit("mine")
    cloned.revision("b26f", "a81e", message="index orders by day", depends="4f2a")
    cloned.git("add", "-A")
    return cloned


def test_staged_revisions_and_those_that_only_the_target_has(shop: Project) -> None:
    assert drawn(shop) == lines("""
        alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base

        ●    0001  change number 1      (base, label shop)
        ⋮    8 revisions
        ●    0010  change number 10
        ├─╮
        │ ●  4f2a  try another index
        ● │  0011  change number 11
        ● │  0012  change number 12
        ├─╯
        ●    90bc  merge heads
        ⋮    17 revisions
        ●    0030  change number 30
        ├─╮
        │ ◌  c3d9  add invoices         (only in origin/main, head there)
        ○    a81e  add orders           (unpublished, HEAD)
        ◆    b26f  index orders by day  (head, staged, depends on 4f2a)

        ● published: in origin/main
        ○ unpublished
        ◆ staged, not committed
        ◌ not in the index
        """)


def test_a_commit(shop: Project) -> None:
    assert drawn(shop, "--rev", "HEAD~1").splitlines()[0] == (
        "alembic.ini (migrations) in HEAD~1: 32 revisions, 1 head, 1 base"
    )
    assert drawn(shop, "--rev", "HEAD~1").splitlines()[-3:] == [
        "◌    c3d9  add invoices      (only in origin/main, head there)",
        "",
        "● published: in origin/main   ◌ not in HEAD~1",
    ]


def test_revisions_that_a_commit_lacks(shop: Project) -> None:
    assert drawn(shop, "--since", "HEAD") == lines("""
        alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base; what HEAD
          does not have

        ⋮    31 earlier revisions
        ●    0030  change number 30
        ├─╮
        │ ◌  c3d9  add invoices         (only in origin/main, head there)
        ○    a81e  add orders           (unpublished, HEAD)
        ◆    b26f  index orders by day  (head, staged, depends on 4f2a)

        ● published: in origin/main
        ○ unpublished
        ◆ staged, not committed
        ◌ not in the index
        """)


def test_the_surroundings_of_a_revision(shop: Project) -> None:
    whole, begun, label = (drawn(shop, "--around", name) for name in ("90bc", "90b", "shop"))
    assert whole == begun
    assert "5 steps around 0001" in " ".join(label.split())
    assert whole == lines("""
        alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base; 5 steps
          around 90bc

        ⋮    6 earlier revisions
        ●    0007  change number 7
        ●    0008  change number 8
        ●    0009  change number 9
        ●    0010  change number 10
        ├─╮
        │ ●  4f2a  try another index
        ● │  0011  change number 11
        ● │  0012  change number 12
        ├─╯
        ●    90bc  merge heads
        ●    0013  change number 13
        ●    0014  change number 14
        ●    0015  change number 15
        ●    0016  change number 16
        ●    0017  change number 17
        ⋮    16 later revisions
        """)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--around", "a81f"), "git-alembic: there is no revision 'a81f' in this history (did you mean 'a81e'?)\n"),
        (("--around", "zzzz"), "git-alembic: there is no revision 'zzzz' in this history\n"),
        (("--around", ""), "git-alembic: there is no revision '' in this history\n"),
        (("--around", "001"), "git-alembic: '001' is ambiguous: it is a prefix of 10 revisions: 0010, 0011, 0012, "),
        (("--since", "gone"), "git-alembic: gone isn't a commit in this repository\n"),
        (("--rev", "gone"), "git-alembic: gone isn't a commit in this repository\n"),
        (("--published", "gone"), "published ref gone does not exist"),
        (("--environment", "x"), "git-alembic: no environment named 'x'; found: alembic.ini\n"),
        (("--rev", "HEAD", "--around", "a", "--since", "b"), "not allowed with argument"),
    ],
)
def test_unknown_names(shop: Project, options: tuple[str, ...], shown: str) -> None:
    assert shown in refused(shop, *options)


def test_staged_edits_of_committed_revisions(project: Project) -> None:
    project.revision("a", message="edited", body="return")
    (project.path / "migrations" / "versions" / "b_x.py").unlink()
    project.revision("b", message="moved and cut off", name="b_y.py")
    project.git("add", "-A")
    assert drawn(project) == lines("""
        alembic.ini (migrations) in the index: 2 revisions, 2 heads, 2 bases

        ●  a  edited             (head, staged: new content, base)

        ●  b  moved and cut off  (head, HEAD, staged: new parents and file name, base)
        """)


def test_a_deletion_is_drawn_until_it_is_committed(project: Project) -> None:
    project.git("rm", "-q", "migrations/versions/b_x.py")
    assert drawn(project) == lines("""
        alembic.ini (migrations) in the index: 1 revision, 1 head, 1 base

        ●  a  add a  (head, base)
        ◌  b  add b  (only in HEAD, head there)

        ● published: in HEAD   ◌ not in the index
        """)


def test_before_the_first_commit_all_is_staged(empty: Project) -> None:
    empty.write("alembic.ini", INI)
    empty.write("migrations/env.py", ENV_PY)
    for number in range(30):
        empty.revision(f"{number:02}", f"{number - 1:02}" if number else None)
    empty.git("add", "-A")
    assert drawn(empty) == lines("""
        alembic.ini (migrations) in the index: 30 revisions, 1 head, 1 base

        ◆  00  add 00    (staged, base)
        ⋮  25 revisions  (staged)
        ◆  26  add 26    (staged)
        ◆  27  add 27    (staged)
        ◆  28  add 28    (staged)
        ◆  29  add 29    (head, staged)

        ◆ staged, not committed
        """)


def test_unstaged_files_are_not_drawn(project: Project) -> None:
    project.revision("c", "b")
    assert "c" not in drawn(project).replace("(", "").split()


def test_a_bare_repository(shop: Project, tmp_path: Path) -> None:
    bare = Project(tmp_path / "origin.git")
    assert refused(bare) == (
        "git-alembic: there is no working tree here, so nothing is staged: pass a commit with --rev\n"
    )
    assert drawn(bare, "--rev", "main").splitlines()[-1] == "●    c3d9  add invoices     (head)"


def test_no_environment(empty: Project) -> None:
    empty.commit()
    assert refused(empty) == "git-alembic: there is no Alembic environment in the index\n"


def test_a_missing_target_does_not_prevent_the_drawing(project: Project) -> None:
    project.write("pyproject.toml", '[tool.git-alembic]\ntarget = "origin/trunk"\n')
    project.commit()
    assert drawn(project) == lines("""
        alembic.ini (migrations) in the index: 2 revisions, 1 head, 1 base

        ●  a  add a  (base)
        ●  b  add b  (head, HEAD)
        """)


@pytest.mark.parametrize(
    ("encoding", "row"),
    [
        ("utf-8", "◆    d111  Größe, заказы        (head, staged)"),
        ("cp437", "+    d111  Größe, ??????        (head, staged)"),
        ("cp1252", "+    d111  Größe, ??????        (head, staged)"),
        ("ascii", "+    d111  Gro?e, ??????        (head, staged)"),
    ],
)
def test_code_pages(shop: Project, encoding: str, row: str) -> None:
    shop.revision("d111", "b26f", message="Größe, заказы", name="d111_größe.py")
    shop.git("add", "-A")
    command = [sys.executable, "-m", "git_alembic", "graph"]
    env = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": encoding}
    printed = subprocess.run(command, cwd=shop.path, env=env, capture_output=True, check=True).stdout.decode(encoding)
    assert row in printed.splitlines()
    assert ("●" in printed) is (encoding == "utf-8")


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(shop: Project, width: int) -> None:
    printed = drawn(shop, columns=width).splitlines()
    assert max(map(len, printed)) <= width


def test_color_only_repeats_the_words(shop: Project) -> None:
    plain = drawn(shop)
    painted = drawn(shop, "--color", "always")
    assert "\x1b[1;32mb26f\x1b[0m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain
    assert drawn(shop, "--color", "never") == drawn(shop, FORCE_COLOR="") == plain


# The other formats


def test_json(shop: Project) -> None:
    found = json.loads(drawn(shop, "--since", "HEAD", "--format", "json"))
    history = found["environments"][0].pop("history")
    head, theirs = (shop.git("rev-parse", name).strip() for name in ("HEAD", "origin/main"))
    assert found == {
        "version": 1,
        "source": "index",
        "published": [{"name": "origin/main", "commit": theirs}],
        "target": {"name": "origin/main", "commit": theirs},
        "environments": [
            {
                "name": "alembic.ini",
                "script_location": "migrations",
                "versions": ["migrations/versions"],
                "revisions": 34,
                "heads": ["b26f"],
                "effective_heads": [],
                "bases": ["0001"],
                "branch_points": ["0010"],
                "merge_points": ["90bc"],
                "missing_parents": [],
                "duplicates": [],
                "cycles": [],
                "unreadable": [],
                "databases": None,
            }
        ],
    }
    assert [revision["id"] for revision in history] == ["0030", "a81e", "b26f", "c3d9"]
    assert history[2] == {
        "id": "b26f",
        "path": "migrations/versions/b26f_x.py",
        "message": "index orders by day",
        "down_revision": ["a81e"],
        "depends_on": ["4f2a"],
        "branch_labels": [],
        "state": "staged",
        "also_in": [],
        "head_of": [],
        "staged_changes": [],
        "marks": [],
    }
    assert [(revision["state"], revision["also_in"], revision["head_of"]) for revision in history] == [
        ("published", ["HEAD", "origin/main"], []),
        ("unpublished", ["HEAD"], ["HEAD"]),
        ("staged", [], []),
        ("elsewhere", ["origin/main"], ["origin/main"]),
    ]
    assert json.loads(drawn(shop, "--rev", "HEAD", "--format", "json"))["source"] == head


def test_json_has_the_folded_revisions(shop: Project) -> None:
    found = json.loads(drawn(shop, "--format", "json"))["environments"][0]
    assert len(found["history"]) == found["revisions"] + 1


def test_the_page_names_every_key_of_the_json(shop: Project) -> None:
    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set[str]().union(*map(keys, value)) if isinstance(value, list) else set()

    shop.write("migrations/versions/f.py", "revision = new()\ndown_revision = None\n")
    shop.git("add", "-A")
    assert {key for key in keys(json.loads(drawn(shop, "--format", "json"))) if f"`{key}`" not in PAGE} == set()


def test_mermaid(shop: Project) -> None:
    assert drawn(shop, "--since", "HEAD", "--format", "mermaid") == lines("""
        ```mermaid
        flowchart TD
          subgraph e0["alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base#59; what HEAD does not have"]
            direction TB
            e0n0["31 earlier revisions"]:::run
            e0n1["0030<br/>change number 30"]:::published
            e0n2["a81e<br/>add orders<br/>(unpublished, HEAD)"]:::unpublished
            e0n3["b26f<br/>index orders by day<br/>(head, staged, depends on 4f2a)"]:::staged
            e0n4["c3d9<br/>add invoices<br/>(only in origin/main, head there)"]:::elsewhere
            e0n0 --> e0n1
            e0n1 --> e0n2
            e0n2 --> e0n3
            e0n1 --> e0n4
          end
          classDef published fill:#e8f0fe,stroke:#1a5fb4,color:#10243e
          classDef unpublished fill:#fff4d6,stroke:#9a6700,color:#3d2b00
          classDef staged fill:#dff5e1,stroke:#1a7f37,stroke-width:3px,color:#0a3d17
          classDef elsewhere fill:#f6e8fb,stroke:#8250df,stroke-dasharray:4 3,color:#35155f
          classDef run fill:none,stroke:#8b949e,stroke-dasharray:2 3,color:#6e7781
        ```
        """)


def test_dot(shop: Project) -> None:
    assert drawn(shop, "--since", "HEAD", "--format", "dot") == lines(r"""
        digraph history {
          graph [fontname="Helvetica" labeljust="l"];
          node [shape="box" style="rounded,filled" fillcolor="#e8f0fe" color="#1a5fb4" fontname="Helvetica"];
          subgraph cluster_0 {
            label="alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base; what HEAD does not have";
            e0n0 [label="31 earlier revisions" style="rounded,dotted" color="#8b949e" fontcolor="#57606a"];
            e0n1 [label="0030\nchange number 30"];
            e0n2 [label="a81e\nadd orders\n(unpublished, HEAD)" fillcolor="#fff4d6" color="#9a6700"];
            e0n3 [label="b26f\nindex orders by day\n(head, staged, depends on 4f2a)" fillcolor="#dff5e1" color="#1a7f37" penwidth="2"];
            e0n4 [label="c3d9\nadd invoices\n(only in origin/main, head there)" style="rounded,filled,dashed" fillcolor="#f6e8fb" color="#8250df"];
            e0n0 -> e0n1;
            e0n1 -> e0n2;
            e0n2 -> e0n3;
            e0n1 -> e0n4;
          }
        }
        """)  # noqa: E501 - the lines that are printed


def test_svg(shop: Project) -> None:
    root = ET.fromstring(drawn(shop, "--format", "svg"))  # noqa: S314 - our own document
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "alembic.ini (migrations) in the index: 34 revisions, 1 head, 1 base"
    texts = [text.text for text in root.iter(f"{SVG}text")]
    rows = [line.split("  ") for line in drawn(shop).splitlines()[2:-2] if re.search(r"[0-9a-z]", line)]
    for row in rows:
        words = [word.strip() for cell in row[1:] for word in cell.strip(" ()").split(", ")]
        assert [word for word in words if word and word not in texts] == []
    discs = [circle.get("class", "").split()[-1] for circle in root.iter(f"{SVG}circle") if circle.get("r") == "5"]
    assert [discs.count(state) for state in ("published", "unpublished", "elsewhere")] == [8, 2, 2]
    assert len([path for path in root.iter(f"{SVG}path") if path.get("class") == "d"]) == 1


@pytest.mark.parametrize("output", ["mermaid", "dot", "svg", "json"])
def test_hostile_messages_stay_text_on_every_stream(project: Project, output: str) -> None:
    message = '"]; x --> y <script>&amp; `%%` #35; \\"] \x1b[31m\u202e заказы '
    project.revision("c<b>", "b", message=message, name="c.py")
    project.git("add", "-A")
    printed = drawn(project, "--format", output, PYTHONIOENCODING="ascii")
    assert printed.isascii()
    assert "\x1b" not in printed
    assert "<script>" not in printed or output in {"json", "dot"}
    if output == "mermaid":
        assert len(re.findall(r'^    e0n\d\["[^"`<>]*(?:<br/>[^"`<>]*)*"\]:::\w+$', printed, re.MULTILINE)) == 3
    if output == "dot":
        assert len(re.findall(r'^    e0n\d \[label="(?:[^"\\]|\\.)*"(?: \w+="[^"]*")*\];$', printed, re.MULTILINE)) == 3
    if output == "svg":
        root = ET.fromstring(printed)  # noqa: S314 - our own document
        texts = [text.text or "" for text in root.iter(f"{SVG}text")]
        assert '"]; x --> y <script>&amp; `%%` #35; "] [31m заказы' in texts


@pytest.mark.parametrize("output", ["text", "mermaid", "dot", "svg", "json"])
def test_a_broken_history_in_every_format(project: Project, output: str) -> None:
    project.revision("c", "gone")
    project.revision("d", "e", depends="nothing")
    project.revision("e", "d")
    project.write("migrations/versions/f.py", "revision = new()\ndown_revision = None\n")
    project.git("add", "-A")
    printed = drawn(project, "--format", output)
    assert "migrations/versions/f.py" in printed.replace("#47;", "/").replace("#95;", "_")
    if output != "json":
        for mark in ("missing parent gone", "missing dependency nothing", "in a cycle"):
            assert mark in printed


def test_nothing_changes_and_no_project_code_runs(shop: Project) -> None:
    shop.write("migrations/env.py", "raise SystemExit('ran')\n")
    before = shop.git("status", "--porcelain"), (shop.path / ".git" / "index").read_bytes()
    drawn(shop)
    assert (shop.git("status", "--porcelain"), (shop.path / ".git" / "index").read_bytes()) == before


def test_neither_alembic_nor_sqlalchemy_is_imported(shop: Project) -> None:
    code = (
        "import sys; from git_alembic.cli import main; code = main(['graph']); "
        "sys.exit(code or int(bool({'alembic', 'sqlalchemy', 'rich'} & set(sys.modules))))"
    )
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    assert subprocess.run([sys.executable, "-c", code], cwd=shop.path, env=env, check=False, stdout=-3).returncode == 0


def test_a_merge_that_is_not_committed_yet(cloned: Project) -> None:
    cloned.switch("topic", "main")
    cloned.revision("t", "b")
    cloned.commit()
    cloned.switch("main")
    cloned.revision("m", "b")
    cloned.commit()
    cloned.git("merge", "-q", "--no-commit", "topic")
    cloned.revision("j", ["m", "t"], message="merge heads")
    cloned.git("add", "-A")
    assert drawn(cloned) == lines("""
        alembic.ini (migrations) in the index: 5 revisions, 1 head, 1 base

        ●    a  add a        (base)
        ●    b  add b        (origin/main)
        ├─╮
        │ ○  t  add t        (unpublished, topic)
        ○ │  m  add m        (unpublished, HEAD)
        ├─╯
        ◆    j  merge heads  (head, staged)

        ● published: in origin/main   ○ unpublished   ◆ staged, not committed
        """)


def test_a_linked_worktree_has_its_own_index(shop: Project) -> None:
    shop.git("worktree", "add", "-q", "../other", "HEAD~1")
    assert drawn(Project(shop.path.parent / "other")).splitlines()[0] == (
        "alembic.ini (migrations) in the index: 32 revisions, 1 head, 1 base"
    )


def test_many_published_refs_are_counted(project: Project) -> None:
    for number in range(5):
        project.git("tag", f"v{number}")
    project.write("pyproject.toml", '[tool.git-alembic]\npublished = ["refs/tags/v*"]\n')
    project.revision("c", "b")
    project.commit()
    assert drawn(project, columns=100).splitlines()[-1] == (
        "● published: in refs/tags/v0, refs/tags/v1, refs/tags/v2 and 2 more   ○ unpublished"
    )
    assert "●  b  add b\n○  c  add c  (head, unpublished, HEAD)" in drawn(project)
