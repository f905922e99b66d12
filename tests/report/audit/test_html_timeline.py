"""The timeline in the page of an audit."""

from __future__ import annotations

import re

from git_alembic.report.audit import render_summary
from tests.support.example_audits import DAY, FORK_THAT_ENDED, LOST, summary
from tests.support.html_elements import elements


def test_html_links_each_mark_of_the_timeline_to_its_incident() -> None:
    tags = elements(render_summary(summary(FORK_THAT_ENDED, LOST), "html", "shop", {}))
    targets = {attributes["id"] for _, attributes in tags if "id" in attributes}
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert links == ["#i1", "#i2"]
    assert targets == {"i1", "i2"}


def test_html_shows_at_which_time_something_happened() -> None:
    page = render_summary(summary(FORK_THAT_ENDED, last=100 * DAY, activity=(0, 100 * DAY)), "html", "shop", {})
    assert '<a class="bad" href="#i1"' in page
    assert 'style="left:1.98%;width:1.96%"' in page  # the second of a hundred days, and the two days after it
    assert re.findall(r"<span[^>]*>(\w{3} 1970)</span>", page) == ["Feb 1970", "Mar 1970", "Apr 1970"]
