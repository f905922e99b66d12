"""Finds out where the running git-alembic was installed from, and whether a hook can install the same (PEP 610).

https://packaging.python.org/en/latest/specifications/direct-url/
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from git_alembic import __version__
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.remote_has_commit import can_fetch_commit

NAME = "git-alembic"
_UV_CACHE = re.compile(r"[\\/](?:archive|builds)-v\d+[\\/]")  # where `uvx` stores what it runs once


class Installation(NamedTuple):
    """The source of the installation: an index, the URL of an archive, a git URL and commit, or a local path."""

    kind: Literal["index", "archive", "git", "folder"]
    address: str = ""
    commit: str = ""

    def requirement(self, extra: str = "") -> str:
        """Return the requirement that makes pip install the same, or "" if pip can't in another clone."""
        name = f"{NAME}[{extra}]" if extra else NAME
        if self.kind == "index":
            return f"{name}=={__version__}"
        return f"{name} @ {self.address}" if self.kind == "archive" else ""


def find_installation() -> Installation:
    """Read the metadata of the installed distribution. A source tree without metadata counts as a folder."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return Installation("folder", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return _from_direct_url(json.loads(text)) if text else Installation("index")


def version_line() -> str:
    """Return the version, with the commit after an installation from git."""
    installation = find_installation()
    commit = f" ({installation.commit[:10]})" if installation.commit else ""
    return f"{NAME} {__version__}{commit}"


def check_installable(repository: Repository, installation: Installation) -> None:
    """Raise CannotCheck if a hook could not install git-alembic from this source, or could not find it."""
    if installation.kind == "git":
        _check_commit(repository, installation)
    elif installation.kind == "folder":
        _check_path(installation)
    else:
        _check_requirement(installation.requirement())


def _from_direct_url(direct_url: dict[str, Any]) -> Installation:
    url = re.sub(
        r"^(https?://)[^/@]*:[^/@]*@", r"\1", direct_url["url"]
    )  # never write a password to a file of the project
    vcs = direct_url.get("vcs_info", {})
    if vcs.get("vcs") == "git" and not direct_url.get("subdirectory"):
        return Installation("git", url, vcs["commit_id"])
    if url.startswith(("https://", "http://")) and not vcs:
        return Installation("archive", url)
    return Installation("folder", unquote(urlsplit(url).path) if url.startswith("file:") else url)


def _check_commit(repository: Repository, installation: Installation) -> None:
    if not can_fetch_commit(repository, installation.address, installation.commit):
        raise CannotCheck(
            f"git-alembic was installed from the commit {installation.commit}, which {installation.address} does not "
            "have: push it, or install git-alembic again"
        )


def _check_path(installation: Installation) -> None:
    path = shutil.which(NAME)
    if path is None or _UV_CACHE.search(os.path.realpath(path)):
        raise CannotCheck(
            f"git-alembic was installed from {installation.address}, so hooks can only run the `{NAME}` on PATH, but "
            f"there isn't one: activate its environment or add {os.path.dirname(sys.executable)} to PATH, and try again"
        )


def _check_requirement(requirement: str) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    uv = ["uv", "pip", "install", "--dry-run", "--reinstall", "--python", sys.executable]
    command = pip if _has_pip() else uv if shutil.which("uv") else []
    if not command:
        return
    process = subprocess.run(
        [*command, "--no-deps", "--quiet", requirement], stdin=subprocess.DEVNULL, capture_output=True, check=False,
        text=True, errors="replace", env={**os.environ, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )  # fmt: skip
    if process.returncode:
        reason = next(reversed(process.stderr.strip().splitlines()), f"exit code {process.returncode}")
        raise CannotCheck(
            f"`{requirement}` cannot be installed, so the hooks would fail on the first commit: {reason.strip()}"
        )


def _has_pip() -> bool:
    from importlib.util import find_spec

    return find_spec("pip") is not None
