"""Asks git for the user's pager."""

from __future__ import annotations

import os
import subprocess


def find_pager() -> str:
    """Return the command line of the pager from `GIT_PAGER`, `core.pager` or `PAGER`; "" if there is none."""
    try:
        process = subprocess.run(["git", "var", "GIT_PAGER"], capture_output=True, check=False)  # noqa: S607 - as GitPython does
    except OSError:  # git is not installed
        return ""
    pager = os.fsdecode(process.stdout).strip()
    return "" if pager == "cat" else pager
