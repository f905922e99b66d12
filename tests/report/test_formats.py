"""What all formats have in common."""

from __future__ import annotations

import pytest

from git_alembic.findings.report import Report
from git_alembic.report import Format
from tests.support.example_reports import DRIFT, SERVER, shown
from tests.support.new_processes import python


@pytest.mark.parametrize("output", ["text", "json", "github", "sarif"])
def test_every_format_has_the_details(output: Format) -> None:
    lines = shown(Report((SERVER,), (DRIFT,)), output)
    assert all(detail in lines for detail in DRIFT.details)


def test_a_silent_report_imports_no_format() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from git_alembic.findings.report import Report\n"
        "from git_alembic.report import emit, render\n"
        "from git_alembic.terminal.progress import progress\n"
        "emit(render(Report(), format='text', color=False, width=80, verbose=False, quiet=False, command=''), "
        "sys.stdout)\n"
        "list(progress('a', total=1, title='', stream=sys.stderr))\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}"
        " & {'hashlib', 'json', 'rich', 'shlex', 'textwrap', 'urllib'}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('git_alembic.terminal.')))"
    )
    with python(code) as process:
        assert process.communicate() == (b"\ngit_alembic.terminal.output git_alembic.terminal.progress\n", b"")
