"""The manual page and the completions match the commands, also in the wheel, and work in the installed shells."""

from __future__ import annotations

import importlib.util
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from git_alembic.cli import COMMANDS
from git_alembic.rules.rule_defaults import BY_SLUG as RULES
from tests.support.condition_waiting import PATIENCE
from tests.support.project import Project

ROOT = Path(__file__).parents[2]
SHELL = ROOT / "hooks" / "git_alembic" / "shell"
HOSTILE = "or$(touch${IFS}owned)`touch${IFS}owned`"  # the name of a branch
GIT_COMPLETION = Path("/usr/share/bash-completion/completions/git")

# bash is everywhere. The other shells and git's own completion may be missing, but no test is skipped for that.
has_zsh = [shutil.which("zsh")] if shutil.which("zsh") else []
has_fish = [shutil.which("fish")] if shutil.which("fish") else []
has_man = [shutil.which("man")] if shutil.which("man") else []

LINES = [
    ("alembic gr", ["graph"]),
    ("alembic graph --fo", ["--format"]),
    ("alembic graph --format m", ["mermaid"]),
    ("alembic check --format s", ["sarif"]),
    ("alembic check --select mul", ["multiple-heads"]),
    ("alembic check --against or", ["origin/main", HOSTILE]),
    ("alembic explain stale", ["stale-docstring"]),
    ("alembic completion z", ["zsh"]),
]


@pytest.fixture
def branched(cloned: Project) -> Project:
    cloned.git("branch", HOSTILE)
    return cloned


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shell", ROOT / "docs" / "shell.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_match_the_commands(generator: ModuleType) -> None:
    """`make shell` rewrites them."""
    made = {**dict(generator.completions()), "git-alembic.1": generator.manual()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in SHELL.iterdir()}
    assert made == kept


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_parser(generator: ModuleType, command: str) -> None:
    assert generator.parser_of(command).prog == f"git alembic {command}"


def test_the_manual_names_every_command_and_rule() -> None:
    text = (SHELL / "git-alembic.1").read_text(encoding="utf-8").replace("\\-", "-")
    assert [name for name in COMMANDS if f'.SS "git alembic {name}' not in text] == []
    assert [rule for rule in RULES if f"\\fB{rule}\\fR" not in text] == []
    assert re.findall(r'^\.SH "?([A-Z ]+)', text, re.MULTILINE)[:3] == ["NAME", "SYNOPSIS", "DESCRIPTION"]
    assert "git-alembic - keep the Alembic history intact" in text  # `apropos` reads this line


@pytest.mark.parametrize("man", has_man)
def test_the_manual_has_no_warning_and_git_shows_it(project: Project, tmp_path: Path, man: str) -> None:
    (tmp_path / "man" / "man1").mkdir(parents=True)
    shutil.copy(SHELL / "git-alembic.1", tmp_path / "man" / "man1")
    own = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}  # git asks if it is there
    env = {**os.environ, **own, "MANPATH": str(tmp_path / "man"), "MANPAGER": "cat", "PAGER": "cat", "MANWIDTH": "80"}
    warned = subprocess.run([man, "--warnings", "git-alembic"], env=env, capture_output=True, text=True, check=True)
    assert warned.stderr == ""
    shown = subprocess.run(
        ["git", "alembic", "--help"], cwd=project.path, env=env, capture_output=True, text=True, check=True
    )
    assert "keep the Alembic history intact" in re.sub(".\b", "", shown.stdout)


