"""`git alembic completion`: print the script that completes `git alembic` and `git-alembic` in a shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from git_alembic.report import emit
from git_alembic.terminal.argument_parser import ArgumentParser

DESCRIPTION = (
    'Print the shell completions for `git alembic`. In ~/.bashrc: `eval "$(git alembic completion bash)"`; '
    'in ~/.zshrc, after compinit: `eval "$(git alembic completion zsh)"`; '
    "in ~/.config/fish/config.fish: `git alembic completion fish | source`."
)
FILES = {"bash": "git-alembic.bash", "zsh": "_git-alembic", "fish": "git-alembic.fish"}  # docs/shell.py writes them


def main(argv: Sequence[str] | None = None) -> int:
    """Print the script and return 0."""
    parser = ArgumentParser("git alembic completion", description=DESCRIPTION)
    parser.add_argument("shell", choices=tuple(FILES), help="your shell")
    shell: str = parser.parse_args(argv).shell
    emit((Path(__file__).parents[1] / "shell" / FILES[shell]).read_text(encoding="utf-8"), sys.stdout)
    return 0
