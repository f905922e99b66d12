"""Asks git for the user's pager."""

from __future__ import annotations

import os
import subprocess


def find_pager() -> str:
    """Return the command line of the pager from `GIT_PAGER`, `core.pager` or `PAGER`; "" if there is none."""
    try:
        done = subprocess.run(["git", "var", "GIT_PAGER"], capture_output=True, check=False)  # noqa: S607 - as GitPython does
    except OSError:  # git is not installed
        return ""
    found = os.fsdecode(done.stdout).strip()
    return "" if found == "cat" else found
