"""The rules that apply: defaults, configuration, options, the override, and unknown slugs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from git_alembic.config.settings import Severity
from git_alembic.errors import CannotCheck
from git_alembic.policy.severity_policy import make_policy
from git_alembic.rules.rule_defaults import BY_SLUG, RULES


def test_the_defaults() -> None:
    assert make_policy({}).severities == {rule.slug: rule.default for rule in RULES}


def test_configuration_overrides_defaults_and_options_override_both() -> None:
    policy = make_policy({"edited-revision": "error", "extra-base": "warning"}, ignore=["extra-base"])
    assert (policy.severities["edited-revision"], policy.severities["extra-base"]) == ("error", "off")
    selected = make_policy({"extra-base": "off"}, select=["extra-base", "multiple-heads"]).severities
    assert {slug for slug, severity in selected.items() if severity != "off"} == {"multiple-heads"}


@pytest.mark.parametrize(("configured", "severity"), [({}, "error"), ({"divergent-heads": "warning"}, "warning")])
def test_divergent_heads_is_an_error_beyond_a_commit_unless_configured(
    configured: Mapping[str, Severity], severity: str
) -> None:
    assert make_policy(configured, beyond_commit=True).severities["divergent-heads"] == severity
    assert make_policy(configured).severities["divergent-heads"] == "warning"


def test_only_turns_all_others_off() -> None:
    policy = make_policy({}, override="extra-base").only({"multiple-heads"})
    assert {slug for slug, severity in policy.severities.items() if severity != "off"} == {"multiple-heads"}
    assert policy.allowed == {"extra-base"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"configured": {"multiple-head": "off"}},
            (
                'pyproject.toml: unknown rule "multiple-head" in [tool.git-alembic.rules] '
                "(did you mean 'multiple-heads'?)"
            ),
        ),
        (
            {"configured": {"many_heads": "off"}},
            'pyproject.toml: unknown rule "many_heads" in [tool.git-alembic.rules]',
        ),
        ({"select": ["x"]}, "--select: there is no rule 'x'"),
        ({"ignore": ["x"]}, "--ignore: there is no rule 'x'"),
        ({"override": "extra-base, x"}, "GIT_ALEMBIC_ALLOW: there is no rule 'x'"),
    ],
)
def test_an_unknown_slug(given: Mapping[str, Any], message: str) -> None:
    with pytest.raises(CannotCheck) as caught:
        make_policy(**{"configured": {}, **given})
    assert str(caught.value) == message


def test_every_rule_has_its_module() -> None:
    assert {rule.slug: rule.find.__module__ for rule in RULES} == {
        slug: f"git_alembic.rules.{slug.replace('-', '_')}" for slug in BY_SLUG
    }
