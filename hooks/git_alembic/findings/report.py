"""The conclusions of a command, as values: the input of every report."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from git_alembic.findings.finding import Command, Finding

Verdict = Literal["clean", "findings", "cannot-judge"]


class EnvironmentState(NamedTuple):
    """One checked Alembic environment. `revisions` counts its distinct ids."""

    name: str
    script_location: str
    heads: tuple[str, ...]
    bases: tuple[str, ...]
    revisions: int


class Report(NamedTuple):
    """The findings have the severity error or warning, and are in the order in which they are shown.

    `notes` are sentences for verbose output, for example on an override. `reason` says why something could not be
    checked; it takes precedence over all findings. `fail_on_warning`: a warning counts as an error.
    """

    environments: tuple[EnvironmentState, ...] = ()
    findings: "tuple[Finding, ...]" = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None
    fail_on_warning: bool = False
    checked: str = ""  # what was checked, for a terminal: "branch main"
    repeat: str = ""  # the command to repeat with an override before it

    @property
    def verdict(self) -> Verdict:
        if self.reason is not None:
            return "cannot-judge"
        return "findings" if self.blocking else "clean"

    @property
    def blocking(self) -> "tuple[Finding, ...]":
        """The findings that fail the command: the errors, or all findings with `fail_on_warning`."""
        return tuple(finding for finding in self.findings if self.fail_on_warning or finding.severity == "error")

    @property
    def exit_code(self) -> Literal[0, 1, 2]:
        if self.verdict == "cannot-judge":
            return 2
        return 1 if self.verdict == "findings" else 0


def join_reports(reports: Iterable[Report]) -> Report:
    """Join several reports without repetitions."""
    every = tuple(reports)
    environments = {state: None for report in every for state in report.environments}
    findings = {finding: None for report in every for finding in report.findings}
    notes = {note: None for report in every for note in report.notes}
    reason = next((report.reason for report in every if report.reason is not None), None)
    fail_on_warning = any(report.fail_on_warning for report in every)
    checked = ", ".join(dict.fromkeys(report.checked for report in every if report.checked))
    repeat = next((report.repeat for report in every if report.repeat), "")
    return Report(tuple(environments), tuple(findings), tuple(notes), reason, fail_on_warning, checked, repeat)


def map_commands(report: Report, change: "Callable[[Command], Command]") -> Report:
    """Return the report with every command of its repairs changed."""
    return report._replace(findings=tuple(_map_commands_of(finding, change) for finding in report.findings))


def _map_commands_of(finding: "Finding", change: "Callable[[Command], Command]") -> "Finding":
    repairs = (repair._replace(commands=tuple(map(change, repair.commands))) for repair in finding.repairs)
    consequences = (_map_commands_of(consequence, change) for consequence in finding.consequences)
    return finding._replace(repairs=tuple(repairs), consequences=tuple(consequences))
