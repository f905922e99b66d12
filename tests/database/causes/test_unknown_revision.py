"""`unknown-revision` and `ahead`: where git has the revision, what became of it, and the repairs that keep data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_alembic.database.causes.unknown_revision import find
from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors
from git_alembic.findings.finding import Command
from git_alembic.lost_revisions.removals import RemovalKind
from git_alembic.lost_revisions.search import FileVersion, LostRevision, Where
from git_alembic.revisions.revision import Revision
from tests.support.whole_diagnoses import COMMIT, FORK, MATCH, facts, lost, revision

X, Y = revision("x", "c"), revision("y", "x")
BESIDE = revision("x", "b")
UPGRADE = Command(("alembic", "upgrade", "head"))
SYNC = Command(("git", "alembic", "sync"))
SYNC_TITLE = "downgrade the revisions that this checkout doesn't have, using their code from git, then upgrade"


def restore(id_: str, *, stops: bool = False) -> Command:
    return Command(("git", "alembic", "restore", id_), exits_with_1=stops)


def only(made: DatabaseFacts) -> Cause:
    (cause,) = find(made)
    return cause


def first_commands(made: DatabaseFacts) -> list[str]:
    """Return the first commands of the repairs without options."""
    return [" ".join(repair.commands[0].argv[:3]) for repair in only(made).repairs]


def test_no_unknown_row() -> None:
    assert list(find(facts(("b",)))) == []


def test_ahead() -> None:
    made = facts(("y",), lost_ancestors={"y": lost(Y, X, known=("c",))})
    files = tuple(FileVersion("history", file, "100644", COMMIT, ("topic",)) for file in (Y, X))
    came = "from commit 15ea149 by Ada on 2026-03-05 (Clean up)"
    assert only(made) == Cause(
        "ahead",
        "the database is 2 revisions ahead of this checkout, at 'y', which comes after 'c'",
        (
            f"'y' (create table_y) is on topic: migrations/versions/y.py, {came}",
            "it comes after 'x', which this checkout does not have either",
            "the closest ancestor in this checkout is 'c' (create table_c)",
        ),
        ("y", "x"),
        (
            CauseRepair(SYNC_TITLE, (SYNC,), Effect(("y",), ("c",), ("y", "x"), files)),
            CauseRepair("check out the branch that has the revision", (Command(("git", "switch", "topic")),)),
        ),
    )


def test_beside_the_head_it_is_away_from_the_checkout() -> None:
    made = facts(("x",), lost_ancestors={"x": lost(BESIDE, known=("b",))})
    assert only(made).message == "the database is 1 revision away from this checkout, at 'x', which comes after 'b'"


@pytest.mark.parametrize(
    ("how", "now", "fate"),
    [
        (None, "", "is not in this checkout"),
        ("deleted", "", "was deleted"),
        ("re-identified", "c", "now has a different id"),
        ("renamed", "old/x.py", "was moved out of the version folder"),
        ("renamed", "versions/new.py", "was moved"),
    ],
)
def test_the_fate_of_a_lost_revision(how: RemovalKind | None, now: str, fate: str) -> None:
    cause = only(facts(("x",), lost_ancestors={"x": lost(X, how=how, now=now)}))
    assert cause.message == f"the database is at 'x', whose file {fate}"


CHANGED = "commit 15ea149 by Ada on 2026-03-05 (Clean up)"


@pytest.mark.parametrize(
    ("how", "now", "sentence"),
    [
        ("deleted", "", f"migrations/versions/x.py was deleted in {CHANGED}"),
        ("re-identified", "c", f"{CHANGED} changed the id in migrations/versions/x.py to 'c'"),
        ("renamed", "old/x.py", f"migrations/versions/x.py was moved to old/x.py in {CHANGED}"),
    ],
)
def test_the_commit_that_removed_it(how: RemovalKind, now: str, sentence: str) -> None:
    assert only(facts(("x",), lost_ancestors={"x": lost(X, how=how, now=now)})).evidence[0] == sentence


def place(where: Where, refs: tuple[str, ...] = (), worktree: str = "", path: str = "old/x.py") -> LostAncestors:
    file = X._replace(path=path, message="")
    return LostAncestors(
        (LostRevision("x", (FileVersion(where, file, "100644", None, refs, worktree),), None),), ("c",)
    )


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (place("index"), "'x' is staged: old/x.py"),
        (place("working tree"), "'x' is on disk: old/x.py"),
        (place("worktree", worktree="/work/two"), "'x' is in the worktree /work/two: old/x.py"),
        (place("ref", ("v1", "main")), "'x' is on v1, main: old/x.py"),
        (place("stash"), "'x' is in a stash: old/x.py"),
        (place("reflog"), "'x' is only in a reflog: old/x.py"),
        (place("unreachable", path=""), "'x' is only in an unreachable commit: x"),
        (place("history"), "'x' is in git history: old/x.py"),
        (place("ref"), "'x' is in git: old/x.py"),
    ],
)
def test_where_git_has_it(found: LostAncestors, sentence: str) -> None:
    assert only(facts(("x",), lost_ancestors={"x": found})).evidence[0] == sentence


@pytest.mark.parametrize(("where", "how"), [("index", "staged"), ("working tree", "here")])
def test_a_file_that_alembic_does_not_load(where: Where, how: str) -> None:
    cause = only(facts(("x",), lost_ancestors={"x": place(where)}))
    assert (cause.cause, cause.message) == (
        "unknown-revision",
        f"the database is at 'x', whose file is {how}, but not where Alembic looks for it: old/x.py",
    )


@pytest.mark.parametrize(
    ("made", "first", "second"),
    [
        pytest.param(
            facts(("x",), lost_ancestors={"x": lost(X, how="deleted", known=("c",))}), "restore", "sync", id="gone"
        ),
        pytest.param(
            facts(("x",), lost_ancestors={"x": lost(BESIDE, how="deleted", known=("b",))}), "sync", "restore",
            id="gone, and it would fork the history",
        ),
        pytest.param(facts(("x",), lost_ancestors={"x": place("working tree")}), "restore", "sync", id="not loaded"),
        pytest.param(facts(("x",), lost_ancestors={"x": place("unreachable")}), "restore", "sync", id="unreachable"),
        pytest.param(facts(("x",), lost_ancestors={"x": place("reflog")}), "sync", "restore", id="in a reflog"),
        pytest.param(
            facts(("x",), lost_ancestors={"x": place("stash", ("stash@{0}",))}), "sync", "restore", id="in a stash"
        ),
        pytest.param(
            facts(("y",), lost_ancestors={"y": lost(Y, missing=("x",))}), "switch topic", "restore",
            id="a missing parent",
        ),
        pytest.param(
            facts(("y",), lost_ancestors={"y": lost(Y, missing=("x",), how="deleted")}), "restore", "", id="only that"
        ),
    ],
)  # fmt: skip
def test_the_order_of_the_repairs(made: DatabaseFacts, first: str, second: str) -> None:
    commands = [f"git {command}" if "switch" in command else f"git alembic {command}" for command in (first, second)]
    assert first_commands(made) == [command for command in commands if not command.endswith(" ")]


@pytest.mark.parametrize(
    ("refs", "words", "title"),
    [
        (("topic", "main"), ("topic",), "check out the branch that has the revision"),
        (("origin/x",), ("--detach", "origin/x"), "check out origin/x, which has the revision"),
        (("HEAD", "HEAD of /work/two", "stash@{1}", "v1"), ("--detach", "v1"), "check out v1, which has the revision"),
    ],
)
def test_the_checkout_of_a_branch_or_a_tag(refs: tuple[str, ...], words: tuple[str, ...], title: str) -> None:
    made = facts(("x",), lost_ancestors={"x": lost(X, refs=refs, known=("c",))})
    assert only(made).repairs[1] == CauseRepair(title, (Command(("git", "switch", *words)),))


def test_files_come_back_one_by_one() -> None:
    made = facts(("y",), lost_ancestors={"y": lost(Y, X, how="deleted", known=("c",))})
    files = tuple(version.files[0] for version in made.lost_ancestors["y"].lost)
    assert only(made).repairs[0] == CauseRepair(
        "put their files back, then upgrade",
        (restore("y", stops=True), restore("x"), UPGRADE),
        Effect(("y",), ("y",), files=files),
    )


def test_a_file_that_forks_the_history_comes_back_with_a_merge() -> None:
    made = facts(("x",), lost_ancestors={"x": lost(BESIDE, how="deleted", known=("b",))})
    merge = Command(("alembic", "merge", "-m", "merge heads", "c", "x"))
    assert only(made).repairs[1].commands == (restore("x", stops=True), merge, UPGRADE)
    assert only(made).repairs[1].title == "put its file back, add a merge revision, then upgrade"
    allowed = only(replace(made, heads_allowed=2)).repairs[0]
    assert allowed.commands == (restore("x"), Command(("alembic", "upgrade", "heads")))


def test_a_file_with_another_id_is_stamped() -> None:
    made = facts(("x",), lost_ancestors={"x": lost(BESIDE, how="re-identified", now="c")}, same_code={"x": "c"})
    assert only(made).repairs == (
        CauseRepair(
            "stamp 'c', the new id of the same file",
            (Command(("alembic", "stamp", "--purge", "c")),),
            Effect(("c",), ("c",)),
        ),
    )


def test_the_schema_of_another_revision_is_stamped_first() -> None:
    made = facts(("x",), lost_ancestors={"x": lost(X, known=("c",))}, match=MATCH)
    title = "replace 'x' with 'b' in the version table (the database has the schema of 'b'), then upgrade"
    assert only(made).repairs[0] == CauseRepair(
        title, (Command(("alembic", "stamp", "--purge", "b")), UPGRADE), Effect(("b",), ("c",))
    )
    for match in (replace(MATCH, is_exact=False), replace(MATCH, more_tables=("x",))):
        assert only(replace(made, match=match)).repairs == only(replace(made, match=None)).repairs


def test_the_ancestors_down_to_this_checkout() -> None:
    merge = revision("x", "c", "d")
    made = facts(("x",), FORK, lost_ancestors={"x": lost(merge, known=("c", "d"), missing=("e",))})
    assert only(made).evidence[1:] == (
        "the closest ancestors in this checkout are 'c' (create table_c), 'd' (create table_d)",
        "git has no file for its ancestor 'e'",
    )
    more = facts(("x",), FORK, lost_ancestors={"x": lost(merge, known=("c",), missing=("e", "f"))})
    assert only(more).evidence[2:] == ("git has no file for its ancestors 'e' and 'f'",)


def unknown(id_: str, *history: Revision) -> DatabaseFacts:
    return facts((id_,), history or (revision("1234abcd"),), match=None)


NOWHERE = (
    "'{}' was not found in this checkout, nor in any branch, tag, remote, reflog, stash, worktree or unreachable commit"
)
HOLDS = "the version table alembic_version holds '{}', {}, so the revision of the database is unknown"


@pytest.mark.parametrize(
    ("made", "message", "near"),
    [
        pytest.param(unknown("f00d"), "the database is at 'f00d', which does not exist here", "", id="no file"),
        pytest.param(
            unknown("1234"), HOLDS.format("1234", "which is only a prefix of '1234abcd'"), "1234abcd", id="a prefix"
        ),
        pytest.param(unknown("123"), "the database is at '123', which does not exist here", "", id="a short prefix"),
        pytest.param(
            unknown("1234", revision("12345"), revision("12346", "12345")),
            "the database is at '1234', which does not exist here", "", id="a prefix of two",
        ),
        pytest.param(unknown(""), HOLDS.format("", "which isn't a revision id"), "", id="an empty id"),
        pytest.param(
            unknown("1234abcd" + "0" * 25),
            HOLDS.format(
                "1234abcd" + "0" * 25, "which has 33 characters, but Alembic's version table has room for only 32"
            ),
            "1234abcd", id="a long id",
        ),
        pytest.param(
            unknown("1234abcd" + "0" * 24),
            f"the database is at '{'1234abcd' + '0' * 24}', which does not exist here", "", id="32 characters",
        ),
        pytest.param(
            unknown("x" * 40, revision("y" * 33)), f"the database is at '{'x' * 40}', which does not exist here", "",
            id="a project with long ids",
        ),
    ],
)  # fmt: skip
def test_an_id_that_git_does_not_know(made: DatabaseFacts, message: str, near: str) -> None:
    (id_,) = made.rows
    cause = only(made)
    probably = f"'{near}' (create table_{near}) in this checkout is probably the right revision"
    assert cause.message == message
    assert cause.evidence == (
        NOWHERE.format(id_),
        *([f"{probably}: the version table needs the full id"] if near else []),
    )
    assert [repair.title for repair in cause.repairs] == (
        [f"stamp '{near}', if that is the right revision"] if near else []
    )
    assert cause.severity == ("cannot-judge" if message.startswith("the version table") else "error")


def test_an_unknown_id_in_a_database_with_the_schema_of_a_revision() -> None:
    made = facts(("f00d",), lost_ancestors={"f00d": LostAncestors()}, match=MATCH)
    title = (
        "replace 'f00d' with 'b' in the version table (any changes made by 'f00d' remain, and can't be undone by a "
        "downgrade), then upgrade"
    )
    assert [repair.title for repair in only(made).repairs] == [title]
    assert only(made).evidence[1] == (
        "the schema matches 'b', as determined by building the schema at 3 of 3 revisions on a scratch database"
    )
    assert only(replace(made, match=replace(MATCH, is_exact=False))).repairs == ()
