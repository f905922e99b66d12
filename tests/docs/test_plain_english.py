"""The prose of the pages avoids phrases that a native speaker wouldn't write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.transcripts import ROOT, pages

INSTEAD = {
    r"judg\w*": "check, compare, verify",
    r"but for": "except",
    r"that is[,;]|, say[,.)]": "for example, or a new sentence",
    r"(?:is|are) (?:asked|told|heard)": "an active verb with its subject",
    r"on the disk": "in the working tree",
    r"all the same|in vain": "plain words",
    r"colour\w*|behaviour|unlabelled|any more|\w*(?:recogni|organi|normali)s(?:e|ed|es|ing)\b": "American spelling",
    r"afterwards|honour\w*|favour\w*": "American spelling",
    r"has something to say|wants to know|says nothing of": "what it does",
}
CODE = r"(?ms)^```.*?^```$|^ {4}.*?$|`[^`]*`"


def prose(text: str) -> str:
    """Blank out code, but keep the lines."""
    return re.sub(CODE, lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def stiff_phrases(text: str) -> list[str]:
    """Return "line: phrase (instead)" for each phrase."""
    found = []
    for pattern, instead in INSTEAD.items():
        for match in re.finditer(rf"\b(?:{pattern.replace(' ', chr(92) + 's+')})", prose(text), re.IGNORECASE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{line}: {' '.join(match[0].split())} ({instead})")
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_prose_of_a_page(page: Path) -> None:
    assert stiff_phrases(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It judges the index.\n", ["1: judges (check, compare, verify)"]),
        ("The remote\nis\nasked.\n", ["2: is asked (an active verb with its subject)"]),
        ("`judge`\n\n    git judge\n\n```console\n$ judge\n```\n", []),
        ("It recognizes a squash.\n", []),
        ("It recognises a squash.\n", ["1: recognises (American spelling)"]),
    ],
)
def test_a_stiff_phrase_is_found(text: str, found: list[str]) -> None:
    assert stiff_phrases(text) == found
