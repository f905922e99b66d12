"""The checks of the release workflow before it builds, run in a shell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from git_alembic import __version__

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))


def test_only_a_tag_starts_it_and_only_the_publish_job_gets_an_identity_token() -> None:
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}  # `on` is a boolean in YAML 1.1
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in WORKFLOW["jobs"].items()} == {
        "build": None,
        "publish": {"id-token": "write"},
    }
    assert WORKFLOW["jobs"]["publish"]["needs"] == "build"


@pytest.mark.parametrize(("tag", "code"), [(f"v{__version__}", 0), ("v0.0.1", 1), (__version__, 1)])
def test_the_tag_is_the_version_and_the_changelog_has_it(tag: str, code: int) -> None:
    (script,) = [step["run"] for step in WORKFLOW["jobs"]["build"]["steps"] if "Compare" in step.get("name", "")]
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=ROOT, env={"PATH": "/usr/bin:/bin", "GITHUB_REF_NAME": tag}, check=False
    )
    assert done.returncode == code


@pytest.mark.parametrize("workflow", ["release.yml", "test.yml"])
def test_the_tests_that_a_workflow_names_exist(workflow: str) -> None:
    text = (ROOT / ".github/workflows" / workflow).read_text(encoding="utf-8")
    named = re.findall(r"\btests/[\w/]+(?:\.py)?", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
