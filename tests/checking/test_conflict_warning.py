"""A push warns about branches that it will collide with."""

from __future__ import annotations

import pytest

from git_alembic.checking.conflict_warning import find_conflict_warnings
from git_alembic.git import Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.snapshot_reader import open_reader
from tests.support.imported_commits import START, ImportedCommit, import_commits
from tests.support.literal_changes import revision
from tests.support.project import Project
from tests.support.revision_files import file_of

DAY = 86_400
INI = "[alembic]\nscript_location = db\n"


def files(**parents: str) -> dict[str, str | bytes | None]:
    return {f"db/versions/{id_}.py": file_of(revision(id_, down)) for id_, down in parents.items()}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return main with a, one pushed branch with b, and remote branches beside it."""
    main = "refs/remotes/origin/main"
    commits = [
        ImportedCommit(main, {"alembic.ini": INI, "db/env.py": "", **files(a="")}),
        ImportedCommit("mine", files(b="a"), (main,)),
        ImportedCommit("refs/remotes/origin/mine", files(old="a"), (main,)),
        *(
            ImportedCommit(f"refs/remotes/origin/x{number}", files(**{f"x{number}": "a"}), (main,))
            for number in range(4)
        ),
        ImportedCommit("refs/remotes/origin/docs", {"README": ""}, (main,)),
        ImportedCommit("alone", {"db/env.py": "# new"}, (main,)),
    ]
    project = import_commits(tmp_path_factory.mktemp("warning") / "work", commits)
    project.git("remote", "add", "origin", "nowhere")
    project.git("update-ref", "refs/remotes/origin/same", "mine")
    return project


def warnings(project: Project, name: str) -> list[str]:
    repository = Repository(str(project.path))
    target, pushed = repository.resolve(["refs/remotes/origin/main", f"refs/heads/{name}"])
    named = NamedCommit(name, pushed or "")
    return find_conflict_warnings(
        repository, open_reader(repository), NamedCommit("origin/main", target or ""), named, START + 3 * DAY
    )


def test_at_most_three_lines(history: Project) -> None:
    """The earlier state of the branch and other names of its commit are no other branches."""
    line = "mine will collide with origin/{0} by Ada, 2 days old: a fork with the heads 'b' and '{0}'"
    assert warnings(history, "mine") == [
        line.format("x0"),
        line.format("x1"),
        "… and 2 more (see `git alembic conflicts --branch mine`)",
    ]


def test_three_lines_are_shown_as_they_are(history: Project) -> None:
    history.git("update-ref", "refs/kept", "refs/remotes/origin/x3")
    history.git("update-ref", "-d", "refs/remotes/origin/x3")
    try:
        assert [line.split()[4] for line in warnings(history, "mine")] == ["origin/x0", "origin/x1", "origin/x2"]
    finally:
        history.git("update-ref", "refs/remotes/origin/x3", "refs/kept")


def test_a_push_without_revisions(history: Project) -> None:
    assert warnings(history, "alone") == []


def test_what_cannot_be_checked_is_a_line(history: Project) -> None:
    repository = Repository(str(history.path))
    found = find_conflict_warnings(
        repository, open_reader(repository), NamedCommit("gone", "1" * 40), NamedCommit("mine", "2" * 40), START
    )
    assert len(found) == 1
    assert found[0].startswith("could not check for conflicts with other branches: ")
