"""duplicate-revision: whom an id or a branch label names has to be one revision; as Alembic itself has it."""

from __future__ import annotations

import re
import subprocess
import sys

import alembic.script.revision as theirs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from git_alembic.audit.incidents import over
from git_alembic.environments.discovery import Environment
from git_alembic.history.change import Change, Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.revision import Revision
from git_alembic.rules.duplicate_revision import LABEL_WHY, find
from tests.history.test_revision_graph import rev
from tests.support.project import Project

HERE = Environment("alembic.ini", "migrations", ("versions",))
A, B, C = rev("a"), rev("b", "a"), rev("c", "b")


def snapshot(*revisions: Revision) -> Snapshot:
    return Snapshot("staged", HERE, RevisionGraph(revisions))


def change(after: Snapshot, *before: Snapshot) -> Change:
    return Change(HERE, before, after, (before or (after,))[0])


def labelled(revision: Revision, *labels: str) -> Revision:
    return revision._replace(labels=labels)


BX = labelled(B, "x")
LINE = snapshot(A, BX, C)
FIRES = [  # (before, after, file, revisions, message)
    (
        LINE,
        snapshot(A, BX, labelled(C, "x")),
        "versions/c_x.py",
        ("b", "c"),
        "branch label 'x' is also declared in versions/b_x.py",
    ),
    (
        snapshot(A, labelled(C._replace(down=("a",)), "x")),
        snapshot(A, BX, labelled(C, "x")),
        "versions/b_x.py",
        ("b", "c"),
        "branch label 'x' is also declared in versions/c_x.py",
    ),
    (
        LINE,
        snapshot(A, BX, labelled(C, "y", "x"), rev("d", "c", labels=("x", "z"))),
        "versions/d_x.py",
        ("b", "c", "d"),
        "branch label 'x' is also declared in versions/b_x.py, versions/c_x.py",
    ),
    (
        LINE,
        snapshot(A, BX, labelled(C, "a")),
        "versions/c_x.py",
        ("a", "c"),
        "branch label 'a' is also declared in versions/a_x.py as a revision id",
    ),
    (
        LINE,
        snapshot(A, BX, C, rev("x", "c")),
        "versions/x_x.py",
        ("b", "x"),
        "revision id 'x' is also declared in versions/b_x.py as a branch label",
    ),
    (
        LINE,
        snapshot(A, BX, labelled(C, "c")),
        "versions/c_x.py",
        ("c",),
        "branch label 'c' is the revision's own id",
    ),
    (
        LINE,
        snapshot(A, BX, labelled(C, "y", "y")),
        "versions/c_x.py",
        ("c",),
        "branch label 'y' is declared here twice",
    ),
]


@pytest.mark.parametrize(("before", "after", "path", "revisions", "message"), FIRES)
def test_a_label_that_names_more_than_one(
    before: Snapshot, after: Snapshot, path: str, revisions: tuple[str, ...], message: str
) -> None:
    (finding,) = find(change(after, before))
    assert (finding.path, finding.revisions, finding.message) == (path, revisions, message)
    assert (finding.rule, finding.why, finding.fixes) == ("duplicate-revision", LABEL_WHY, ())
    assert not over(finding.rule, finding.revisions, after.graph)
    assert over(finding.rule, finding.revisions, LINE.graph)


CLASH = snapshot(A, BX, labelled(C, "x"))
SILENT = {
    "a label is handed down": (snapshot(A), LINE),
    "labels of their own": (snapshot(A), snapshot(A, BX, labelled(C, "y", "z"))),
    "it was so before": (CLASH, snapshot(A, BX, labelled(C, "x"), rev("d", "c"))),
    "it moves with its file": (LINE, snapshot(A, BX._replace(path="other/b.py"), C)),
    "another file takes it over": (LINE, snapshot(A, B, labelled(C, "x"))),
    "what only code would give": (LINE, snapshot(A, labelled(B, "<LABEL>"), labelled(C, "<LABEL>"))),
    "it is repaired": (CLASH, LINE),
}


