"""What FLASK_APP could be, by the files of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.scratch.probe.project.flask_app_suggestions import suggest_flask_app

APP = "from flask import Flask\napp = Flask(__name__)\n"
FACTORY = "from flask import Flask\ndef {name}({parameters}):\n    return Flask(__name__)\n"


@pytest.mark.parametrize(
    ("files", "suggestion"),
    [
        ({"shop/__init__.py": APP}, "shop/__init__.py"),
        (
            {"application.py": APP, "shop/__init__.py": FACTORY.format(name="create_app", parameters="")},
            "application.py",
        ),
        ({"zoo.py": APP, "wsgi.py": "from shop import create_app\napplication = create_app()\n"}, "wsgi.py"),
        ({"src/shop/web.py": APP.replace("app =", "api =")}, "src/shop/web.py:api"),
        ({"shop/web.py": FACTORY.format(name="create_app", parameters="config=None")}, "shop/web.py"),
        ({"shop/web.py": FACTORY.format(name="build", parameters="*, config=None")}, "shop/web.py:build"),
        ({"run.py": FACTORY.format(name="build", parameters="x") + "web = build(1)\n"}, "run.py:web"),
        ({"run.py": "import flask\napp = flask.Flask('x')\n"}, "run.py"),
        # nothing that `flask` could use
        ({"shop/web.py": FACTORY.format(name="build", parameters="config")}, ""),
        ({"shop/web.py": FACTORY.format(name="create_app", parameters="*, config")}, ""),
        ({"shop/web.py": "from flask import Flask\n"}, ""),
        ({"shop/web.py": "from flask import Flask\napp = Flask(\n"}, ""),
        ({"tests/conftest.py": APP, ".tox/app.py": APP, "env/pyvenv.cfg": "", "env/lib/app.py": APP}, ""),
        ({}, ""),
    ],
)
def test_suggestions(tmp_path: Path, files: dict[str, str], suggestion: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert suggest_flask_app(str(tmp_path)) == suggestion
