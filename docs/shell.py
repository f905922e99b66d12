"""Write the shell completions and the manual page from the commands' parsers: `make shell`.

The files are in the repository, so that neither an installation nor a new shell has to generate them.
tests/commands/test_completion.py fails if they are stale.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

import shtab

from git_alembic import __version__
from git_alembic.checking.shared_command_line_options import add_report_options
from git_alembic.cli import COMMANDS, PURPOSE, module_of
from git_alembic.report.documentation_paths_and_urls import pages, sentence
from git_alembic.rules.rule_defaults import BY_SLUG

FOLDER = Path(__file__).parents[1] / "hooks" / "git_alembic" / "shell"
REFS = "git for-each-ref --format='%(refname:short)' 2>/dev/null"
# Not `compgen -W`: it would run code in the name of a branch.
BASH_REFS = f"""\
_git_alembic_refs() {{
  local ref
  while IFS= read -r ref; do
    [[ $ref == "$1"* ]] && printf '%s\\n' "$ref"
  done < <({REFS})
}}"""
ZSH_REFS = f"""\
_git_alembic_refs() {{
  local -a refs
  refs=("${{(@f)$({REFS})}}")
  compadd -a refs
}}"""
COMPLETE_REFS = {
    "bash": "_git_alembic_refs",
    "zsh": "_git_alembic_refs",
    "fish": f"({REFS})",
    "preamble": {"bash": BASH_REFS, "zsh": ZSH_REFS},
}
# git's own completion calls these for `git alembic`. Newer versions in fish call `git-alembic` by themselves.
BASH_GIT = """
_git_alembic() {
  local at=${__git_cmd_idx:-1}
  local COMP_WORDS=(git-alembic "${words[@]:at + 1}") COMP_CWORD=$((cword - at))
  _shtab_git_alembic git-alembic "$cur" "$prev"
}
"""
ZSH_GIT = """
_git-alembic() {
  _shtab_git_alembic "$@"
}
"""
FISH_GIT = """
function _git_alembic_through_git
  set -l words (commandline -opc)
  set -l at (contains -i -- alembic $words)
  complete -C "git-alembic $words["(math $at + 1)"..] "(commandline -ct)
end
complete -c git -f -n '__fish_git_using_command alembic' -a '(_git_alembic_through_git)'
"""


class ParserFound(BaseException):
    """Raised when a command starts to parse its arguments. It carries the parser."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def parser_of(command: str) -> argparse.ArgumentParser:
    """Return the parser that the command's `main` creates."""

    def parse_args(self: argparse.ArgumentParser, *_: object) -> NoReturn:
        raise ParserFound(self)

    with patch.object(argparse.ArgumentParser, "parse_args", parse_args):
        try:
            import_module(module_of(command)).main(["--help"])
        except ParserFound as found:
            return found.parser
    raise AssertionError(f"{command} parses no arguments")


def completions() -> Iterator[tuple[str, str]]:
    """Yield (file name, content) for each shell."""
    root = argparse.ArgumentParser("git-alembic", description=PURPOSE)
    root.add_argument("--version", action="version", version=__version__, help="print the version")
    commands = root.add_subparsers(metavar="<command>")
    for name, purpose in COMMANDS.items():
        own = parser_of(name)
        for action in own._actions:  # noqa: SLF001 - argparse has no public way, and shtab does it too
            if action.metavar in ("REF", "REV", "RANGE"):
                setattr(action, "complete", COMPLETE_REFS)  # noqa: B010 - shtab reads this attribute
            elif action.metavar == "RULE":
                action.choices = tuple(BY_SLUG)
        commands.add_parser(name, help=purpose, description=purpose, parents=[own], add_help=False)
    yield "git-alembic.bash", shtab.complete(root, "bash") + "\n" + BASH_GIT
    zsh = shtab.complete(root, "zsh").replace(
        "#compdef git-alembic\n", f"#compdef git-alembic\n#description {PURPOSE}\n"
    )
    yield "_git-alembic", zsh + "\n" + ZSH_GIT
    yield "git-alembic.fish", shtab.complete(root, "fish") + FISH_GIT


