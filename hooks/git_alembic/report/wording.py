"""Sentences and commands that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.findings.finding import BY_HAND
from git_alembic.findings.shell_commands import as_bytes, shell_block
from git_alembic.rules.rule_defaults import BY_SLUG, RULES

if TYPE_CHECKING:
    from git_alembic.findings.finding import Finding, Repair


NOT_IN_FILE = frozenset(rule.slug for rule in RULES if not rule.has_file_override)


def escape_controls(text: str) -> str:
    """Return one printable line: a backslash escape replaces each control character or line break."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def unicode_only(text: str) -> str:
    """Replace surrogates, which no document can hold, with backslash escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def escape_markdown(text: str) -> str:
    """Escape what Markdown or HTML would interpret, and mentions of users."""
    plain = "".join(f"\\{letter}" if letter in r"\`*_{}[]<>#|~" else letter for letter in escape_controls(text))
    return unicode_only(plain.replace("@", "@\u200b"))


def repair_lines(finding: Finding) -> tuple[str, ...]:
    """Return the repairs as lines of text: first what each one does, then its commands."""
    found: list[str] = []
    for number, repair in enumerate(finding.repairs):
        found.append(escape_controls(repair_title(repair, number)))
        found += (f"  {line}" for line in shell_block(repair.commands))
    return tuple(found)


def repair_title(repair: Repair, number: int) -> str:
    """Return the line above the commands of a repair, or the step to do by hand."""
    start = "Or" if number else "To repair"
    colon = ":" if repair.commands else "."
    return f"{start}{' ' if repair.title == BY_HAND else ': '}{repair.title}{colon}"


def in_file_override(finding: Finding) -> str:
    """Return the comment that allows the finding permanently, or "" if there is no revision file to write it in."""
    if not finding.path or finding.rule in NOT_IN_FILE:
        return ""
    return f"`# git-alembic: allow[{finding.rule}] reason` in {escape_controls(finding.path)}"


def explanation(finding: Finding) -> str:
    """Return the command that explains the rule with its severity at this place."""
    rule = BY_SLUG.get(finding.rule)
    if rule is None or rule.beyond_commit in (None, rule.default):
        return f"git alembic explain {finding.rule}"
    return f"git alembic explain {rule.slug} --at {'push' if finding.severity == rule.beyond_commit else 'commit'}"


def paragraphs(finding: Finding) -> str:
    """Return message, why, consequences, repairs and override as lines, for formats that show plain text."""
    lines = [
        escape_controls(finding.message),
        *(f"  {escape_controls(line)}" for line in finding.details),
        escape_controls(finding.why),
    ]
    lines += [f"It also causes {other.rule}: {escape_controls(other.message)}." for other in finding.consequences]
    lines += repair_lines(finding)
    if override := in_file_override(finding):
        lines.append(f"To allow it permanently: {override}")
    lines.append(f"More: {explanation(finding)}")
    return unicode_only("\n".join(line for line in lines if line))


def finding_fingerprint(finding: Finding) -> str:
    """Identify an offense wherever its file moves. Without revisions, only the path tells offenses apart."""
    from hashlib import sha256

    identity = (finding.rule, finding.environment, *(sorted(finding.revisions) or [finding.path]))
    return sha256(as_bytes("\0".join(identity))).hexdigest()
