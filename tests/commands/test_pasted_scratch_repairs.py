"""Pastes every repair that `drift` and `roundtrip` print into a shell, in every layout with an env.py.

`test_pasted_repairs.py` has the rules of `check`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from git_alembic.rules.rule_defaults import RULES, Rule
from tests.support.layouts import LAYOUTS, Templates, add_settings, copied
from tests.support.message_table import cases, report_on
from tests.support.model_projects import PYTHON, REVISION
from tests.support.pasted_repairs import PATH, SHELLS, paste, printed
from tests.support.project import Project

MODELS = """\
import sqlalchemy as sa

metadata = sa.MetaData()
"""
USERS = 'sa.Table("users", metadata, sa.Column("id", sa.Integer, primary_key=True))\n'
APP = """\
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from models import metadata

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
Migrate(app, SQLAlchemy(app, metadata=metadata))
"""
CREATE, DROP = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("users")'


class Place(NamedTuple):
    """A project with models, and where its files are."""

    project: Project
    versions: str
    code: str

    def write(self, path: str, text: str, *, stage: bool = True) -> None:
        self.project.write(path, text)
        if stage:
            self.project.git("add", "--", f":(literal){path}")

    def models(self, text: str) -> None:
        self.write(f"{self.code}/models.py", MODELS + text)

    def revision(self, up: str = "pass", down: str = "pass", *, stage: bool = True) -> None:
        self.write(f"{self.versions}/d_x.py", REVISION.format(id="d", down="c", up=up, down_body=down), stage=stage)


def new_model(place: Place) -> None:
    place.models(USERS)


def new_model_whose_revision_is_not_staged(place: Place) -> None:
    place.models(USERS)
    place.revision(CREATE, DROP, stage=False)


def unknown_table(place: Place) -> None:
    place.revision(CREATE, DROP)


def untracked_module(place: Place) -> None:
    place.write(f"{place.code}/sizes.py", "LONGEST = 30\n", stage=False)
    place.models("import sizes\n")


class Case(NamedTuple):
    """A mistake on top of a <- b <- c, the command that finds it, and the rule."""

    rule: str
    command: str
    stage: Callable[[Place], None]
    by_hand: bool = False


CASES = {
    "new model": Case("model-drift", "drift", new_model),
    "revision that is not staged": Case("model-drift", "drift", new_model_whose_revision_is_not_staged),
    "unknown table": Case("model-drift", "drift", unknown_table, by_hand=True),
    "untracked module": Case("untracked-import", "drift", untracked_module),
    "upgrade": Case("broken-upgrade", "roundtrip", lambda place: place.revision("raise ValueError"), by_hand=True),
    "second upgrade": Case("broken-upgrade", "roundtrip", lambda place: place.revision(CREATE), by_hand=True),
    "downgrade": Case("broken-downgrade", "roundtrip", lambda place: place.revision(CREATE, "raise ValueError"), True),
    "index": Case(
        "lossy-downgrade",
        "roundtrip",
        lambda place: place.revision('op.execute("CREATE TABLE IF NOT EXISTS t (id INTEGER)")'),
        by_hand=True,
    ),
}
# `git alembic drift` refuses an environment without env.py. Sentences are the same in every layout.
PAIRS = [
    (layout, name)
    for layout in LAYOUTS
    for name, case in CASES.items()
    if layout != "no alembic.ini" and (layout == "root" or not case.by_hand)
]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("layouts"))


def with_models(project: Project, name: str) -> Place:
    """Give a project of this layout models that its env.py compares, and the Python of the tests."""
    layout = LAYOUTS[name]
    place = Place(project, layout.versions, layout.code)
    place.models("")
    if name == "Flask-Migrate":
        place.write("app.py", APP)
    else:
        text = (project.path / layout.env_py).read_text()
        assert "target_metadata = None" in text
        place.write(
            layout.env_py, text.replace("target_metadata = None", "from models import metadata as target_metadata")
        )
    add_settings(project, f"python = {json.dumps(PYTHON)}")
    return place


@pytest.mark.parametrize(("layout", "name"), PAIRS)
def test_every_repair(templates: Templates, tmp_path: Path, layout: str, name: str) -> None:
    case = CASES[name]
    place = with_models(templates.copy(layout, tmp_path / "staged"), layout)
    case.stage(place)
    environment = ["--environment", "one/alembic.ini"] if layout == "two environments" else []
    environ = {"COLUMNS": "80", "PATH": PATH}
    text = place.project.run(case.command, *environment, env=environ).stdout
    repairs = printed(text, case.rule)
    assert repairs, text
    assert not any(repair.lines for repair in repairs) if case.by_hand else all(repair.lines for repair in repairs)
    for number, repair in enumerate(repairs):
        if repair.lines:
            project = copied(place.project.path, tmp_path / str(number))
            paste(project.path, repair.lines, SHELLS[number % 2])
            found = project.check(*environment, command=case.command, env=environ)
            assert (found["verdict"], found["findings"]) == ("clean", []), (repair, found["reason"])


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.runs_on_scratch], ids=lambda rule: rule.slug)
def test_every_rule_is_pasted(rule: Rule) -> None:
    """If a rule prints a command, a case pastes it. For other rules, a case checks that the words are there."""
    findings = [finding for made, _ in cases(rule) for finding in report_on(rule, made).findings]
    repairs = [repair for finding in findings for repair in finding.repairs]
    pasted = {case.by_hand for case in CASES.values() if case.rule == rule.slug}
    assert pasted, rule.slug
    assert False in pasted or not any(repair.commands for repair in repairs)
