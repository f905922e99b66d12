"""The settings of one clone: `git config alembic.<key>`."""

from __future__ import annotations

import pytest

from git_alembic.config.settings import DriftSettings, EnvironmentSettings, Settings
from git_alembic.config.settings_in_git_config import override, parse_git_settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from tests.support.project import Project


def settings(*pairs: tuple[str, str | None], base: Settings | None = None) -> Settings:
    return override(base or Settings(), parse_git_settings(pairs))._replace(set_by_git=frozenset())


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], Settings()),
        ([("target", "upstream/main")], Settings(target="upstream/main")),
        ([("target", "a/b"), ("target", "c/d")], Settings(target="c/d")),
        ([("published", "origin/main")], Settings(published=("origin/main",))),
        ([("published", "a"), ("published", "refs/tags/v*")], Settings(published=("a", "refs/tags/v*"))),
        ([("heads", "2")], Settings(heads=2)),
        ([("heads", "one-per-label")], Settings(heads="one-per-label")),
        ([("fetch", "never")], Settings(fetch="never")),
        ([("python", ".venv/bin/python")], Settings(python=".venv/bin/python")),
        ([("python", "uv run python")], Settings(python=("uv", "run", "python"))),
        ([("python", "'/my project/python'")], Settings(python=("/my project/python",))),
        ([("python", r"C:\Python\python.exe")], Settings(python=r"C:\Python\python.exe")),
        ([("rules.renamed-revision", "error")], Settings(rules={"renamed-revision": "error"})),
        ([("drift.new-only", "off")], Settings(drift=DriftSettings(new_only=False))),
        ([("drift.new-only", None)], Settings(drift=DriftSettings(new_only=True))),
        ([("drift.env", "A=1"), ("drift.env", "B=x=y")], Settings(drift=DriftSettings(env={"A": "1", "B": "x=y"}))),
        (
            [("environments.a.b.script-location", "db"), ("environments.a.b.version-locations", "db/v")],
            Settings(environments=(EnvironmentSettings("a.b", script_location="db", version_locations=("db/v",)),)),
        ),
    ],
)  # fmt: skip
def test_values(pairs: list[tuple[str, str | None]], expected: Settings) -> None:
    assert settings(*pairs) == expected


def test_the_clone_wins_key_by_key() -> None:
    base = Settings(
        target="origin/main",
        heads=3,
        rules={"renamed-revision": "off", "edited-revision": "off"},
        drift=DriftSettings(database="sqlite", new_only=False),
    )
    own = [("target", "upstream/main"), ("rules.edited-revision", "error"), ("drift.new-only", "true")]
    assert settings(*own, base=base) == Settings(
        target="upstream/main",
        heads=3,
        rules={"renamed-revision": "off", "edited-revision": "error"},
        drift=DriftSettings(database="sqlite", new_only=True),
    )


def test_fields_that_the_clone_sets() -> None:
    assert override(Settings(), parse_git_settings([("target", "a/b")])).set_by_git == {"target"}
    assert override(Settings(heads=2), {}).set_by_git == frozenset()


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("tagret", "x"), 'git config: there is no setting alembic.tagret (did you mean "target"?)'),
        (("drift.new-onyl", "x"), 'git config: there is no setting alembic.drift.new-onyl (did you mean "new-only"?)'),
        (("heads", "0"), 'git config: alembic.heads must be a positive integer or "one-per-label", not 0'),
        (("heads", "two"), 'git config: alembic.heads must be a positive integer or "one-per-label", not "two"'),
        (
            ("fetch", "nevr"),
            'git config: alembic.fetch must be one of "auto", "never", "always", not "nevr" (did you mean "never"?)',
        ),
        (
            ("rules.edited-revision", ""),
            'git config: alembic.rules.edited-revision must be one of "error", "warning", "off", not ""',
        ),
        (("drift.new-only", "maybe"), 'git config: alembic.drift.new-only must be true or false, not "maybe"'),
        (("rules", "x"), "git config: alembic.rules needs a key below it: alembic.rules.RULE"),
        (
            ("environments.config", "x"),
            "git config: alembic.environments.config needs a name: alembic.environments.NAME.config",
        ),
        (
            ("environments.a.confg", "x"),
            'git config: there is no setting alembic.environments.confg (did you mean "config"?)',
        ),
        (("target", ""), 'git config: alembic.target must be a non-empty string, not ""'),
    ],
)  # fmt: skip
def test_mistakes(pair: tuple[str, str], message: str) -> None:
    with pytest.raises(CannotCheck) as refusal:
        parse_git_settings([pair])
    assert str(refusal.value) == message


def test_values_as_git_prints_them(project: Project) -> None:
    project.git("config", "alembic.target", "upstream/main")
    project.git("config", "--add", "alembic.published", "a\nb")
    project.git("config", "alembic.rules.edited-revision", "off")
    project.write(".git/config", (project.path / ".git" / "config").read_text() + '[alembic "drift"]\n\tnew-only\n')
    assert Repository(str(project.path)).alembic_config() == [
        ("target", "upstream/main"),
        ("published", "a\nb"),
        ("rules.edited-revision", "off"),
        ("drift.new-only", None),
    ]


class TestCommands:
    def test_git_config_wins_over_pyproject(self, cloned: Project) -> None:
        cloned.write("pyproject.toml", "[tool.git-alembic]\nheads = 1\n")
        cloned.revision("c", "a")
        cloned.git("add", "-A")
        assert cloned.rules() == ["multiple-heads"]
        cloned.git("config", "alembic.heads", "2")
        assert cloned.rules() == []
        cloned.git("config", "alembic.heads", "1")
        cloned.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        cloned.git("add", "-A")
        assert cloned.rules() == ["multiple-heads"]

    def test_the_command_line_wins_over_git_config(self, cloned: Project) -> None:
        cloned.git("config", "alembic.published", "no/such")
        cloned.git("rm", "-q", "migrations/versions/b_x.py")
        assert cloned.check()["reason"].startswith("the published ref no/such does not exist here")
        assert cloned.rules("--published", "origin/main") == ["deleted-revision"]

    def test_a_mistake_cannot_be_checked(self, cloned: Project) -> None:
        cloned.git("config", "alembic.tagret", "x")
        cloned.revision("c", "b")
        cloned.git("add", "-A")
        expected = 'git config: there is no setting alembic.tagret (did you mean "target"?)'
        assert cloned.check()["reason"] == expected

    def test_a_rule_that_does_not_exist(self, cloned: Project) -> None:
        cloned.git("config", "alembic.rules.multiple-head", "off")
        cloned.revision("c", "a")
        cloned.git("add", "-A")
        assert 'unknown rule "multiple-head"' in cloned.check()["reason"]