@pytest.mark.parametrize(("before", "after"), SILENT.values(), ids=SILENT.keys())
def test_what_is_no_clash(before: Snapshot, after: Snapshot) -> None:
    assert list(find(change(after, before))) == []


def test_a_merge_is_judged_against_each_parent() -> None:
    ours, theirs_ = LINE, snapshot(A, labelled(rev("d", "a"), "x"))
    both = snapshot(A, BX, C, labelled(rev("d", "a"), "x"))
    (finding,) = find(change(both, ours, theirs_))
    assert finding.message == "branch label 'x' is also declared in versions/b_x.py"
    assert list(find(change(both, ours, both))) == []


def test_all_is_judged_where_there_is_no_baseline() -> None:
    assert [finding.path for finding in find(change(CLASH))] == ["versions/c_x.py"]


def test_a_copy_has_two_names_to_change() -> None:
    """Its label as well as its id: Alembic refuses it for the label first."""
    copy = BX._replace(path="versions/copy.py", blob="other")
    assert [finding.message for finding in find(change(snapshot(A, BX, C, copy), LINE))] == [
        "revision id 'b' is also declared in versions/b_x.py",
        "branch label 'x' is also declared in versions/b_x.py",
    ]


SAID = """\
migrations/versions/c_x.py:8: duplicate-revision: branch label 'shop' is also
  declared in migrations/versions/b_x.py
  Every Alembic command will fail until one of them has another name.
  To allow it once: GIT_ALEMBIC_ALLOW=duplicate-revision git commit
  More: git alembic explain duplicate-revision
"""
names = st.sampled_from("abcdxyz")
histories = st.lists(st.tuples(names, st.lists(names, max_size=2)), max_size=6, unique_by=lambda one: one[0])


@settings(max_examples=400, deadline=None)
@given(histories)
def test_alembic_refuses_the_same(history: list[tuple[str, list[str]]]) -> None:
    """A line of revisions with labels: whenever Alembic refuses one for its labels, so do we, and never else."""
    ids = [id_ for id_, _ in history]
    line = [rev(id_, *ids[at - 1 : at] if at else (), labels=tuple(labels)) for at, (id_, labels) in enumerate(history)]
    made = [theirs.Revision(one.id, one.down or None, None, one.labels or None) for one in line]
    refused = None
    try:
        _ = theirs.RevisionMap(lambda: made).heads
    except theirs.RevisionError as error:
        refused = str(error)
    event("refused" if refused else "accepted")
    clashes = RevisionGraph(line).label_clashes
    assert bool(clashes) == bool(refused)
    if refused:
        blamed = re.fullmatch("Branch name '(.)' in revision (.) already used by revision (.)", refused)
        assert blamed
        assert {blamed[2], blamed[3]} <= set(dict(clashes)[blamed[1]])


def heads(project: Project) -> str:
    """What Alembic says."""
    command = [sys.executable, "-m", "alembic", "heads"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("label", ["shop", "b", "c"])
def test_the_real_alembic_refuses_what_check_does(project: Project, label: str) -> None:
    project.revision("b", "a", labels="shop")
    project.commit()
    project.revision("c", "b", labels="other")
    project.git("add", "-A")
    assert project.rules() == []
    assert heads(project) in ("c (other, shop) (head)\n", "c (shop, other) (head)\n")
    project.revision("c", "b", labels=label)
    project.git("add", "-A")
    assert project.rules() == ["duplicate-revision"]
    said = heads(project)  # blames either of the two
    assert re.search(f"Branch name '{label}' in revision [bc] already used by revision [bc]\n", said), said


def test_what_check_says(project: Project) -> None:
    project.revision("b", "a", labels="shop")
    project.commit()
    project.revision("c", "b", labels="shop")
    project.git("add", "-A")
    done = project.run("check")
    assert done.returncode == 1
    assert done.stdout == SAID
    for arguments, code in ((("fix", "--yes"), 1), (("graph",), 0)):
        done = project.run(*arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done
