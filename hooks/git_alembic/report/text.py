"""A report as text for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_alembic.drawing.lanes_as_text import draw_fork
from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.findings.shell_commands import shell_block
from git_alembic.report.wording import escape_controls, explanation, repair_title
from git_alembic.terminal.output import encodable
from git_alembic.terminal.text_width import count_columns, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from git_alembic.findings.finding import Finding, Fork, Repair
    from git_alembic.findings.report import EnvironmentState, Report

_TOKEN = re.compile(r"(?:`[^`]*`|[^ `]|`)+")
NARROWEST_DRAWING = 36  # columns; a narrower drawing shows nothing of a fork
MOST_CONSEQUENCES = 3  # The report lists this many consequences per rule, and counts the others.
_STYLES = {"path": "1", "error": "31", "warning": "33", "command": "36", "faint": "2"}


def render_text(report: Report, page: Page, *, verbose: bool, quiet: bool) -> str:
    errors = report.blocking
    blocks: list[str] = []
    if quiet:
        blocks += ["\n".join("\n".join(page.head(finding)) for finding in report.findings)]
    else:
        blocks += ["\n".join(page.finding(finding, blocks=finding in errors)) for finding in report.findings]
        blocks += ["\n".join(page.all_overrides(errors) + page.summary(report))]
        blocks += ["\n".join(page.more(report) if verbose else ())]
        if not (report.findings or report.environments or report.reason) and report.checked:
            blocks.append(clean_line(report))
    if report.reason is not None:
        blocks += ["\n".join(page.reason(report.reason))]
    return "\n\n".join(block for block in blocks if block)


def clean_line(report: Report) -> str:
    """Return the line that a terminal shows if there is nothing to report."""
    if not report.environments:
        return f"git-alembic: {escape_controls(report.checked)}: nothing to check"
    revisions = sum(environment.revisions for environment in report.environments)
    heads = sum(len(environment.heads) for environment in report.environments)
    counts = ((len(report.environments), "environment"), (revisions, "revision"), (heads, "head"))
    return f"git-alembic: {escape_controls(report.checked)}: {', '.join(format_count(*count) for count in counts)}: OK"


def drawing_lines(fork: Fork, width: int, encoding: str) -> tuple[str, ...]:
    """Return the drawing of a fork, at most 80 columns wide."""
    room = max(NARROWEST_DRAWING, min(width or 80, 80) - 4)
    drawing = readable(draw_fork(fork.graph, fork.heads, dict(fork.holders), width=room), encoding).strip("\n")
    return tuple(drawing.split("\n")) if drawing else ()


@dataclass(frozen=True, slots=True)
class Page:
    """The color, width (0: lines of any length), command to override, and encoding of the text.

    `{rules}` in the command marks where the names of the overridden rules go.
    """

    color: bool
    width: int
    command: str
    encoding: str = "utf-8"

    def paint(self, text: str, style: str) -> str:
        """Add color. Color only repeats what the words say."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color else text

    def wrap(self, text: str, painted: str = "", plain: str = "", indent: str = "  ") -> Iterator[str]:
        """Yield wrapped lines after a prefix: `painted` is printed, `plain` measured.

        Text in backquotes stays whole.
        """
        stub = indent[:-1]
        line, length = (painted, count_columns(plain)) if plain else (stub, len(stub))
        for token in _TOKEN.findall(self.as_printed(text)):
            if length > len(stub) and 0 < self.width < length + 1 + count_columns(token):
                yield line
                line, length = stub, len(stub)
            line += f" {token}"
            length += 1 + count_columns(token)
        yield line

    def as_printed(self, text: str) -> str:
        """Return one line exactly as the stream will print it, so that it can be measured."""
        return encodable(escape_controls(text), self.encoding)

    def head(self, finding: Finding) -> Iterator[str]:
        where = self.as_printed(finding.path or finding.environment or "git-alembic")
        where += f":{finding.line}:" if finding.path and finding.line else ":"
        label = f"warning: {finding.rule}:" if finding.severity == "warning" else f"{finding.rule}:"
        style = "warning" if finding.severity == "warning" else "error"
        path, rule = self.paint(where, "path"), self.paint(label, style)
        if 0 < self.width < count_columns(f"{where} {label}"):
            yield path
            yield from self.wrap(finding.message, f"  {rule}", f"  {label}")
        else:
            yield from self.wrap(finding.message, f"{path} {rule}", f"{where} {label}")

    def finding(self, finding: Finding, *, blocks: bool) -> Iterator[str]:
        yield from self.head(finding)
        if finding.why:
            yield from self.wrap(finding.why)
        for consequence in list_consequences(finding.consequences):
            yield from self.wrap(f"It also causes {consequence}.")
        if block := (
            *finding.details,
            *(drawing_lines(finding.fork, self.width, self.encoding) if finding.fork else ()),
        ):
            yield ""
            for line in block:
                yield f"    {escape_controls(line)}".rstrip()
            yield ""
        for number, repair in enumerate(finding.repairs):
            yield from self._repair(repair, number)
        if blocks and self.command:
            yield f"  To allow it once: {self._override(_blocking_rules((finding,)))}"
        yield self.paint(f"  More: {explanation(finding)}", "faint")

    def _repair(self, repair: Repair, number: int) -> Iterator[str]:
        """Yield what a repair does, and its commands as one block to paste."""
        yield from self.wrap(repair_title(repair, number))
        for line in shell_block(repair.commands):
            yield f"    {self.paint(line, 'command')}"

    def _override(self, rules: tuple[str, ...]) -> str:
        form = self.command if "{rules}" in self.command else f"GIT_ALEMBIC_ALLOW={{rules}} {self.command}"
        return self.paint(form.format(rules=",".join(rules)), "command")

    def all_overrides(self, blocking: tuple[Finding, ...]) -> tuple[str, ...]:
        """Return one command that overrides all offenses, because the others still block if only one is overridden."""
        rules = _blocking_rules(blocking)
        if len(blocking) < 2 or len(rules) < 2 or not self.command:
            return ()
        return (f"To allow all of these once: {self._override(rules)}",)

    def summary(self, report: Report) -> tuple[str, ...]:
        severities = [finding.severity for finding in report.findings]
        only_warnings = report.fail_on_warning and bool(severities) and "error" not in severities
        if not only_warnings and len(severities) < 2 and (not severities or len(report.environments) < 2):
            return ()  # one finding needs no summary
        counts = [(severities.count("error"), "error"), (severities.count("warning"), "warning")]
        numbers = ", ".join(format_count(number, noun) for number, noun in counts if number)
        why = "; `fail-on-warning` is set" if only_warnings else ""
        return (f"git-alembic: {numbers}{_extent(report)}{why}",)

    def reason(self, reason: str) -> Iterator[str]:
        """Yield the first line after our name, and the lines below it (for example git's output) indented."""
        first, *rest = reason.split("\n")
        prefix = "git-alembic: cannot check:"
        yield from self.wrap(first, self.paint(prefix, "error"), prefix)
        for line in rest:
            yield f"    {escape_controls(line)}".rstrip()

    def more(self, report: Report) -> tuple[str, ...]:
        lines = (*map(_state, report.environments), *report.notes)
        return tuple("\n".join(self.wrap(line, "git-alembic:", "git-alembic:")) for line in lines)


