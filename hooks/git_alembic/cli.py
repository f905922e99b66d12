"""The command line: argv -> command; the only place that ends the process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from git_alembic.errors import CannotJudge, without_room
from git_alembic.startup import end_on_interrupt, interruptible, use_utf8_paths

COMMANDS = {
    "check": "judge the staged history against HEAD",
    "pre-push": "judge every ref of a push, also merged with the target",
    "pre-receive": "the same on a server",
    "drift": "find a change of the models that no revision brings to the databases",
    "roundtrip": "run the new revisions up, down and up again on a scratch database",
    "doctor": "say why a database and the history disagree, and how to repair it",
    "fix": "plan and make the repair for the present findings",
    "restore": "find a lost revision in git and put its file back",
    "sync": "move the local database to the branch that is checked out",
    "hint": "say what a checkout, merge or rebase changed for the database",
    "init": "show what the hooks would have said in the last year, and set them up",
    "install": "write plain git hooks",
    "uninstall": "take them away again",
    "graph": "draw the history",
    "audit": "replay history: what the hooks would have said",
    "completion": "print the completions of a shell",
    "explain": "say what a rule means, why, and how to repair",
}
# What dataclasses, GitPython and we import for what most checks never do.
_LAZY = (
    *("getpass", "hashlib", "inspect", "ipaddress", "locale"),
    *("platform", "random", "shutil", "tempfile", "traceback"),
)
_COLLECT_AFTER = 1_000_000  # objects; by default what was just imported is searched for garbage again and again
PURPOSE = "Keeps Alembic migrations whole, from what is staged and pushed."
_USAGE = "usage: git alembic [--version] [--help] <command> [<options>]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command named by the first argument; 0 clean, 1 findings, 2 could not judge."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] in (["--version"], ["-V"]):
        from git_alembic.setup.installation import version_line

        print(version_line())
        return 0
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        print(_help(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        from git_alembic.terminal.suggestion import did_you_mean

        print(
            f"git-alembic: there is no command {arguments[0]!r}{did_you_mean(arguments[0], COMMANDS)}\n{_USAGE}",
            file=sys.stderr,
        )
        return 2
    return _run(arguments)


def module_of(command: str) -> str:
    """The module that has the command's `main`."""
    return f"git_alembic.commands.{command.replace('-', '_')}"


def _run(arguments: Sequence[str]) -> int:
    try:
        module = import_module(module_of(arguments[0]))
        command: Callable[[Sequence[str]], int] = module.main
        with interruptible():
            return command(arguments[1:])
    except CannotJudge as error:
        print(f"git-alembic: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a bug; 1 would read as a verdict
        if (reason := without_room(error)) is not None:
            print(f"git-alembic: {reason}", file=sys.stderr)
            return 2
        import traceback

        traceback.print_exc()
        return 3


def run() -> NoReturn:
    """The console script: `main`, and an end as short as the life of a hook."""
    end_on_interrupt()
    use_utf8_paths()
    import gc
    import os

    from git_alembic.lazy_imports import lazily

    gc.set_threshold(_COLLECT_AFTER)
    lazily(*_LAZY)
    code = main()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except OSError:  # the interpreter knows how to complain
        raise SystemExit(code) from None
    os._exit(code)  # to take all modules apart takes longer than most checks


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name.ljust(width)}  {what}" for name, what in COMMANDS.items()]
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
