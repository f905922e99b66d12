"""The claims in the docstring of a revision."""

from __future__ import annotations

import pytest

from tests.support.revision_files import revision


@pytest.mark.parametrize(
    ("document", "message", "doc_id", "doc_down"),
    [
        ("", "", None, None),
        ("add a table", "add a table", None, None),
        ("\n\n  add a table  \nmore\n", "add a table", None, None),
        ("m\n\nRevision ID: a1\nRevises: b2\n", "m", "a1", ("b2",)),
        ("m\n\nRevises: b2, c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: b2 and c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: b2 c3\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: ('b2', 'c3',)\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: (b2, c3)\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: b2 column(3)\n", "m", None, None),
        ("m\n\nrevision id: `a1`.\nREVISES: 'b2'.\n", "m", "a1", ("b2",)),
        ("m\n\nRevises: b2 (head), c3 (billing)\n", "m", None, ("b2", "c3")),
        ("m\n\nRevises: \n", "m", None, ()),
        ("m\n\nRevises:\nCreate Date: 2026\n", "m", None, ()),
        ("m\n\nRevises: None\n", "m", None, ()),
        ("m\n\nRevises: <base>\n", "m", None, ()),
        ("m\n\nRevises: kilo\n", "m", None, ("kilo",)),
        ("m\n\nRevises: the first table\n", "m", None, None),
        ("m\n\nRevises: the table of ticket 12\n", "m", None, None),
        ("m\n\nRevises: b2,\n", "m", None, None),
        ("m\n\nRevision ID: a1, b2\n", "m", None, None),
        ("m, which Revises: nothing\n", "m, which Revises: nothing", None, None),
        ("Revision ID: a1\nRevises: b2\n", "", "a1", ("b2",)),
        ("Revises: b2\n", "", None, ("b2",)),
        ("m\n\nRevises: []\n", "m", None, ()),
        ("m\n\nRevises: [b2\n", "m", None, None),
        ("m\n\nRevises: (b2]\n", "m", None, None),
        ("m\n\nRevises: b2 c\n", "m", None, None),
        (f"m\n\nRevises:{'a' * 1000}\n", "m", None, ("a" * 1000,)),
        (f"m\n\nRevises:{'a' * 1001}\n", "m", None, None),
    ],
)
def test_claims_of_the_docstring(
    document: str, message: str, doc_id: str | None, doc_down: tuple[str, ...] | None
) -> None:
    found = revision(f'"""{document}"""\nrevision = "a"\ndown_revision = None\n')

    assert (found.message, found.doc_id, found.doc_down) == (message, doc_id, doc_down)
