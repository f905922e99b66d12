"""What a checking command checks, from its options and from the variables of a hook."""

from __future__ import annotations

import argparse
import re

import pytest

from git_alembic.checking.run_and_report import policy_for, request_from_options, run_and_report
from git_alembic.checking.shared_command_line_options import Options, add_report_options, add_source_options
from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.findings.finding import Command, Finding, Repair
from git_alembic.findings.report import Report
from git_alembic.git import INDEX, Repository
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commits_to_compare import ComparisonRequest
from tests.support.imported_commits import ImportedCommit, import_commits
from tests.support.project import Project


def options(*arguments: str) -> Options:
    parser = argparse.ArgumentParser()
    add_source_options(parser)
    add_report_options(parser)
    return parser.parse_args(arguments, Options())


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return base <- main, and base <- topic; other is unrelated."""
    commits = [
        ImportedCommit("base"),
        ImportedCommit("main", {"m": ""}, ("base",)),
        ImportedCommit("topic", {"t": ""}, ("base",)),
        ImportedCommit("other", {"o": ""}),
    ]
    return import_commits(tmp_path_factory.mktemp("history") / "work", commits)


def commit(project: Project, name: str) -> str:
    return project.git("rev-parse", name).strip()


def request(project: Project, *arguments: str) -> ComparisonRequest:
    return request_from_options(Repository(str(project.path)), options(*arguments))


def test_the_index(history: Project) -> None:
    head = commit(history, "main")
    assert request(history) == ComparisonRequest(INDEX, "staged", (NamedCommit("HEAD", head),))
    assert request(history, "--published", "topic", "--environment", "x", "--against", "topic") == ComparisonRequest(
        INDEX,
        "staged",
        (NamedCommit("HEAD", head),),
        ("topic",),
        (NamedCommit("topic", commit(history, "topic")),),
        ("x",),
    )


def test_one_commit(history: Project) -> None:
    topic = commit(history, "topic")
    assert request(history, "--rev", "topic") == ComparisonRequest(topic, "topic", ())
    assert request(history, "--rev", topic).name == topic[:10]


def test_a_range_begins_at_the_merge_base(history: Project) -> None:
    base, main, topic = (commit(history, name) for name in ("base", "main", "topic"))
    assert request(history, "--from-ref", "main", "--to-ref", "topic") == ComparisonRequest(
        topic, "topic", (NamedCommit(base[:12], base),), (), (NamedCommit("main", main),)
    )
    assert request(history, "--from-ref", "base", "--to-ref", "topic") == ComparisonRequest(
        topic, "topic", (NamedCommit("base", base),)
    )
    assert request(history, "--from-ref", "topic", "--to-ref", "base") == ComparisonRequest(
        base, "base", (NamedCommit(base[:12], base),)
    )
    other = commit(history, "other")
    assert request(history, "--from-ref", "other", "--to-ref", "topic") == ComparisonRequest(
        topic, "topic", (NamedCommit("other", other),)
    )
    both = request(history, "--from-ref", "main", "--to-ref", "topic", "--against", "main", "--against", "other")
    assert both.targets == (("main", main), ("other", other))


def test_the_variables_of_pre_commit(history: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", commit(history, "base"))
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "topic")
    assert request(history).source == commit(history, "topic")
    assert request(history).parents == ((commit(history, "base")[:10], commit(history, "base")),)
    assert request(history, "--rev", "main").source == commit(history, "main")
    assert request(history, "--to-ref", "main").source == commit(history, "main")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rev", "main", "--to-ref", "topic"), "--rev can't be combined with --from-ref or --to-ref"),
        (("--from-ref", "main"), "--from-ref and --to-ref must be used together"),
        (("--to-ref", "main"), "--from-ref and --to-ref must be used together"),
    ],
)
def test_options_that_do_not_fit(history: Project, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CannotCheck, match=f"^{re.escape(message)}$"):
        request(history, *arguments)


def test_without_a_working_tree_nothing_is_staged(history: Project) -> None:
    repository = Repository(str(history.path / ".git"))
    message = (
        "there is no working tree here, so nothing is staged: pass a commit with --rev, or a range with --from-ref and "
        "--to-ref"
    )
    with pytest.raises(CannotCheck, match=f"^{re.escape(message)}$"):
        request_from_options(repository, options())


def test_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(rules={"edited-revision": "off"}, fail_on_warning=True)
    policy = policy_for(options("--ignore", "extra-base"), settings, beyond_commit=True)
    severities = policy.severities
    assert (severities["edited-revision"], severities["extra-base"], severities["divergent-heads"]) == (
        "off",
        "off",
        "error",
    )
    assert policy.fail_on_warning
    monkeypatch.setenv("GIT_ALEMBIC_ALLOW", "multiple-heads")
    assert list(policy_for(options(), Settings(), beyond_commit=False).allowed) == ["multiple-heads"]
    assert list(policy_for(options(), Settings(), beyond_commit=False, allowed="").allowed) == []


FINDING = Finding(
    "extra-base", "x.py", 0, ("b",), "a base", repairs=(Repair("x", (Command(("git", "alembic", "fix")),)),)
)


@pytest.fixture
def in_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    monkeypatch.delenv("PRE_COMMIT", raising=False)


def test_the_report_of_a_check(in_project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_and_report(options(), "git commit", lambda _: Report(findings=(FINDING,))) == 1
    output = capsys.readouterr().out
    assert "To allow it once: GIT_ALEMBIC_ALLOW=extra-base git commit" in output
    assert run_and_report(options(), "git commit", lambda _: Report(findings=(FINDING,), repeat="git x")) == 1
    assert "To allow it once: GIT_ALEMBIC_ALLOW=extra-base git x" in capsys.readouterr().out


def refuse(error: Exception) -> Report:
    raise error


def test_what_cannot_be_checked(in_project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_and_report(options(), "", lambda _: refuse(CannotCheck("no idea"))) == 2
    assert capsys.readouterr().out == "git-alembic: cannot check: no idea\n"
    assert run_and_report(options("--select", "extra-bose"), "", lambda _: Report()) == 2
    assert "extra-bose" in capsys.readouterr().out
    with pytest.raises(OSError, match="odd"):
        run_and_report(options(), "", lambda _: refuse(OSError("odd")))


def test_commands_of_another_program(
    in_project: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("git_alembic.checking.run_and_report.own_program", lambda: ("/env/bin/git-alembic",))
    run_and_report(options(), "", lambda _: Report(findings=(FINDING,)))
    output = capsys.readouterr().out
    assert "    /env/bin/git-alembic fix\n" in output
    assert "More: /env/bin/git-alembic explain extra-base" in output
