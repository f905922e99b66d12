"""Commands as text to paste into a shell at the root of the repository. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from git_alembic.findings.finding import Command

LONGEST_LINE = 100  # columns; the commands of a longer chain have a line each


def shell_line(command: Command) -> str:
    """Return the command as one line to paste at the root of the repository. Another folder needs a subshell."""
    words = " ".join(map(_quote, command.argv))
    if command.cwd in ("", ".") or not words:
        return words
    folder = f"./{command.cwd}" if command.cwd.startswith("-") else command.cwd
    return f"(cd {_quote(folder)} && {words})"


def shell_block(commands: Iterable[Command]) -> tuple[str, ...]:
    """Return commands to paste together. Each command runs only if the previous one succeeded.

    Short commands share one line. After a command that exits with 1, the next one runs all the same.
    """
    groups: list[list[str]] = []
    stopped = False
    for command in commands:
        if line := shell_line(command):
            if stopped:
                groups[-1].append(line)
            else:
                groups.append([line])
            stopped = command.exits_with_1
    lines = [f"({'; '.join(group)})" if group[1:] else group[0] for group in groups]
    joined = " && ".join(lines)
    if len(joined) <= LONGEST_LINE:
        return (joined,) if lines else ()
    # A shell reads all lines before it runs the first, so an editor or prompt can't swallow the rest.
    return (*(f"{line} &&" for line in lines[:-1]), lines[-1])


def _quote(argument: str) -> str:
    if argument.isprintable():
        from shlex import quote

        return quote(argument)
    # `$'…'` of bash and zsh keeps each byte, so that a name that is not UTF-8 stays as it is on disk.
    characters = (chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in as_bytes(argument))
    return f"$'{''.join(characters)}'"


def as_bytes(text: str) -> bytes:
    """Return the bytes on the file system: a surrogate stands for a byte that is not UTF-8. Escape other surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
