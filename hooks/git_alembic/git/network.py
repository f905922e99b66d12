"""Git commands that contact a remote: with a time limit, and without a prompt."""

from __future__ import annotations

import os
import signal
import subprocess

from git_alembic.errors import CannotJudge
from git_alembic.git import Repository


def run_network_command(repository: Repository, *arguments: str, seconds: int) -> str:
    """Run a git command that contacts a remote. Never prompts; CannotJudge on failure or timeout."""
    ssh = (
        os.environ.get("GIT_SSH_COMMAND")
        or os.fsdecode(repository.attempt("config", "core.sshCommand")[1]).strip()
        or "ssh"
    )
    quiet = {"GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "GIT_SSH_COMMAND": f"{ssh} -oBatchMode=yes"}
    environment = {**os.environ, **repository.environment(), **quiet, "GCM_INTERACTIVE": "never"}
    command = [*repository.program, "-c", "core.hooksPath=/dev/null", *arguments]
    folder, pipe = repository.top or repository.git_dir, subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            out, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            _kill_session(process.pid)
            raise CannotJudge(f"git {arguments[0]} took longer than {seconds} seconds") from error
    if process.returncode:
        why = " ".join(os.fsdecode(stderr).split()) or f"exit code {process.returncode}"
        raise CannotJudge(f"git {arguments[0]} failed: {why}")
    return os.fsdecode(out)


def _kill_session(session: int) -> None:
    """Kill a process that leads its own session, and what it started (ssh, a credential helper)."""
    if hasattr(os, "killpg"):
        os.killpg(session, signal.SIGKILL)
    else:
        os.kill(session, signal.SIGTERM)
