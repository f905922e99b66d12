"""The project's Alembic makes the merge revision, or git-alembic writes its own and says why."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from git_alembic.environments.environment import Environment
from git_alembic.repair.file_writer import FileWriter
from git_alembic.repair.merge_revision import MergeRevision, make_merge_revision, new_id, next_number, run_alembic_merge
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import graph, revision

VERSIONS = "db/versions"
MADE = MergeRevision("0123", ("b", "c"), f"{VERSIONS}/0123_merge_heads.py", b"plain")
PLAIN = {MADE.path: b"plain"}
HEADER = """\
import os, pathlib, sys
versions = pathlib.Path("versions")
"""
FORK = graph({"a": "", "b": "a", "c": "a"})
PLAIN_TEXT = """\
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


def environment(*versions: str) -> Environment:
    """Return an environment whose commands run in `db`."""
    return Environment("db/alembic.ini", "db", versions or (VERSIONS,), config="db/alembic.ini", cwd="db")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a folder with `db/versions`, which has a file already."""
    (tmp_path / "top" / VERSIONS).mkdir(parents=True)
    (tmp_path / "top" / VERSIONS / "b.py").write_bytes(b"")
    return tmp_path / "top"


def merge(
    top: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, *versions: str
) -> tuple[str, dict[str, bytes]]:
    """Merge with a program that is named `alembic`. Return the sentence and the new files, which undo removes."""
    folder = top.parent / "bin"
    folder.mkdir()
    if program is not None:
        (folder / "alembic").write_text(f"#!{sys.executable}\n{HEADER}{program}")
        (folder / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    before = set(top.rglob("*"))
    files = FileWriter(str(top), str(top.parent))
    sentence = run_alembic_merge(files, environment(*versions), MADE, str(top))
    new = {str(path.relative_to(top)): path.read_bytes() for path in set(top.rglob("*")) - before if path.is_file()}
    assert files.paths == tuple(sorted(new))
    files.undo()
    assert {path for path in top.rglob("*") if path.is_file()} <= before
    return sentence, new


def test_alembic_writes_the_file(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    program = """
names = [name for name in os.environ if name.startswith("GIT_")]
(versions / "new.py").write_text(repr((names, os.environ["PYTHONDONTWRITEBYTECODE"], sys.stdin.read(), sys.argv[1:])))
print("Generating", file=sys.stderr)
"""
    arguments = ["merge", "-m", "merge heads", "--rev-id", "0123", "b", "c"]
    expected = repr(([], "1", "", arguments)).encode()
    assert merge(top, monkeypatch, program) == ("", {f"{VERSIONS}/new.py": expected})


def test_a_file_in_the_second_version_folder(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "db/more").mkdir()
    program = "pathlib.Path('more/new.py').write_text('')"
    assert merge(top, monkeypatch, program, VERSIONS, "db/more") == ("", {"db/more/new.py": b""})


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        pytest.param(None, "it is not on PATH", id="not on PATH"),
        pytest.param("", "it did not write a file", id="no file"),
        pytest.param("sys.exit(3)", "exit code 3", id="no message"),
        pytest.param(
            "(versions / 'new.py').write_text('')\nsys.exit('FAILED: trace\\nthe last line\\n\\n')", "the last line",
            id="a file and a failure",
        ),
        pytest.param(
            "[(versions / name).write_text('') for name in ('x.py', 'y.py')]", "it did not write a file", id="two files"
        ),
    ],
)  # fmt: skip
def test_a_plain_file_instead(top: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, reason: str) -> None:
    sentence = f"`alembic merge` could not be run ({reason}), so git-alembic wrote a plain merge revision"
    assert merge(top, monkeypatch, program) == (sentence, PLAIN)


def test_a_program_that_cannot_start(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = top.parent / "bin2"
    broken.mkdir()
    (broken / "alembic").write_text("#!/nonexistent/python\n")
    (broken / "alembic").chmod(0o755)
    monkeypatch.setenv("PATH", str(broken))
    files = FileWriter(str(top), str(top.parent))
    sentence = run_alembic_merge(files, environment(), MADE, str(top))
    assert sentence == (
        "`alembic merge` could not be run ([Errno 2] No such file or directory: 'alembic'), so git-alembic wrote a "
        "plain merge revision"
    )
    assert files.paths == (MADE.path,)


def made(sample: str, *heads: str, like: Revision = FORK["c"]) -> MergeRevision:
    return make_merge_revision(FORK, heads or ("b", "c"), like, sample.encode(), "2026-01-02")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("x = \"\"\nrevision = 'c'\n", PLAIN_TEXT),
        ("revision=u'c'\r\n", PLAIN_TEXT.replace("\n", "\r\n")),
        ('revision: str = "c"\n', ANNOTATED),
        ('revision : "str"\t=\tU"c"\n', ANNOTATED),
        ("down_revision: str = 'a'\nrevision = NAME\n", PLAIN_TEXT.replace("'", '"')),
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
