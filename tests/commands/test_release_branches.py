"""Backports to release branches. They bring nothing else from the target."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.project import Project

SETTINGS = '[tool.git-alembic]\nrelease-branches = ["release/*"]\n'


@pytest.fixture
def release(cloned: Project) -> Project:
    """Check out a release branch at `b`. On main, c follows, then d and e under the merge revision m."""
    cloned.write("pyproject.toml", SETTINGS)
    cloned.commit()
    cloned.git("push", "-q", "origin", "HEAD:main", "HEAD:release/1")
    cloned.git("branch", "release/1")
    for id_, down in (("c", "b"), ("d", "c"), ("e", "c"), ("m", ["d", "e"])):
        cloned.revision(id_, down)
    cloned.commit()
    cloned.git("push", "-q", "origin", "HEAD:main")
    cloned.git("fetch", "-q", "origin")
    cloned.switch("release/1")
    return cloned


def missing(report: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    (finding,) = [finding for finding in report["findings"] if finding["rule"] == "missing-parent"]
    return finding["message"], finding["fixes"]


def expected(note: str) -> list[dict[str, Any]]:
    return [{"command": [], "cwd": ".", "note": note, "alternative": 0}]


def test_a_backported_merge_revision_loses_what_the_release_lacks(release: Project) -> None:
    release.git("checkout", "main", "--", "migrations/versions/m_x.py")
    release.revision("d", "b")
    release.git("add", "-A")
    _, fixes = missing(release.check())
    assert fixes == expected("take 'e' out of `down_revision`, since this release branch doesn't have it")


def test_what_the_release_itself_removed_comes_back(release: Project) -> None:
    release.revision("x", "b")
    release.commit()
    release.git("rm", "-q", "migrations/versions/x_x.py")
    release.commit()
    release.revision("y", "x")
    release.git("add", "-A")
    _, fixes = missing(release.check())
    assert [fix["command"][:2] for fix in fixes] == [["git", "checkout"]]


def test_a_topic_for_main_still_merges_it(release: Project) -> None:
    release.switch("topic", "release/1")
    release.git("checkout", "main", "--", "migrations/versions/d_x.py")
    _, fixes = missing(release.check())
    assert ["git", "merge", "origin/main"] in [fix["command"] for fix in fixes]


class TestMergedRelease:
    """A release is merged into main. Both have published the same revision with another parent."""

    @pytest.fixture
    def merging(self, release: Project) -> Project:
        release.write("pyproject.toml", f'{SETTINGS}published = ["origin/main", "origin/release/*"]\n')
        release.git("checkout", "-q", "main")
        for name in "em":
            release.git("rm", "-q", f"migrations/versions/{name}_x.py")
        release.commit("keep c and d")
        release.git("push", "-q", "origin", "HEAD:main")
        release.git("checkout", "-q", "release/1")
        release.revision("d", "b")
        release.commit("backport d")
        release.git("push", "-q", "origin", "HEAD:release/1")
        release.switch("main")
        release.git("merge", "-q", "--no-commit", "-X", "theirs", "release/1")
        return release

    def test_the_parent_on_main_is_put_back(self, merging: Project) -> None:
        merging.git("checkout", "release/1", "--", "migrations/versions/d_x.py")

        (finding,) = merging.check()["findings"]
        assert finding["rule"] == "changed-down-revision"
        assert [fix["command"] for fix in finding["fixes"]] == [
            ["git", "alembic", "fix"],
            ["git", "checkout", "HEAD", "--", "migrations/versions/d_x.py"],
        ]
        merging.run("fix", "--yes")
        assert 'down_revision = "c"' in merging.git("show", ":migrations/versions/d_x.py").replace("'", '"')
        assert merging.check()["findings"] == []

    def test_main_s_version_is_right(self, merging: Project) -> None:
        merging.git("checkout", "HEAD", "--", "migrations/versions/d_x.py")
        assert merging.check()["findings"] == []

    def test_a_topic_takes_the_release_s_version_of_what_it_edited(self, merging: Project) -> None:
        merging.git("merge", "--abort")
        merging.switch("topic", "release/1~")
        merging.revision("d", "b", message="another text")
        merging.commit()
        merging.git("merge", "-q", "--no-commit", "-X", "theirs", "release/1")
        assert merging.check()["findings"] == []
