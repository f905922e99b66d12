"""Sentences and commands that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.rules import RULES

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding, Fix


NOT_IN_FILE = frozenset(rule.slug for rule in RULES if not rule.in_file_override)


def printable(text: str) -> str:
    """One line that neither ends early nor steers a terminal: what is not printable becomes a backslash escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def unicode_only(text: str) -> str:
    """The text with surrogates, which no document can hold, as backslash escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shell_line(fix: Fix) -> str:
    """The fix as one line to paste at the root of the repository; "" for a fix that is only a note."""
    command = " ".join(map(_quoted, fix.command))
    if fix.cwd in ("", ".") or not command:
        return command
    folder = f"./{fix.cwd}" if fix.cwd.startswith("-") else fix.cwd
    return f"cd {_quoted(folder)} && {command}"


def _quoted(argument: str) -> str:
    if argument.isprintable():
        from shlex import quote

        return quote(argument)
    # $'…' of bash and zsh: byte by byte, so that a name that is not UTF-8 comes out as it is on disk.
    plain = (chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in as_bytes(argument))
    return f"$'{''.join(plain)}'"


def as_bytes(text: str) -> bytes:
    """What the file system holds: bytes that are not UTF-8 came in as surrogates. Other surrogates are escaped."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def repair(finding: Finding) -> tuple[str, ...]:
    """The fixes as lines of shell, each note as a comment above its command."""
    return tuple(
        line
        for fix in finding.fixes
        for line in (f"# {printable(fix.note)}" if fix.note else "", shell_line(fix))
        if line
    )


def in_file_override(finding: Finding) -> str:
    """The comment that lets the finding pass for good, "" where no revision file is left to write it in."""
    if not finding.path or finding.rule in NOT_IN_FILE:
        return ""
    return f"`# git-alembic: allow[{finding.rule}] reason` in {printable(finding.path)}"


def explanation(rule: str) -> str:
    return f"git alembic explain {rule}"


def paragraphs(finding: Finding) -> str:
    """Message, why, repair and override in lines, for formats that show a finding as a block of plain text."""
    lines = [printable(finding.message), *(f"  {printable(line)}" for line in finding.details), printable(finding.why)]
    if finding.fixes:
        lines += ["To repair:", *(f"  {line}" for line in repair(finding))]
    if finding.severity == "error" and (override := in_file_override(finding)):
        lines.append(f"To allow it for good: {override}")
    lines.append(f"More: {explanation(finding.rule)}")
    return unicode_only("\n".join(line for line in lines if line))


def fingerprint(finding: Finding) -> str:
    """The same for one offence wherever its file moves; without revisions, only the path tells offences apart."""
    from hashlib import sha256

    identity = (finding.rule, finding.environment, *(sorted(finding.revisions) or [finding.path]))
    return sha256(as_bytes("\0".join(identity))).hexdigest()
