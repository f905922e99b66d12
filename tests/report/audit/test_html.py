"""The summary of an audit as a page of HTML."""

from __future__ import annotations

import re

import pytest

from git_alembic.audit.summary import Summary
from git_alembic.report.audit import render_summary
from git_alembic.report.audit.wording import headline
from tests.support.example_audits import FORK, FORK_THAT_ENDED, HOSTILE, LOST, summary
from tests.support.html_elements import elements


@pytest.mark.parametrize("found", [summary(), summary(FORK_THAT_ENDED, LOST, FORK), summary(activity=(5,), last=5)])
def test_html_is_complete_and_loads_nothing(found: Summary) -> None:
    page = render_summary(found, "html", "shop", HOSTILE)
    tags = elements(page)
    assert {"script", "link", "img", "iframe", "base", "object"}.isdisjoint(tag for tag, _ in tags)
    assert not [attributes for _, attributes in tags if {"src", "srcset", "onclick"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?:", page)
    assert page.isascii()
    assert headline(found) in page
