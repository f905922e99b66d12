"""All rules in the order of their findings, each with its default severity and what it applies to."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity
    from git_alembic.findings.finding import Finding
    from git_alembic.history.environment_change import Change


class Rule(NamedTuple):
    """One rule. Its module is named like the slug, with underscores, and is imported when the rule first runs."""

    slug: str
    default: "Severity"
    beyond_commit: "Severity | None" = None  # for a branch, a range or a push; None: the default
    structural: bool = False  # a state of the history; a whole branch is checked for it without a baseline
    in_file_override: bool = True  # a comment in the revision file can allow it
    on_scratch: bool = False  # the input is a run on a scratch database, not a `Change`
    about: str = ""  # an attribute of `Change`; if it is empty, the rule finds nothing

    def concerns(self, change: "Change") -> bool:
        """False if the change has nothing that the rule is about. Then nothing imports the rule's module."""
        return not self.about or bool(getattr(change, self.about))

    @property
    def find(self) -> "Callable[[Any], Iterator[Finding]]":
        """Return the function of the rule's module: (Change or ScratchResult) -> findings."""
        module = import_module(f"{__package__}.{self.slug.replace('-', '_')}")
        found: Callable[[Any], Iterator[Finding]] = module.find
        return found


RULES: tuple[Rule, ...] = (
    Rule("unreadable-revision", "error", structural=True),
    Rule("duplicate-revision", "error", structural=True),
    Rule("revision-cycle", "error", structural=True),
    Rule("missing-parent", "error", structural=True),
    Rule("multiple-heads", "error", structural=True),
    Rule("divergent-heads", "warning", beyond_commit="error", about="forecasts"),
    Rule("extra-base", "error"),
    Rule("heads-file", "error", structural=True, in_file_override=False, about="heads_file"),
    Rule("deleted-revision", "error", in_file_override=False, about="deleted_ids"),
    Rule("changed-revision-id", "error", about="deleted_ids"),
    Rule("changed-down-revision", "error", about="changed_revisions"),
    Rule("renamed-revision", "warning", about="changed_revisions"),
    Rule("edited-revision", "warning", about="changed_revisions"),
    Rule("long-revision-id", "error"),
    Rule("misnamed-file", "warning"),
    Rule("merge-revision", "off"),
    Rule("stale-docstring", "warning"),
    Rule("untracked-import", "error", in_file_override=False, on_scratch=True),
    Rule("broken-upgrade", "error", on_scratch=True),
    Rule("broken-downgrade", "error", on_scratch=True),
    Rule("lossy-downgrade", "warning", on_scratch=True),
    Rule("model-drift", "error", in_file_override=False, on_scratch=True),
)
BY_SLUG: dict[str, Rule] = {rule.slug: rule for rule in RULES}
