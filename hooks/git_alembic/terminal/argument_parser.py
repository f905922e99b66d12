"""Parses the arguments of a command."""

from __future__ import annotations

import argparse
from typing import NoReturn

_UNKNOWN = "unrecognized arguments: "


class _FixedWidth(argparse.HelpFormatter):
    """A formatter that doesn't read the width of the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser that suggests the nearest option for an unknown one."""

    def __init__(self, prog: str, description: str) -> None:
        """Use a formatter that is cheap to create, because `add_argument` creates one for each option."""
        super().__init__(prog, description=description, formatter_class=_FixedWidth)

    def format_help(self) -> str:
        """Format the help for the width of the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        """Format the usage for the width of the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit with 2."""
        if message.startswith(_UNKNOWN):
            from git_alembic.terminal.spelling_suggestion import did_you_mean

            options = [option for action in self._actions for option in action.option_strings]
            word = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
            message += did_you_mean(word, options) if word.startswith("--") else ""
        super().error(message)
