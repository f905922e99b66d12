"""Judgements as SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from git_alembic import __version__
from git_alembic.report.as_json import dumps
from git_alembic.report.wording import as_bytes, explanation, paragraphs

if TYPE_CHECKING:
    from git_alembic.finding import Finding
    from git_alembic.judgement import Judgement

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_RULES = {
    "multiple-heads": "The history has more heads than allowed, and more than before.",
    "divergent-heads": "A merge with the target would give more heads than allowed.",
    "deleted-revision": "A published revision is gone.",
    "renamed-revision": "A published revision is in a file of another name.",
    "changed-revision-id": "A published file declares another revision id.",
    "changed-down-revision": "A published revision has another parent.",
    "edited-revision": "The code of a published revision differs.",
    "missing-parent": "A revision names a parent that the history lacks.",
    "duplicate-revision": "Two files declare one revision id.",
    "revision-cycle": "The parents of a revision form a loop.",
    "extra-base": "A second root appears that no branch label excuses.",
    "unreadable-revision": "A revision file cannot be understood.",
    "stale-docstring": "The docstring of a revision contradicts its code.",
    "model-drift": "The models and the migrations disagree.",
    "untracked-import": "The run loaded a file that is not in the commit.",
    "broken-upgrade": "A new revision fails on its way up.",
    "broken-downgrade": "A new revision fails on its way down.",
    "lossy-downgrade": "A downgrade leaves something that the upgrade made.",
}


def render_sarif(judgement: Judgement) -> str:
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(judgement)]}, indent=2)


def _run(judgement: Judgement) -> dict[str, object]:
    rules = tuple(dict.fromkeys(finding.rule for finding in judgement.findings))
    locations = {environment.name: environment.script_location for environment in judgement.environments}
    return {
        "tool": {
            "driver": {
                "name": "git-alembic",
                "version": __version__,
                "rules": [_rule(rule, judgement) for rule in rules],
            }
        },
        "invocations": [_invocation(judgement)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, rules.index(finding.rule), finding.path or locations.get(finding.environment, ""))
            for finding in judgement.findings
        ],
    }


def _rule(rule: str, judgement: Judgement) -> dict[str, object]:
    """The rule as it is configured in this run: its level is that of the worst of its findings."""
    levels = {finding.severity for finding in judgement.findings if finding.rule == rule}
    return {
        "id": rule,
        "shortDescription": {"text": _RULES.get(rule, rule.replace("-", " ").capitalize() + ".")},
        "help": {"text": explanation(rule)},
        "defaultConfiguration": {"level": "error" if "error" in levels else "warning"},
    }


def _invocation(judgement: Judgement) -> dict[str, object]:
    invocation: dict[str, object] = {
        "executionSuccessful": judgement.reason is None,
        "exitCode": judgement.exit_code,
    }
    if judgement.reason is not None:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": judgement.reason}}]
    return invocation


def _result(finding: Finding, rule_index: int, path: str) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": paragraphs(finding)},
    }
    if path:
        artifact = {"uri": _uri(path), "uriBaseId": "%SRCROOT%"}
        region = {"startLine": max(finding.line, 1)}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    result["partialFingerprints"] = {"gitAlembic/v1": _fingerprint(finding)}
    return result


def _uri(path: str) -> str:
    return quote(as_bytes(path))


def _fingerprint(finding: Finding) -> str:
    """The same for one offence wherever its file moves; without revisions, only the path tells offences apart."""
    identity = (finding.rule, finding.environment, *(sorted(finding.revisions) or [finding.path]))
    return hashlib.sha256(as_bytes("\0".join(identity))).hexdigest()
