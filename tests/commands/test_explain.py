"""`git alembic explain`: the pages from a checkout and from a wheel, the list, and names that are no rule."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.commands import explain
from git_alembic.errors import CannotCheck
from git_alembic.report.documentation_paths_and_urls import sentence
from git_alembic.rules.rule_defaults import BY_SLUG, RULES
from tests.support.installations import DOCUMENTATION, installed_from
from tests.support.project import Project

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rules"


@pytest.mark.parametrize("rule", sorted(path.stem for path in PAGES.iterdir()))
def test_prints_the_page(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.main([rule]) == 0
    assert capsys.readouterr() == ((PAGES / f"{rule}.md").read_text(encoding="utf-8"), "")


def test_lists_every_rule_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[::2] == sorted(path.stem for path in PAGES.iterdir())
    assert all(line.startswith("    ") and line.endswith(".") for line in lines[1::2])
    assert lines[lines.index("edited-revision") + 1] == "    The code of a published revision changed."


def test_a_sentence_over_two_lines_is_listed_on_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "two-lines.md").write_text("# two-lines\n\nOne sentence\non two lines.\n\nSeverity: error.\n")
    monkeypatch.setattr(explain, "pages", lambda: {"two-lines": tmp_path / "two-lines.md"})
    assert explain.listing() == "two-lines\n    One sentence on two lines."


def test_names_the_nearest_rule() -> None:
    with pytest.raises(CannotCheck) as refusal:
        explain.main(["multiple-head"])
    assert str(refusal.value) == "there is no rule 'multiple-head' (did you mean 'multiple-heads'?)"


@pytest.mark.parametrize("rule", ["../rules/multiple-heads", "multiple-heads.md", "", "Multiple heads", "zzz"])
def test_an_unknown_rule_has_no_page(rule: str) -> None:
    with pytest.raises(CannotCheck, match="there is no rule"):
        explain.main([rule])


def test_two_rules_are_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        explain.main(["multiple-heads", "extra-base"])
    assert stop.value.code == 2
    assert "unrecognized arguments: extra-base" in capsys.readouterr().err


@pytest.mark.parametrize("topic", ["configuration", "hooks", "limits"])
def test_prints_the_pages_that_messages_name(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.main([topic]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / f"{topic}.md").read_text(encoding="utf-8")


def test_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.main(["schema"]) == 0
    assert "fail-on-warning" in json.loads(capsys.readouterr().out)["properties"]


class TestSeverity:
    """The project's setting replaces the default."""

    def severity(self, project: Project, *arguments: str) -> list[str]:
        text = project.run("explain", *arguments).stdout
        return text.partition("\n\nSeverity: ")[2].partition("\n\n## Why")[0].split("\n\n")

    def test_default(self, empty: Project) -> None:
        assert self.severity(empty, "multiple-heads") == ["error."]
        assert self.severity(empty, "divergent-heads") == [
            "warning. It's an error when you push, or check a branch or a range."
        ]

    @pytest.mark.parametrize(
        ("at", "expected"),
        [("commit", "warning when you commit."), ("push", "error when you push, or check a branch or a range.")],
    )
    def test_severity_at_a_commit_or_a_push(self, empty: Project, at: str, expected: str) -> None:
        assert self.severity(empty, "divergent-heads", "--at", at) == [expected]
        assert self.severity(empty, "multiple-heads", "--at", at) == ["error."]
        empty.git("config", "alembic.rules.divergent-heads", "off")
        assert self.severity(empty, "divergent-heads", "--at", at) == ["off, set by `git config`."]

    def test_the_next_paragraph_stays(self, empty: Project) -> None:
        empty.write("pyproject.toml", '[tool.git-alembic.rules]\nmodel-drift = "warning"\n')
        empty.git("add", "pyproject.toml")
        configured, who = self.severity(empty, "model-drift")
        assert configured == "warning, set by `[tool.git-alembic.rules]`."
        assert who.startswith("Only [`git alembic drift`](../commands/drift.md) reports this.")

    def test_configured_for_the_clone(self, empty: Project) -> None:
        empty.git("config", "alembic.rules.edited-revision", "error")
        assert self.severity(empty, "edited-revision") == ["error, set by `git config`."]

    def test_a_warning_that_blocks(self, empty: Project) -> None:
        empty.write("pyproject.toml", "[tool.git-alembic]\nfail-on-warning = true\n")
        empty.git("add", "pyproject.toml")
        assert self.severity(empty, "edited-revision") == [
            "warning.",
            "Warnings block the commit too, because `fail-on-warning` is set.",
        ]
        assert self.severity(empty, "multiple-heads") == ["error."]

    def test_a_broken_configuration(self, empty: Project) -> None:
        empty.write("pyproject.toml", "[tool.git-alembic")
        empty.git("add", "pyproject.toml")
        assert self.severity(empty, "multiple-heads") == ["error."]


