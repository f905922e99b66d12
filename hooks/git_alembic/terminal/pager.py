"""Shows text in the user's pager."""

from __future__ import annotations

import os
import subprocess
import sys

from git_alembic.terminal.output import emit, encodable, encoding_of

# git's defaults: exit for a short text, keep colors, and do not clear the screen.
_DEFAULTS = {"LESS": "FRX", "LV": "-c"}


def show(text: str, command: str) -> None:
    """Send the text to the pager and wait for its end. Write to standard output if the pager cannot be started."""
    if not command or not text:
        emit(text, sys.stdout)
        return
    encoding = encoding_of(sys.stdout)
    data = encodable(f"{text.rstrip()}\n", encoding).encode(encoding, "backslashreplace")
    sys.stdout.flush()
    pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env={**_DEFAULTS, **os.environ})  # noqa: S602 - git does the same
    try:
        pager.communicate(data)
    except KeyboardInterrupt:
        pager.wait()
        raise
    if pager.returncode == 127:  # the shell found no such program
        emit(text, sys.stdout)