def test_the_wheel_has_them_in_the_right_folders(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {re.sub(r"^[^/]*\.data/data/", "", name): archive.read(name) for name in archive.namelist()}
    for kept, place in [
        ("git-alembic.1", "share/man/man1/git-alembic.1"),
        ("git-alembic.bash", "share/bash-completion/completions/git-alembic"),
        ("_git-alembic", "share/zsh/site-functions/_git-alembic"),
        ("git-alembic.fish", "share/fish/vendor_completions.d/git-alembic.fish"),
    ]:
        assert held[place] == held[f"git_alembic/shell/{kept}"] == (SHELL / kept).read_bytes()


@pytest.mark.parametrize(
    ("shell", "file"), [("bash", "git-alembic.bash"), ("zsh", "_git-alembic"), ("fish", "git-alembic.fish")]
)
def test_the_command_prints_them(project: Project, shell: str, file: str) -> None:
    done = project.run("completion", shell)
    assert (done.returncode, done.stdout.rstrip("\n")) == (0, (SHELL / file).read_text(encoding="utf-8").rstrip("\n"))


# Completion in shells


@pytest.mark.parametrize(("line", "found"), LINES)
def test_bash(branched: Project, line: str, found: list[str]) -> None:
    """Calls it like git's completion, with the variables `words`, `cword`, `cur`, `prev` and `__git_cmd_idx`."""
    script = """
    source "$1"; shift
    words=("$@"); cword=$(($# - 1)); cur=${words[cword]}; prev=${words[cword - 1]}; __git_cmd_idx=3
    _git_alembic
    printf '%s\\n' "${COMPREPLY[@]}"
    COMP_WORDS=(git-alembic "${words[@]:4}"); COMP_CWORD=$((cword - 3)); COMPREPLY=()
    _shtab_git_alembic git-alembic "$cur" "$prev"
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    words = ["git", "-C", ".", *line.split()]
    assert bash(branched, script, str(SHELL / "git-alembic.bash"), *words) == sorted(found * 2)


@pytest.mark.parametrize("completion", [GIT_COMPLETION] if GIT_COMPLETION.exists() else [])
@pytest.mark.parametrize(("line", "found"), LINES)
def test_bash_through_git(branched: Project, completion: Path, line: str, found: list[str]) -> None:
    script = """
    source "$1"; source "$2"; shift 2
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
    __git_wrap__git_main
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    assert bash(branched, script, str(completion), str(SHELL / "git-alembic.bash"), "git", *line.split()) == sorted(
        found
    )


def bash(project: Project, script: str, *arguments: str) -> list[str]:
    command = ["bash", "--norc", "--noprofile", "-c", script, "bash", *arguments]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not (project.path / "owned").exists()
    return sorted(done.stdout.split("\n")[:-1])


@pytest.mark.parametrize("fish", has_fish)
@pytest.mark.parametrize(("line", "found"), LINES)
def test_fish(branched: Project, tmp_path: Path, fish: str, line: str, found: list[str]) -> None:
    requests = "; ".join(f"echo =; complete -C '{start}{line}'" for start in ("git ", "git -C . ", "git-"))
    env = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    command = [fish, "-c", f"source {SHELL}/git-alembic.fish; {requests}"]
    done = subprocess.run(command, cwd=branched.path, env=env, capture_output=True, text=True, check=True)
    answers = [{row.split("\t")[0] for row in answer.splitlines()} for answer in done.stdout.split("=\n")[1:]]
    assert answers == [set(found)] * 3
    assert not (branched.path / "owned").exists()


@pytest.mark.parametrize("zsh", has_zsh)
@pytest.mark.parametrize(
    "start",
    [
        f"fpath=({SHELL} $fpath); autoload -U compinit; compinit -D",
        f'autoload -U compinit; compinit -D; eval "$(<{SHELL}/_git-alembic)"',
    ],
    ids=["fpath", "eval"],
)
def test_zsh(branched: Project, tmp_path: Path, zsh: str, start: str) -> None:
    with terminal(zsh, branched.path, tmp_path) as types:
        types(f"PS1='> '; unsetopt beep; {start}; echo rea''dy\n", "ready")
        for line in ("git alembic grap", "git-alembic grap"):
            types(f"{line}\t", "graph ")
            types("--format me\t", "mermaid ")
            types("\x15", "")
        types("git alembic check --select mult\t", "multiple-heads ")
        types("--against origin/\t", "origin/main ")
        types("--against or\t\t", "owned")
        types("\x15exit\n", "")
    assert not (branched.path / "owned").exists()


@contextmanager
def terminal(shell: str, folder: Path, home: Path) -> Iterator[Callable[[str, str], None]]:
    """Start a shell on its own terminal. Yield a function that types and reads until a text is shown."""
    child, screen = pty.fork()
    if not child:
        os.chdir(folder)
        os.execve(shell, [shell, "-f", "-i"], {**os.environ, "HOME": str(home), "TERM": "dumb"})  # noqa: S606 - the shell whose completions are tested

    def types(keys: str, shown: str) -> None:
        os.write(screen, keys.encode())
        seen = ""
        while shown not in seen:
            assert select.select([screen], [], [], PATIENCE)[0], seen
            seen += os.read(screen, 9999).decode(errors="replace")

    try:
        yield types
    finally:
        os.close(screen)  # the shell gets a hangup
        os.waitpid(child, 0)
