"""Runs git commands that can contact a remote, with a time limit and without a prompt."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence

from git_alembic.errors import CannotCheck
from git_alembic.git.runner import GitRunner, open_temporary_file
from git_alembic.git.text_encoding import as_argument, decode, encode


def run_network_command(runner: GitRunner, *arguments: str, seconds: int, lines: Iterable[str] = ()) -> str:
    """Run a git command that contacts a remote, with lines on its standard input. CannotCheck on failure or timeout."""
    status, out, stderr = run_with_time_limit(runner, *arguments, seconds=seconds, lines=lines)
    if status:
        why = " ".join(decode(stderr).split()) or f"exit code {status}"
        raise CannotCheck(f"git {_verb(arguments)} failed: {why}")
    return decode(out)


def run_with_time_limit(
    runner: GitRunner,
    *arguments: str,
    seconds: int,
    lines: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
) -> tuple[int, bytes, bytes]:
    """Return (exit code, output, error messages) of a git command. Never prompts. CannotCheck on timeout."""
    environment = {**os.environ, **runner.environment(), **_no_prompts(runner), **(environ or {})}
    command = [*runner.program, "-c", "core.hooksPath=/dev/null", *map(as_argument, arguments)]
    folder, pipe = runner.top or runner.git_dir, subprocess.PIPE
    with open_temporary_file() as stream:
        stream.write(b"".join(encode(line) + b"\n" for line in lines))
        stream.seek(0)
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdin=stream, stdout=pipe, stderr=pipe, start_new_session=True
        ) as process:
            try:
                out, stderr = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired as error:
                _kill_session(process.pid)
                raise CannotCheck(f"git {_verb(arguments)} took longer than {seconds} seconds") from error
            except BaseException:
                _kill_session(process.pid)
                raise
            return process.returncode, out, stderr


def _verb(arguments: Sequence[str]) -> str:
    """Return the name of the command, which follows its `-c` options."""
    return next(name for option, name in zip(("", *arguments), arguments, strict=False) if "-c" not in (option, name))


def _no_prompts(runner: GitRunner) -> dict[str, str]:
    """Return variables that make git, ssh and credential helpers fail instead of asking for a password."""
    configured = decode(runner.attempt("config", "core.sshCommand")[1]).strip()
    ssh = os.environ.get("GIT_SSH_COMMAND") or configured or "ssh"
    return {
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "GIT_SSH_COMMAND": f"{ssh} -oBatchMode=yes",
        "GCM_INTERACTIVE": "never",
    }


def _kill_session(session: int) -> None:
    """Kill a process that leads its own session, and its children (ssh, a credential helper)."""
    if hasattr(os, "killpg"):
        os.killpg(session, signal.SIGKILL)
    else:
        os.kill(session, signal.SIGTERM)
