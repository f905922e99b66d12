"""A merge revision for projects whose Alembic can't be run: its id, its path and its text."""

from __future__ import annotations

import re

import pytest

from git_alembic.repair.plain_merge_revision import MergeRevision, make_merge_revision, new_id, next_number
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import graph, revision

FORK = graph({"a": "", "b": "a", "c": "a"})
PLAIN = """\
\"""merge heads

Revision ID: {id}
Revises: b, c
Create Date: 2026-01-02

\"""

# revision identifiers, used by Alembic.
revision = '{id}'
down_revision = ('b', 'c')
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
"""
ANNOTATED = """\
\"""merge heads

Revision ID: {id}
Revises: b, c
Create Date: 2026-01-02

\"""
from typing import Sequence, Union

# revision identifiers, used by Alembic.
revision: str = "{id}"
down_revision: Union[str, Sequence[str], None] = ("b", "c")
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
"""


def made(sample: str, *heads: str, like: Revision = FORK["c"]) -> MergeRevision:
    return make_merge_revision(FORK, heads or ("b", "c"), like, sample.encode(), "2026-01-02")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("x = \"\"\nrevision = 'c'\n", PLAIN),
        ("revision=u'c'\r\n", PLAIN.replace("\n", "\r\n")),
        ('revision: str = "c"\n', ANNOTATED),
        ('revision : "str"\t=\tU"c"\n', ANNOTATED),
        ("down_revision: str = 'a'\nrevision = NAME\n", PLAIN.replace("'", '"')),
    ],
)
def test_text(sample: str, expected: str) -> None:
    merge = made(sample)
    assert merge.data.decode() == expected.replace("{id}", merge.id)
    assert (merge.heads, merge.path) == (("b", "c"), f"versions/{merge.id}_merge_heads.py")


def test_ids_with_quotes_and_control_characters() -> None:
    heads = ("it's", "back\\slash", "new\nline", 'say "x"', "é")
    read = read_revision("x.py", "", made("revision = 'c'\n", *heads).data)
    assert isinstance(read, Revision)
    assert read.down == heads


def test_the_same_heads_give_the_same_id_unless_it_is_taken() -> None:
    merge = made("")
    assert made("") == merge
    assert made("", like=revision("c", path="other/c.py")).id != merge.id
    taken = graph({"a": "", "b": "a", "c": "a", merge.id: ""})
    assert make_merge_revision(taken, ("b", "c"), FORK["c"], b"", "").id not in ("", merge.id)


def test_new_ids() -> None:
    empty = graph({})
    ids = {new_id(empty, str(seed)) for seed in range(2000)}  # without a rule against numbers, a few would be numbers
    assert len(ids) == 2000
    assert all(re.fullmatch("(?=.*[a-f])[0-9a-f]{12}", id_) for id_ in ids)
    assert new_id(empty, "x", "y") != new_id(empty, "xy")


def test_next_number() -> None:
    assert next_number({"1", "2"}, "2") == "3"
    assert next_number({"9"}, "9") == "10"
    assert next_number({"007", "008"}, "008") == "009"
    assert [next_number({"1", other}, "1") for other in ("a", "02", "\u0662")] == ["", "", ""]
