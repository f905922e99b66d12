"""Constant expressions have Python's results."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Unreadable
from tests.support.revision_files import revision


@pytest.mark.parametrize(
    ("text", "id_", "down"),
    [
        ("revision = 'a'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = ()\n", "a", ()),
        ("revision = 'a'\ndown_revision = []\n", "a", ()),
        ("revision = 'a'\ndown_revision = ('b')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = ('c', 'b')\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = 'c', 'b'\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = ['c', 'b']\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = {'c', 'b'}\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = frozenset(['c', 'b'])\n", "a", ("b", "c")),
        ("revision = 'a'\ndown_revision = tuple(['c', 'b'])\n", "a", ("c", "b")),
        ("revision = 'a'\ndown_revision = list(('c', 'b'))\n", "a", ("c", "b")),
        ("revision = str(12)\ndown_revision = str('b')\n", "12", ("b",)),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = (*first, 'b')\n", "a", ("c", "b")),
        ("first = ('c',)\nrevision = 'a'\ndown_revision = first + ('b',)\n", "a", ("c", "b")),
        ("a = revision = 'x'\ndown_revision = 'b'\n", "x", ("b",)),
        ("revision, down_revision = 'a', ('b', 'c')\n", "a", ("b", "c")),
        ("[revision, down_revision] = 'a', 'b'\n", "a", ("b",)),
        ("both = ('a', 'b')\nrevision, down_revision = both\n", "a", ("b",)),
        ("revision, down_revision = 'b', 'a'\nrevision, down_revision = down_revision, revision\n", "a", ("b",)),
        ("revision = 'x'\nrevision = 'a'\ndown_revision = 'x'\ndown_revision = None\n", "a", ()),
        ("revision = 'a'\ndown_revision = 'b' 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = 'b' + 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ndown_revision = (\n    # the fork of May\n    'b',\n    'c',\n)\n", "a", ("b", "c")),
        ("number = 7\nrevision = f'v{number:04d}'\ndown_revision = f'v{6}'\n", "v0007", ("v6",)),
        ("revision = 'v%04d' % 7\ndown_revision = '%s_%s' % ('a', 1)\n", "v0007", ("a_1",)),
        ("revision = '{:04d}'.format(7)\ndown_revision = '{a}_{b}'.format(a='x', b='y')\n", "0007", ("x_y",)),
        ("revision = 'a'\ndown_revision = 'b' if True else 'c'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b' if not None else 'c'\n", "a", ("b",)),
        ("import os\nrevision = 'a'\ndown_revision = 'b' if os.name else 'b'\n", "a", ("b",)),
        ("if True:\n    revision = 'a'\nelse:\n    revision = 'z'\ndown_revision = None\n", "a", ()),
        (
            "import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("import os\nrevision = 'a'\nif os.name:\n    down_revision = 'b'\nelse:\n    raise OSError\n", "a", ("b",)),
        ("try:\n    import x\nexcept ImportError:\n    x = None\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        (
            "try:\n    revision = 'a'\nexcept OSError:\n    revision = 'a'\nfinally:\n    down_revision = 'b'\n",
            "a",
            ("b",),
        ),
        ("try:\n    revision = 'a'\nexcept OSError:\n    raise\ndown_revision = 'b'\n", "a", ("b",)),
        ("with open('x') as file:\n    revision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("for revision in 'xyz':\n    pass\nrevision = 'a'\ndown_revision = 'b'\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\nparts = ['x']\nparts.append('y')\n", "a", ("b",)),
        ("revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'\n", "a", ("bc",)),
        ("revision = 'a'\ntry:\n    down_revision = 'b'\nfinally:\n    del revision\nrevision = 'c'\n", "c", ("b",)),
        ("many = ['b']\nrevision, down_revision = 'a', [*many, 'c']\n", "a", ("b", "c")),
        ("revision = 'a'; down_revision = 'b'", "a", ("b",)),
        ("revision = 'a'\rdown_revision = 'b'\r", "a", ("b",)),
        ("revision = 'a'\r\ndown_revision = 'b'\r\n", "a", ("b",)),
        ("revision = 'a'\nx = '\\d'\ndown_revision = 'b'\n", "a", ("b",)),
    ],
)
def test_a_constant_form(text: str, id_: str, down: tuple[str, ...]) -> None:
    found = revision(text)

    assert (found.id, found.down, found.problem) == (id_, down, None)


QUOTED = st.text("abc0_'\"\\é\n{}%", max_size=6).map(repr)
STRINGS = st.recursive(
    st.one_of(QUOTED, st.sampled_from(["first", "second"])),
    lambda parts: st.one_of(
        st.tuples(parts, parts).map(lambda two: f"({two[0]} + {two[1]})"),
        st.tuples(parts, parts, st.sampled_from(["True", "not 1", "''", "unknown()"])).map(
            lambda it: f"({it[0]} if {it[2]} else {it[1]})"
        ),
        parts.map(lambda part: f"str({part})"),
        parts.map(lambda part: f"'%s_%%' % ({part},)"),
        parts.map(lambda part: f"'{{}}_{{{{'.format({part})"),
        st.sampled_from(
            ["f'{first}_{second!s}'", "f'{number:03d}{{'", "'%02d' % number", "str(number)", "f'{first!r}'"]
        ),
    ),
    max_leaves=4,
)
SEVERAL = st.lists(STRINGS, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [
            "(" + "".join(f"{part}, " for part in parts) + ")",
            f"[{', '.join(parts)}]",
            f"tuple([{', '.join(parts)}])",
            f"[*many, {', '.join(parts)}]",
            f"many + ({''.join(f'{part}, ' for part in parts)})",
            f"list({{{', '.join(parts)}}})" if len(parts) == 1 else "many",
        ]
    )
)
DOWN = st.one_of(st.just("None"), STRINGS, SEVERAL)
FORMS = st.sampled_from(
    [
        "revision = {id}\ndown_revision = {down}\n",
        "revision: str = {id}\ndown_revision: Union[str, None] = {down}\n",
        "revision, down_revision = {id}, {down}\n",
        "other = revision = {id}\n(down_revision) = another = {down}\n",
        "revision = down_revision = 'z'\nrevision = {id}\ndown_revision = {down}\n",
        "if number:\n    revision = {id}\nelse:\n    revision = 'z'\ndown_revision = {down}\n",
        (
            "if unknown():\n    down_revision = {down}\n    revision = {id}\n"
            "else:\n    revision = {id}\n    down_revision = {down}\n"
        ),
        (
            "try:\n    revision = {id}\nexcept OSError:\n    revision = {id}\n"
            "else:\n    down_revision = {down}\n    x = 1\nfinally:\n    down_revision = {down}\n"
        ),
        "first, revision = {id}, first\nrevision, first = first, revision\ndown_revision = {down}\n",
    ]
)
START = "first = 'f1'\nsecond: str = 's2'\nnumber = 7\nmany = ('m1', 'm2')\nmany_too = many\n"
LISTS = START.replace("('m1', 'm2')", "['m1', 'm2']")


@settings(max_examples=300, deadline=None)
@given(FORMS, STRINGS, DOWN, DOWN, st.sampled_from([START, LISTS]))
def test_values_match_python(form: str, id_: str, down: str, depends: str, start: str) -> None:
    text = start + form.format(id=id_, down=down) + f"depends_on = {depends}\n"
    names: dict[str, Any] = {"Union": dict[Any, Any], "unknown": lambda: True}
    try:
        exec(compile(text, "x.py", "exec"), names)  # noqa: S102 - our own text
    except TypeError:  # a list plus a tuple is an error
        return
    found = read_revision("x.py", "", text.encode())

    if isinstance(found, Unreadable):  # an unknown condition decides, or a list may have a name that changes it
        shared = start == LISTS and down == "many" and form.startswith("try:")
        assert "unknown()" in text or shared, found
        return
    assert (found.id, found.down) == (names["revision"], tuple(filter(None, _as_tuple(names["down_revision"]))))
    if "unknown()" not in depends:
        assert found.depends == tuple(filter(None, _as_tuple(names["depends_on"])))


def _as_tuple(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
