"""Simulates pip installations of git-alembic: metadata of an index or of a URL (PEP 610)."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

from git_alembic import __version__

INFO = f"git_alembic-{__version__}.dist-info"
DOCUMENTATION = "https://example.org/docs"
METADATA = f"""\
Metadata-Version: 2.1
Name: git-alembic
Version: {__version__}
Project-URL: Documentation, {DOCUMENTATION}
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def installed_from(folder: Path, direct_url: dict[str, Any] | None = None, *, index: bool = True) -> dict[str, str]:
    """Return variables that make `git alembic` find this metadata. pip finds the version unless `index` is False."""
    info = folder / "metadata" / INFO
    info.mkdir(parents=True)
    (info / "METADATA").write_text(METADATA)
    if direct_url is not None:
        (info / "direct_url.json").write_text(json.dumps(direct_url))
    wheels = folder / "wheels"
    wheels.mkdir()
    if index:
        write_wheel(wheels)
    return {
        "PYTHONPATH": str(folder / "metadata"),
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_INDEX": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }


def write_wheel(folder: Path) -> Path:
    """Write an empty wheel of this version. pip can plan its installation."""
    path = folder / f"git_alembic-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("METADATA", METADATA), ("WHEEL", WHEEL), ("RECORD", "")):
            archive.writestr(f"{INFO}/{name}", text)
    return path