class TestTerminal:
    """Like `git help`: wrapped, in color, and in git's pager."""

    @pytest.fixture(autouse=True)
    def environ(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("NO_COLOR", "FORCE_COLOR", "GIT_PAGER", "PAGER", "LESS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "60")

    def shown(self, project: Project, *arguments: str) -> str:
        """Return what a terminal shows."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "git_alembic", "explain", *arguments]
        with subprocess.Popen(command, cwd=project.path, stdin=theirs, stdout=theirs, stderr=theirs):
            os.close(theirs)
            shown = b""
            while chunk := self.read(ours):
                shown += chunk
        os.close(ours)
        return shown.decode().replace("\r\n", "\n")

    @staticmethod
    def read(terminal: int) -> bytes:
        try:
            return os.read(terminal, 65536)
        except OSError:  # Linux reports this when the other end of the terminal is closed
            return b""

    def test_the_text(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_PAGER", "cat")
        shown = self.shown(empty, "multiple-heads")
        assert shown.startswith(
            "\x1b[1mmultiple-heads\x1b[0m\n\n    The staged history has more heads than allowed, and more\n"
            "    than it had before.\n\n    Severity: error.\n\n\x1b[1mWHY\x1b[0m\n"
        )

    def test_the_pager(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        """`GIT_PAGER` overrides `core.pager`, which overrides `PAGER`."""
        monkeypatch.setenv("PAGER", "sed 's/^/pager: /'")
        assert self.shown(empty, "multiple-heads").startswith("pager: \x1b[1mmultiple-heads")
        empty.git("config", "core.pager", "sed 's/^/core: /'")
        assert self.shown(empty, "multiple-heads").startswith("core: \x1b[1mmultiple-heads")
        monkeypatch.setenv("GIT_PAGER", "sed 's/^/git: /'; echo $LESS")
        shown = self.shown(empty)
        assert shown.startswith("git: broken-downgrade\n")
        assert shown.endswith("\nFRX\n")

    def test_a_pager_that_ends_early(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_PAGER", "head -n 1")
        assert self.shown(empty, "multiple-heads") == "\x1b[1mmultiple-heads\x1b[0m\n"

    def test_no_such_pager(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_PAGER", "no-such-pager")
        assert "The staged history has more heads than allowed" in self.shown(empty, "multiple-heads")

    def test_a_terminal_without_colors(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_PAGER", "cat")
        monkeypatch.setenv("TERM", "dumb")
        assert self.shown(empty, "multiple-heads").startswith("multiple-heads\n")


class TestJson:
    def json_output(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str | None]]:
        assert explain.main([*arguments, "--format", "json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["version"] == 1
        rules: list[dict[str, str | None]] = found["rules"]
        return rules

    def test_all(self, capsys: pytest.CaptureFixture[str]) -> None:
        rules = self.json_output(capsys)
        assert [rule["rule"] for rule in rules] == sorted(BY_SLUG)
        assert {rule["rule"]: rule["severity"] for rule in rules} == {rule.slug: rule.default for rule in RULES}
        assert all(rule["page"] == (PAGES / f"{rule['rule']}.md").read_text(encoding="utf-8") for rule in rules)

    def test_one(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.syspath_prepend(installed_from(tmp_path)["PYTHONPATH"])
        (rule,) = self.json_output(capsys, "divergent-heads")
        assert (rule["severity"], rule["severity_beyond_commit"]) == ("warning", "error")
        assert rule["summary"] == sentence(str(rule["page"]))
        assert rule["address"] == f"{DOCUMENTATION}/rules/divergent-heads.md"

    def test_no_address(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "path", [])
        assert self.json_output(capsys, "extra-base")[0]["address"] is None

    def test_no_rule(self) -> None:
        with pytest.raises(CannotCheck, match="there is no rule 'hooks'"):
            explain.main(["hooks", "--format", "json"])


def test_reads_the_pages_that_were_installed_with_the_package(tmp_path: Path) -> None:
    package = tmp_path / "git_alembic"
    shutil.copytree(ROOT / "hooks" / "git_alembic", package, ignore=shutil.ignore_patterns("__pycache__", "_rules"))
    (package / "_rules").mkdir()
    (package / "_rules" / "multiple-heads.md").write_text("# multiple-heads\n\nAs installed.\n\nSeverity: error.\n")
    code = "from git_alembic.commands.explain import main; main([]); main(['multiple-heads'])"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == (
        "multiple-heads\n    As installed.\n# multiple-heads\n\nAs installed.\n\nSeverity: error.\n"
    )
