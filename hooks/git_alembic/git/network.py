"""Commands of git that talk to a remote: never for long, and never asking anybody anything."""

from __future__ import annotations

import os
import signal
import subprocess

from git_alembic.errors import CannotJudge
from git_alembic.git import Repository


def network(repository: Repository, *arguments: str, seconds: int) -> str:
    """What a command prints that talks to a remote; CannotJudge where it fails or takes too long. Never prompts."""
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
    ) as running:  # fmt: skip
        try:
            out, said = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            _end(running.pid)
            raise CannotJudge(f"git {arguments[0]} took longer than {seconds} seconds") from error
    if running.returncode:
        why = " ".join(os.fsdecode(said).split()) or f"exit code {running.returncode}"
        raise CannotJudge(f"git {arguments[0]} failed: {why}")
    return os.fsdecode(out)


def _end(session: int) -> None:
    """Kill a process that was started in a session of its own, and what it has started (ssh, a credential helper)."""
    if hasattr(os, "killpg"):
        os.killpg(session, signal.SIGKILL)
    else:
        os.kill(session, signal.SIGTERM)
