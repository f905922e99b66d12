from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from git_alembic.scratch.probe.project.variables_used import VariablesUsed


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> VariablesUsed:
    """Watch os.environ until the end of the test. The files of the tests are the project."""
    cls = type(os.environ)
    for name in ("__getitem__", "__iter__"):
        monkeypatch.setattr(cls, name, getattr(cls, name))
    monkeypatch.setenv("GAC_SET", "x")
    monkeypatch.delenv("GAC_UNSET", raising=False)
    return VariablesUsed(str(Path(__file__).parent))


def test_every_way_to_read_one(variables: VariablesUsed) -> None:
    assert (os.environ["GAC_SET"], os.environ.get("GAC_GET"), os.getenv("GAC_GETENV", "d")) == ("x", None, "d")
    with pytest.raises(KeyError):
        os.environ["GAC_UNSET"]
    assert {"GAC_SET", "GAC_GET", "GAC_GETENV", "GAC_UNSET"} <= set(variables.names())
    assert "*" not in variables.names()


@pytest.mark.parametrize("listing", [dict, list, lambda environ: list(environ.items())])
def test_a_list_of_all(variables: VariablesUsed, listing: Callable[[object], object]) -> None:
    listing(os.environ)
    assert "*" in variables.names()


def test_unset_variables_that_a_message_names(variables: VariablesUsed) -> None:
    for name in ("GAC_SET", "GAC_UNSET", "GAC_OTHER"):
        os.environ.get(name)
    assert variables.list_missed("GAC_OTHER, GAC_SET and GAC_NEVER are needed") == ["GAC_OTHER"]
    assert variables.list_missed("int() argument must be a string, not None") == ["GAC_UNSET", "GAC_OTHER"]
    assert variables.list_missed("something else") == []


def test_only_the_projects_own_code_counts_for_a_none(variables: VariablesUsed, tmp_path: Path) -> None:
    code = compile("import os; os.environ.get('GAC_UNSET')", str(tmp_path / "package.py"), "exec")
    exec(code, {})  # noqa: S102 - the text above
    assert (variables.list_missed("None"), variables.list_missed("GAC_UNSET")) == ([], ["GAC_UNSET"])
