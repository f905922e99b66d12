"""All rules in the order of their findings: severities, what they apply to, and what their findings follow from."""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.findings.finding import CausingFinding, Finding
    from git_alembic.history.snapshot_and_change import Change

# "restore": take the revisions of the finding from the baseline. "restore file": take all revisions of its file from
# there. "remove": remove the revisions of the finding and their children.
Undo = Literal["restore", "restore file", "remove"]


class Rule(NamedTuple):
    """One rule. Its module is named like the slug, with underscores, and is imported when the rule first runs."""

    slug: str
    default: "Severity"
    beyond_commit: "Severity | None" = None  # for a branch, a range or a push; None: the default
    is_structural: bool = False  # a state of the history; a whole branch is checked for it without a baseline
    has_file_override: bool = True  # a comment in the revision file can allow it
    runs_on_scratch: bool = False  # the input is a run on a scratch database, not a `Change`
    about: str = ""  # an attribute of `Change`; if it is empty, the rule finds nothing
    finds_excess_heads: bool = False  # its findings are heads of one history beyond those that the settings allow
    checks_docstrings: bool = False  # its findings are about docstrings, which `git alembic fix` corrects
    finds_unreadable_files: bool = False  # its findings are new files that can't be read
    needs_every_file: bool = False  # a file that can't be read makes its findings guesses
    undo: "Undo | None" = None  # how to get the history without an error of this rule; None: it has no consequences
    follows_heads: bool = False  # its findings follow from the first error that changes the heads of the history
    follows: tuple[str, ...] = ()  # the rules whose errors can have its findings as consequences

    def concerns(self, change: "Change") -> bool:
        """False if the change has nothing that the rule is about. Then nothing imports the rule's module."""
        return not self.about or bool(getattr(change, self.about))

    @property
    def find(self) -> "Callable[[Any], Iterator[Finding]]":
        """Return the function of the rule's module: (Change or ScratchResult) -> findings."""
        function: Callable[[Any], Iterator[Finding]] = self._module.find
        return function

    @property
    def is_consequence(self) -> "Callable[[Finding, CausingFinding], bool]":
        """Return the function of the rule's module that tells whether a finding goes with a mistake that it follows."""
        function: Callable[[Finding, CausingFinding], bool] = self._module.is_consequence
        return function

    @property
    def _module(self) -> ModuleType:
        return import_module(f"{__package__}.{self.slug.replace('-', '_')}")


CAUSING_RULES = (  # the rules with `undo`, in the order in which findings are nested under them
    "unreadable-revision", "changed-revision-id", "deleted-revision", "changed-down-revision", "missing-parent",
    "extra-base",
)  # fmt: skip
RULES: tuple[Rule, ...] = (
    Rule("unreadable-revision", "error", is_structural=True, finds_unreadable_files=True, undo="restore file"),
    Rule("duplicate-revision", "error", is_structural=True),
    Rule("revision-cycle", "error", is_structural=True),
    Rule("missing-parent", "error", is_structural=True, needs_every_file=True, undo="remove", follows=CAUSING_RULES),
    Rule("multiple-heads", "error", is_structural=True, finds_excess_heads=True, follows=CAUSING_RULES),
    Rule("divergent-heads", "warning", beyond_commit="error", about="forecasts", follows=("unreadable-revision",)),
    Rule("extra-base", "error", undo="remove", follows=CAUSING_RULES),
    Rule("heads-file", "error", is_structural=True, has_file_override=False, about="heads_file", follows_heads=True),
    Rule(
        "deleted-revision", "error", has_file_override=False, about="deleted_ids", undo="restore", follows=CAUSING_RULES
    ),
    Rule("changed-revision-id", "error", about="deleted_ids", undo="restore"),
    Rule("changed-down-revision", "error", about="changed_revisions", undo="restore", follows=("deleted-revision",)),
    Rule("renamed-revision", "warning", about="changed_revisions"),
    Rule("edited-revision", "warning", about="changed_revisions", follows=("unreadable-revision",)),
    Rule("long-revision-id", "error"),
    Rule("misnamed-file", "warning", follows=("changed-revision-id",)),
    Rule("merge-revision", "off"),
    Rule(
        "stale-docstring", "warning", checks_docstrings=True, follows=("changed-revision-id", "changed-down-revision")
    ),
    Rule("untracked-import", "error", has_file_override=False, runs_on_scratch=True),
    Rule("broken-upgrade", "error", runs_on_scratch=True),
    Rule("broken-downgrade", "error", runs_on_scratch=True),
    Rule("lossy-downgrade", "warning", runs_on_scratch=True),
    Rule("model-drift", "error", has_file_override=False, runs_on_scratch=True),
)
BY_SLUG: dict[str, Rule] = {rule.slug: rule for rule in RULES}


def is_about(finding: "Finding", attribute: str) -> bool:
    """True if the rule of a finding is about an attribute of `Change`."""
    return BY_SLUG[finding.rule].about == attribute
