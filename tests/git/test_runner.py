"""Only modules of `git` write command lines of git."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import git_alembic

PACKAGE = Path(git_alembic.__file__).parent
METHODS = {"run", "attempt", "run_with_lines", "stream", "stream_text"}
FUNCTIONS = {"run_network_command", "run_with_time_limit"}


def git_commands(code: str) -> Iterator[str]:
    """Yield the calls that run git with a command line that stands in the code."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if name in METHODS:
                words = first.elts if isinstance(first, (ast.Tuple, ast.List)) else [first]
                is_subprocess = ast.unparse(node.func).startswith("subprocess.")
                match words:
                    case [ast.Constant(value=str(word)), *_] if not is_subprocess or word == "git":
                        yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
                yield ast.unparse(node)


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ("repository.run('read-tree', source)", True),
        ("repository.attempt('config', '--get', key)", True),
        ("repository.run_with_lines(('cat-file', '--batch'), ids)", True),
        ("run_network_command(repository, *options)", True),
        ("subprocess.run(['git', 'status'], check=True)", True),
        ("subprocess.run(['cp', folder, target], check=True)", False),
        ("runner.run(environment, source, [request])", False),
        ("repository.diff('HEAD', INDEX)", False),
    ],
)
def test_what_counts_as_a_command_line_of_git(code: str, is_found: bool) -> None:
    assert [*git_commands(code)] == ([code] if is_found else [])


def test_no_module_outside_of_git_writes_a_command_line_of_git() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != "git"]
    found = {path.name: [*git_commands(path.read_text(encoding="utf-8"))] for path in others}
    assert {name: calls for name, calls in found.items() if calls} == {}