def list_consequences(consequences: Iterable[Finding]) -> Iterator[str]:
    """Yield the findings of each rule as text. After MOST_CONSEQUENCES, it counts the others."""
    by_rule: dict[str, list[str]] = {}
    for finding in consequences:
        by_rule.setdefault(finding.rule, []).append(f"{finding.rule}: {finding.message}")
    for rule, found in by_rule.items():
        shown = found if len(found) <= MOST_CONSEQUENCES else found[: MOST_CONSEQUENCES - 1]
        yield from shown
        if len(found) > len(shown):
            yield f"{len(found) - len(shown):,} more {rule} errors"


def _blocking_rules(blocking: Iterable[Finding]) -> tuple[str, ...]:
    """Return the rules to allow for blocking findings, and for the errors that follow from them."""
    rules: list[str] = []
    for finding in blocking:
        rules += [finding.rule, *(other.rule for other in finding.consequences if other.severity == "error")]
    return tuple(dict.fromkeys(rules))


def _extent(report: Report) -> str:
    """Return where the findings are: " in 1 environment", " in 1 of 3 environments", or "" if unknown."""
    checked = len(report.environments)
    found = len({finding.environment for finding in report.findings if finding.environment})
    if not checked:
        return ""
    if 0 < found < checked:
        return f" in {found} of {format_count(checked, 'environment')}"
    return f" in {format_count(checked, 'environment')}"


def _state(environment: EnvironmentState) -> str:
    counts = [format_count(environment.revisions, "revision")]
    if environment.heads:
        counts.append(f"{'head' if len(environment.heads) == 1 else 'heads'} {', '.join(environment.heads)}")
    if environment.bases:
        counts.append(f"{'base' if len(environment.bases) == 1 else 'bases'} {', '.join(environment.bases)}")
    return f"{environment.name} ({environment.script_location}): {'; '.join(counts)}"
