"""Starts a Python that shares nothing with the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HOOKS = Path(__file__).parents[2] / "hooks"


def python(code: str, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
    """Start an interpreter with the defaults of buffers and encodings, whatever the tests' environment is."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**plain, "PYTHONPATH": str(HOOKS), **environment},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
