"""Keeps one comment per pull request: the findings of the checks in it, and the open branches that it collides with.

action.yml runs this in the checked-out repository, with only Python's standard library. `gh` writes the comments. The
run of one pull request also updates the part on collisions in the comments of the others.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

MARK = "<!-- git-alembic -->"
CONFLICTS_MARK = "<!-- git-alembic conflicts -->"
FIND = f'.[] | select(.body | startswith("{MARK}")) | [.id, .body] | tojson'
FINE = "The migrations are fine."
UNWRITABLE = (
    "::notice title=git-alembic::no comment could be written (permissions: pull-requests: write; never for forks)\n"
)
CLEAR = "No open branch collides with this pull request anymore."


class Comment(NamedTuple):
    """The two parts of a comment, without their headings."""

    report: str = ""
    conflicts: str = ""

    @classmethod
    def parse(cls, body: str) -> Comment:
        """Return the parts of a comment that this script has written."""
        report, _, conflicts = (
            body.replace("\r", "").removeprefix(f"{MARK}\n### git-alembic\n").partition(CONFLICTS_MARK)
        )
        return cls(report.strip(), conflicts.strip())

    def render(self) -> str:
        """Return the whole comment."""
        conflicts = f"{CONFLICTS_MARK}\n{self.conflicts}" if self.conflicts else ""
        return "\n\n".join(filter(None, (f"{MARK}\n### git-alembic", self.report, conflicts))) + "\n"


def main() -> int:
    """Return 0. A comment that could not be written is a notice."""
    number, status = os.environ["NUMBER"], os.environ["STATUS"]
    changes: dict[str, dict[str, str]] = {}
    if number:
        report = Path(os.environ["RUNNER_TEMP"], "git-alembic.md").read_text(encoding="utf-8").strip()
        changes[number] = {"report": report}
    if os.environ["CONFLICTS"] == "true":
        for other, section in collisions():
            changes.setdefault(other, {})["conflicts"] = section
    for other, parts in changes.items():
        needed = bool(parts.get("conflicts")) or (other == number and status != "0")
        try:
            update(other, parts, is_needed=needed)
        except subprocess.CalledProcessError:
            sys.stdout.write(UNWRITABLE)
            return 0
    return 0


def collisions() -> Iterator[tuple[str, str]]:
    """Yield (number, text) of each open pull request that adds revisions. "" if it collides with none."""
    command = ("git", "alembic", "conflicts", *json.loads(os.environ["OPTIONS"]), "--format", "json")
    # If that could not check something, the workflow has already reported it.
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    for branch in json.loads(done.stdout)["branches"] if done.stdout else ():
        for name in (branch["name"], *branch["aliases"]):
            if match := re.fullmatch(r"pull/(\d+)/head", name):
                yield match[1], branch["comment"]


def update(number: str, parts: Mapping[str, str], *, is_needed: bool) -> None:
    """Write the comment of one pull request, or change its parts. Without a comment, write one only if it is needed."""
    comments = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/{number}/comments"
    lines = gh("--paginate", comments, "--jq", FIND).splitlines()
    id_, body = json.loads(lines[0]) if lines else (None, "")
    comment = Comment.parse(body)._replace(**parts)
    if not comment.report and not comment.conflicts:
        comment = comment._replace(report=CLEAR)
    elif comment.conflicts and comment.report in (FINE, CLEAR):
        comment = comment._replace(report="")
    if lines and comment.render() != body:
        address = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/comments/{id_}"
        gh("--silent", "--method", "PATCH", address, "--input", "-", body=comment.render())
    elif not lines and is_needed:
        gh("--silent", "--method", "POST", comments, "--input", "-", body=comment.render())


def gh(*arguments: str, body: str | None = None) -> str:
    """Call GitHub's API. A body is sent as JSON."""
    given = json.dumps({"body": body}) if body is not None else ""
    command = ("gh", "api", *arguments)
    return subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


if __name__ == "__main__":
    sys.exit(main())
