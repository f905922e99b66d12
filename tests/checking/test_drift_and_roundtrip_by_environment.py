"""The check of each environment on a scratch database, with literal results of the runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from git_alembic.checking.drift_and_roundtrip_by_environment import check_each_environment
from git_alembic.checking.shared_command_line_options import Options, add_report_options, add_source_options
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.findings.report import EnvironmentState, Report
from git_alembic.git import Repository
from git_alembic.scratch.drift_and_roundtrip.failures_of_new_revisions import ScratchCheck
from git_alembic.scratch.scratch_result import Failure, Run, ScratchResult
from tests.support.project import ENV_PY, INI, Project

Check = Callable[[ScratchCheck, Settings], ScratchResult | None]


def checked(project: Project, check: Check, *arguments: str) -> Report:
    parser = argparse.ArgumentParser()
    add_source_options(parser)
    add_report_options(parser)
    options = parser.parse_args(arguments, Options())
    return check_each_environment(Repository(str(project.path)), options, "roundtrip of it", check)


def clean(_: ScratchCheck, __: Settings) -> ScratchResult | None:
    return None


def broken(check: ScratchCheck, _: Settings) -> ScratchResult:
    """Return a run in which the last revision fails."""
    graph = check.change.after.graph
    failure = Failure("project", "upgrade", "ValueError", "it broke", revision=graph.heads[0])
    return ScratchResult(check.change.environment, (graph[graph.heads[0]],), Run(failure=failure))


@pytest.fixture
def two(project: Project) -> Project:
    """A second environment, with another revision, is committed too."""
    project.write("two/alembic.ini", INI)
    project.write("two/migrations/env.py", ENV_PY)
    project.revision("z", folder="two/migrations/versions")
    project.commit()
    return project


STATES = (
    EnvironmentState("alembic.ini", "migrations", ("b",), ("a",), 2),
    EnvironmentState("two/alembic.ini", "two/migrations", ("z",), ("z",), 1),
)


def test_every_environment_is_checked(two: Project) -> None:
    names: list[str] = []

    def check(each: ScratchCheck, _: Settings) -> None:
        names.append(each.change.environment.name)

    report = checked(two, check)
    assert names == ["alembic.ini", "two/alembic.ini"]
    assert (report.environments, report.findings, report.reason) == (STATES, (), None)
    names.clear()
    assert checked(two, check, "--environment", "two/alembic.ini").environments == STATES[1:]
    assert names == ["two/alembic.ini"]


def test_findings_of_all_environments(two: Project) -> None:
    report = checked(two, broken)
    assert [(finding.rule, finding.environment, finding.revisions) for finding in report.findings] == [
        ("broken-upgrade", "alembic.ini", ("b",)),
        ("broken-upgrade", "two/alembic.ini", ("z",)),
    ]
    ignored = checked(two, broken, "--ignore", "broken-upgrade")
    assert ignored.findings == ()


def refuse(each: ScratchCheck, _: Settings) -> None:
    if each.change.environment.name == "two/alembic.ini":
        raise CannotCheck("no server")


def test_a_reason_names_the_environment_if_there_are_several(two: Project) -> None:
    assert checked(two, refuse).reason == "two/alembic.ini: no server"
    two.git("rm", "-qr", "alembic.ini", "migrations")
    assert checked(two, refuse).reason == "no server"


def test_an_environment_that_cannot_run(two: Project) -> None:
    two.git("rm", "-q", "two/migrations/env.py")
    assert checked(two, clean).reason == (
        "two/migrations has no env.py, so its revisions can't be run: select the other environments with "
        "--environment, or, under `environments` in [tool.git-alembic], list only the ones that Alembic runs"
    )
    two.git("reset", "-q", "--hard")
    two.write("migrations/versions/c_x.py", "revision = 'c'\ndown_revision = call()\n")
    two.git("add", "-A")
    assert checked(two, clean).reason == (
        "migrations/versions/c_x.py:2: `down_revision` isn't a literal: it is computed by a call (line 2) (see `git "
        "alembic check`)"
    )


def test_no_environment(empty: Project) -> None:
    empty.commit()
    with pytest.raises(CannotCheck, match="environment"):
        checked(empty, clean)


def test_a_commit_instead_of_the_index(project: Project) -> None:
    project.revision("c", "b")
    project.git("add", "-A")
    assert checked(project, clean).environments[0].heads == ("c",)
    assert checked(project, clean, "--rev", "HEAD").environments[0].heads == ("b",)
