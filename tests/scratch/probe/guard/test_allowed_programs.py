"""The programs that the project's code may start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Programs that the project's code starts under the guard. Each writes a line to a file unless it is refused.
STARTING = """
import ctypes.util, json, os, shutil, subprocess, sys, uuid
from git_alembic.scratch.probe.guard.allowed_programs import guard_programs

class Refused(OSError):
    pass

def refuse(what):
    raise Refused(what)

handlers = guard_programs(refuse, [os.getcwd()], sys.argv[2])
sys.addaudithook(lambda name, arguments: handlers[name](arguments) if name in handlers else None)
tools = os.path.join(os.getcwd(), "tools")
found = {}
for line in json.loads(sys.argv[1]):
    try:
        found[line] = "ran" if not eval(line) else "failed"
    except Refused:
        found[line] = "refused"
    except FileNotFoundError:
        found[line] = "not there"
print(json.dumps(found))
"""
ATTEMPTS = {
    "subprocess.call(['git', 'rev-parse', '--show-toplevel'], stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call('git rev-parse HEAD', shell=True, stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call([shutil.which('git'), 'describe', '--always', '--dirty'], stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call(['git', 'describe', '--always'], close_fds=False, stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call(['git', 'status', '--short'], stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call(['git', '-C', '.', 'diff', '--stat'], stdout=subprocess.DEVNULL)": "ran",
    "subprocess.call(['uname', '-a'], stdout=subprocess.DEVNULL)": "ran",
    "ctypes.util.find_library('c') and None": "ran",
    "uuid.getnode() and None": "ran",
    "subprocess.call(['nothing-of-that-name'])": "not there",
    "subprocess.call([tools + '/git', 'describe'])": "refused",
    "subprocess.call(['tools/git', 'describe'])": "refused",
    "subprocess.call(['./git', 'describe'], cwd='tools')": "refused",
    "subprocess.call(['git', 'describe'], env={'PATH': tools})": "refused",
    "subprocess.call(['git', 'describe'], executable=tools + '/git')": "refused",
    "subprocess.call('PATH=tools git describe', shell=True)": "refused",
    "subprocess.call('git describe; echo x >> written', shell=True)": "refused",
    "subprocess.call('git describe > written', shell=True)": "refused",
    "subprocess.call(['git', '-c', 'alias.x=!echo x >> written', 'x'])": "refused",
    "subprocess.call(['git', 'commit', '--allow-empty', '-m', 'x'])": "refused",
    "subprocess.call(['gcc', '-wrapper', 'sh', 'x.c'])": "refused",
    "subprocess.call(['sh', '-c', 'echo x >> written'])": "refused",
    "os.system('git rev-parse HEAD')": "refused",
    "os.execv(shutil.which('git'), ['git', 'rev-parse'])": "refused",
    "os.posix_spawn(shutil.which('git'), ['git', 'rev-parse'], os.environ)": "refused",
}


WRITING = [  # without the guard: those that are refused, and those that git would run a program of the repository for
    attempt for attempt, outcome in ATTEMPTS.items()
    if (outcome == "refused" and ("tools" in attempt or "written" in attempt)) or "'status'" in attempt
]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="the programs are scripts")
def test_programs_and_their_outcomes(tmp_path: Path) -> None:
    git = shutil.which("git") or ""
    marker = tmp_path / "written"
    (tmp_path / "ours").mkdir()
    (tmp_path / "tools").mkdir()
    program = tmp_path / "tools" / "git"
    program.write_text(f"#!/bin/sh\necho x >> {marker}\n")
    program.chmod(0o755)
    for line in ("init -q", "config core.fsmonitor tools/git", "config user.name x", "config user.email x@y.invalid"):
        subprocess.run([git, *line.split()], cwd=tmp_path, check=True)
    (tmp_path / "file").write_text("x")
    safe = ["-c", "core.fsmonitor=false"]
    subprocess.run([git, *safe, "add", "file"], cwd=tmp_path, check=True)
    subprocess.run([git, *safe, "commit", "-qm", "x", "--no-verify"], cwd=tmp_path, check=True)
    hooks = str(Path(__file__).parents[4] / "hooks")
    env = {**os.environ, "PYTHONPATH": hooks}
    # A filter of the repository, which git would run on a file that may have changed.
    for name in ("clean", "process", "smudge"):
        subprocess.run([git, "config", f"filter.x.{name}", f"echo x >> {marker}; cat"], cwd=tmp_path, check=True)
    (tmp_path / ".git" / "info" / "attributes").write_text("file filter=x\n")
    os.utime(tmp_path / "file", (1, 1))  # git would record this in the index
    index = (tmp_path / ".git" / "index").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", STARTING, json.dumps(list(ATTEMPTS)), str(tmp_path / "ours")],
        cwd=tmp_path, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == ATTEMPTS
    assert not marker.exists()
    assert (tmp_path / ".git" / "index").read_bytes() == index
    for attempt in WRITING:
        code = f"import os, subprocess\ntools = os.path.join(os.getcwd(), 'tools')\n{attempt}"
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True, capture_output=True)
        assert marker.exists(), attempt
        marker.unlink()
