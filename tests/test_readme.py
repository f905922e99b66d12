"""What the README shows is what is printed, and what it names exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Project
from git_alembic.cli import COMMANDS
from git_alembic.settings import RULES, parse

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
HOOK = '#!/bin/sh\nexec "{python}" -m git_alembic check\n'


def shown(project: Project, *command: str) -> str:
    """A command and what it prints, as on a terminal of 80 columns."""
    done = subprocess.run(command, cwd=project.path, stdout=-1, stderr=subprocess.STDOUT, check=False, text=True)
    return f"$ {' '.join(command)}\n{done.stdout}"


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Main has 4f2a <- 9c01, topic has 4f2a <- e5d3; the hook stands where merges are made."""
    monkeypatch.setenv("COLUMNS", "80")
    shutil.rmtree(project.path / "migrations" / "versions")
    project.revision("4f2a", message="create customers", name="4f2a_create_customers.py")
    project.commit()
    project.switch("topic", "main")
    project.revision("e5d3", "4f2a", message="add invoices", name="e5d3_add_invoices.py")
    project.commit()
    project.switch("main")
    project.revision("9c01", "4f2a", message="add orders", name="9c01_add_orders.py")
    project.commit()
    hook = project.path / ".git" / "hooks" / "pre-merge-commit"
    hook.write_text(HOOK.format(python=sys.executable))
    hook.chmod(0o755)
    return project


def test_the_blocked_merge_is_a_real_one(shop: Project) -> None:
    printed = shown(shop, "git", "merge", "--quiet", "topic").replace(" --quiet", "")
    assert re.search(r"```console\n(\$ git merge.*?)```", README, re.DOTALL).group(1) == printed  # type: ignore[union-attr]


def test_every_rule_of_check_is_in_the_table() -> None:
    rows = re.findall(r"^\| \[([a-z-]+)\]\(docs/rules/([a-z-]+)\.md\)", README, re.MULTILINE)
    assert {slug for slug, page in rows if slug == page} == set(RULES)
    assert len(rows) == len(set(rows)) == len(RULES)


def test_every_command_is_in_the_table() -> None:
    assert {name for name in COMMANDS if not re.search(rf"^\| `.*\b{name}\b", README, re.MULTILINE)} == set()


def test_the_configuration_is_valid() -> None:
    settings = parse(re.search(r"```toml\n(.*?)```", README, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert settings.target == "origin/main"
    assert settings.rules == {"renamed-revision": "error"}