def manual() -> str:
    """Return the manual page in man(7) macros."""
    common = argparse.ArgumentParser(add_help=False)
    add_report_options(common)
    shared = {option for action in actions(common) for option in action.option_strings}
    lines = [f'.TH GIT-ALEMBIC 1 "" "git-alembic {__version__}" "Git Manual"', *HEAD]
    for command in COMMANDS:
        lines += command_section(command, shared)
    lines += ['.SH "COMMON OPTIONS"', *options(common, frozenset()), *rules(), *TAIL]
    return "\n".join(lines) + "\n"


def command_section(command: str, shared: set[str]) -> Iterator[str]:
    parser = parser_of(command)
    own = {option for action in actions(parser) for option in action.option_strings}
    has_shared = shared <= own
    arguments = [argument(action) for action in actions(parser) if not action.option_strings]
    shown = " ".join(["git alembic", command, *["[<options>]"] * bool(own - {"-h", "--help"}), *arguments])
    yield f'.SS "{escaped(shown)}"'
    yield plain(parser.description or "")
    yield from options(parser, frozenset(shared if has_shared else ()))
    if has_shared:
        yield ".PP"
        yield "It also has the common options below."


def actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no public list of them


def argument(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else "|".join(map(str, action.choices or (action.dest,)))
    return f"[{name}]" if action.nargs in ("?", "*", argparse.REMAINDER) else name


def options(parser: argparse.ArgumentParser, left_out: frozenset[str]) -> Iterator[str]:
    for action in actions(parser):
        if action.dest == "help" or left_out.intersection(action.option_strings) or not action.help:
            continue
        yield ".TP"
        yield signature(action)
        yield plain(action.help % {"prog": parser.prog} if "%" in action.help else action.help)


def signature(action: argparse.Action) -> str:
    """Format the names of an option and its value like git's manual pages."""
    value = argument(action) if action.nargs != 0 and action.option_strings else ""
    if not action.option_strings:
        return rf"\fI{escaped(argument(action).strip('[]'))}\fR"
    names = ", ".join(f"\\fB{escaped(name)}\\fR" for name in action.option_strings)
    return f"{names} \\fI{escaped(value)}\\fR" if value else names


def rules() -> Iterator[str]:
    yield ".SH RULES"
    for rule, path in pages().items():
        yield ".TP"
        yield f"\\fB{escaped(rule)}\\fR ({BY_SLUG[rule].default})"
        yield plain(sentence(path.read_text(encoding="utf-8")))


def plain(text: str) -> str:
    """Escape one paragraph, and make the text in `backquotes` bold."""
    line = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", escaped(text))
    return rf"\&{line}" if line.startswith((".", "'")) else line


def escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")


HEAD = [
    ".SH NAME",
    r"git\-alembic \- keep the Alembic history intact",
    ".SH SYNOPSIS",
    r"\fBgit alembic\fR \fI<command>\fR [\fI<options>\fR]",
    ".br",
    r"\fBgit alembic\fR \fB\-\-version\fR",
    ".SH DESCRIPTION",
    plain(PURPOSE),
    ".PP",
    plain(
        "`git alembic install` writes the hooks; pre-commit, prek and lefthook can run them too. The checks need no "
        "database and don't run your migrations, `env.py` or any other code of the project. `drift` and `roundtrip` "
        "run it on a scratch database."
    ),
    ".SH COMMANDS",
]
TAIL = [
    ".SH CONFIGURATION",
    plain("`[tool.git-alembic]` in the repository's `pyproject.toml`. All settings are optional."),
    '.SH "EXIT STATUS"',
    ".TP", "0", "clean",
    ".TP", "1", "at least one error",
    ".TP", "2", "something couldn't be checked: bad usage, unreadable configuration, a git failure",
    ".TP", "3", "a bug, with a traceback",
    ".SH ENVIRONMENT",
    ".TP", r"\fBGIT_ALEMBIC_ALLOW\fR", plain("rules that may pass in this command, separated by commas"),
    ".TP", r"\fBNO_COLOR\fR, \fBFORCE_COLOR\fR", plain("turn color off, or on even without a terminal"),
    ".SH FILES",
    ".TP", r"\fIgit\-alembic/\fR in the git directory",
    plain("the cache; you can delete it at any time"),
    '.SH "SEE ALSO"',
    r"\fBgit\fR(1), \fBgithooks\fR(5)",
]  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in (*completions(), ("git-alembic.1", manual())):
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
