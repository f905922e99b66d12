"""Branch labels that clash: `check` rejects what Alembic itself rejects."""

from __future__ import annotations

import re
import subprocess
import sys

import alembic.script.revision as theirs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from git_alembic.history.graph import RevisionGraph
from tests.history.test_graph import rev
from tests.support.project import Project

names = st.sampled_from("abcdxyz")
histories = st.lists(st.tuples(names, st.lists(names, max_size=2)), max_size=6, unique_by=lambda revision: revision[0])


@settings(max_examples=400, deadline=None)
@given(histories)
def test_alembic_refuses_the_same(history: list[tuple[str, list[str]]]) -> None:
    """For a line of revisions with labels, `check` rejects labels if and only if Alembic does."""
    ids = [id_ for id_, _ in history]
    line = [rev(id_, *ids[at - 1 : at] if at else (), labels=tuple(labels)) for at, (id_, labels) in enumerate(history)]
    made = [theirs.Revision(revision.id, revision.down or None, None, revision.labels or None) for revision in line]
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
    """Return Alembic's output."""
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
    output = heads(project)  # it blames one of the two
    assert re.search(f"Branch name '{label}' in revision [bc] already used by revision [bc]\n", output), output
