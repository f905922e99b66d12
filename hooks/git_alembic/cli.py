"""The command line: runs the command that argv names. Only this module ends the process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from git_alembic.errors import CannotCheck, without_room
from git_alembic.interrupts_and_utf8_mode import end_on_interrupt, interruptible, use_utf8_paths

COMMANDS = {
    "check": "check the staged changes, or the branch if nothing is staged",
    "pre-push": "check every ref being pushed, and the result of merging it into the target",
    "pre-receive": "check incoming pushes on a git server",
    "drift": "find model changes that have no revision",
    "roundtrip": "upgrade, downgrade and re-upgrade the new revisions on a scratch database",
    "doctor": "explain why a database does not match the history, and how to repair it",
    "fix": "repair what `check` finds: show a plan, and stage the result if you agree",
    "restore": "find a lost revision in git and restore its file",
    "sync": "migrate the local database to the branch that is checked out",
    "hint": "show how a checkout, merge or rebase affects the local database",
    "init": "set up the hooks, and show what they would have reported in the last year",
    "install": "install git hooks without a hook manager",
    "uninstall": "remove the git hooks that `install` added",
    "graph": "draw the revisions",
    "conflicts": "show which unmerged branches collide, and the order to merge them in",
    "audit": "show what the hooks would have reported for past commits",
    "completion": "print the completion script for a shell",
    "explain": "explain a rule: what it finds, why it matters, and how to repair it",
}
# Modules that dataclasses, GitPython and git-alembic import, but most checks never use.
_LAZY = (
    *("getpass", "hashlib", "inspect", "ipaddress", "locale"),
    *("platform", "random", "shutil", "tempfile", "traceback"),
)
_COLLECT_AFTER = 1_000_000  # objects; with Python's default, the garbage collector runs repeatedly during imports
PURPOSE = "Checks Alembic migrations when you commit and push."
_USAGE = "usage: git alembic [--version] [--help] <command> [<options>]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the first argument names. 0: clean; 1: findings; 2: cannot check."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["help"] and len(arguments) > 1:
        arguments = [arguments[1], "--help"]
    if arguments[:1] in (["--version"], ["-V"], ["version"]):
        from git_alembic.setup.source_of_this_installation import version_line

        print(version_line())
        return 0
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        print(_help(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        from git_alembic.terminal.spelling_suggestion import did_you_mean

        print(
            f"git-alembic: there is no command {arguments[0]!r}{did_you_mean(arguments[0], COMMANDS)}\n{_USAGE}",
            file=sys.stderr,
        )
        return 2
    return _run(arguments)


def module_of(command: str) -> str:
    """Return the module that has the command's `main`."""
    return f"git_alembic.commands.{command.replace('-', '_')}"


def _run(arguments: Sequence[str]) -> int:
    try:
        module = import_module(module_of(arguments[0]))
        command: Callable[[Sequence[str]], int] = module.main
        with interruptible():
            return command(arguments[1:])
    except CannotCheck as error:
        print(f"git-alembic: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a bug; exit code 1 would look like a finding
        if (reason := without_room(error)) is not None:
            print(f"git-alembic: {reason}", file=sys.stderr)
            return 2
        import traceback

        traceback.print_exc()
        return 3


def run() -> NoReturn:
    """Run `main`, then exit without the slow teardown of the interpreter."""
    end_on_interrupt()
    use_utf8_paths()
    import gc
    import os

    from git_alembic.lazy_imports import defer_imports, defer_translations

    gc.set_threshold(_COLLECT_AFTER)
    defer_imports(*_LAZY)
    defer_translations()
    code = main()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except OSError:  # the interpreter reports the error
        raise SystemExit(code) from None
    os._exit(code)  # freeing all modules takes longer than most checks


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name.ljust(width)}  {purpose}" for name, purpose in COMMANDS.items()]
    return "\n".join(
        [
            _USAGE,
            "",
            PURPOSE,
            "",
            *lines,
            "",
            "`git alembic <command> -h` lists the options of a command.",
        ]
    )


if __name__ == "__main__":
    run()
