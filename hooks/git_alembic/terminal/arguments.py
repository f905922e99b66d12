"""Parses the arguments of a command."""

from __future__ import annotations

import argparse
from typing import NoReturn

_UNKNOWN = "unrecognized arguments: "


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser that suggests the nearest option for an unknown one."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit with 2."""
        if message.startswith(_UNKNOWN):
            from git_alembic.terminal.suggestion import did_you_mean

            options = [option for action in self._actions for option in action.option_strings]
            word = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
            message += did_you_mean(word, options) if word.startswith("--") else ""
        super().error(message)
