"""Decides which rules apply in one command, and how severely: defaults, configuration, options and the override."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.rules.rule_defaults import BY_SLUG, RULES

if TYPE_CHECKING:
    from git_alembic.config.settings import Severity


class Policy(NamedTuple):
    """The severity of every rule, the slugs that this one command allows, and whether a warning fails the command."""

    severities: "Mapping[str, Severity]"
    allowed: Collection[str] = ()
    fail_on_warning: bool = False

    def only(self, slugs: Collection[str]) -> "Policy":
        """Return the same policy with every other rule off."""
        severities: dict[str, Severity] = {
            slug: severity if slug in slugs else "off" for slug, severity in self.severities.items()
        }
        return self._replace(severities=severities)


def make_policy(
    configured: "Mapping[str, Severity]",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    override: str = "",
    *,
    beyond_commit: bool = False,
) -> Policy:
    """Return the policy of one command: `[tool.git-alembic.rules]`, `--select`, `--ignore` and `GIT_ALEMBIC_ALLOW`.

    `beyond_commit`: the command checks more than one commit (a branch, a range or a push).
    """
    allowed = slugs_in(override)
    refuse_unknown_rules(configured, select, ignore, allowed)
    severities: dict[str, Severity] = {}
    for rule in RULES:
        default = rule.beyond_commit if beyond_commit and rule.beyond_commit else rule.default
        severities[rule.slug] = configured.get(rule.slug, default)
        if rule.slug in ignore or (select and rule.slug not in select):
            severities[rule.slug] = "off"
    return Policy(severities, frozenset(allowed))


def slugs_in(override: str) -> list[str]:
    """Return the slugs in the value of `GIT_ALEMBIC_ALLOW`."""
    return [slug for slug in re.split(r"[,\s]+", override) if slug]


def refuse_unknown_rules(
    configured: Iterable[str] = (), select: Iterable[str] = (), ignore: Iterable[str] = (), allowed: Iterable[str] = ()
) -> None:
    """Raise CannotCheck for the first unknown slug, because a typo would otherwise disable a check."""
    for slug in configured:
        if slug not in BY_SLUG:
            raise CannotCheck(f'pyproject.toml: unknown rule "{slug}" in [tool.git-alembic.rules]{_nearest(slug)}')
    places = (("--select", select), ("--ignore", ignore), ("GIT_ALEMBIC_ALLOW", allowed))
    for where, slugs in places:
        for slug in slugs:
            if slug not in BY_SLUG:
                raise CannotCheck(f"{where}: there is no rule {slug!r}{_nearest(slug)}")


def _nearest(slug: str) -> str:
    from git_alembic.terminal.spelling_suggestion import did_you_mean

    return did_you_mean(slug, BY_SLUG)
