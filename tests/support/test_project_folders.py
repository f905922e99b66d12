from __future__ import annotations

import textwrap

import pytest

from tests.support.project_folders import without_the_machine


@pytest.mark.parametrize("width", range(20, 121))
def test_the_interpreter_is_replaced_wherever_its_line_ends(width: int) -> None:
    setup = "git-alembic: /opt/work/.venv/bin/python (the activated environment): Python 3.11.7, Alembic 1.20.1"
    wrapped = textwrap.fill(setup, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    printed = f"up-to-date\n\n{wrapped}\ngit-alembic: git 2.39.5\ngit-alembic: no hook\n"
    assert without_the_machine(printed, "/home/bob") == (
        "up-to-date\n\ngit-alembic: <interpreter, versions>\ngit-alembic: git <version>\ngit-alembic: no hook\n"
    )
