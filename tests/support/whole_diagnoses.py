"""Examples of what `doctor` and `hint` print, each as a whole, for the table of messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from git_alembic.database.causes import find_causes, unreachable, wrong_target
from git_alembic.database.database_state import (
    Attempt,
    CodeLine,
    ConfiguredUrl,
    DatabaseState,
    InspectionResult,
    Origin,
    Url,
    Version,
)
from git_alembic.database.diagnosis import Cause, DatabaseSummary, Diagnosis
from git_alembic.database.facts_for_causes import DatabaseFacts, LostAncestors, SchemaMatch
from git_alembic.database.hint_after_checkout import compare_heads, hint_lines
from git_alembic.environments.environment import Environment
from git_alembic.git.search.commit_log import Commit
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.removals import Removal, RemovalKind
from git_alembic.lost_revisions.search import FileVersion, LostRevision
from git_alembic.report.commands.doctor_report import diagnosis_text
from git_alembic.report.text import Page
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.scratch_result import Failure
from tests.support.literal_changes import ENVIRONMENT

NAME = "alembic.ini"
FLASK = ENVIRONMENT._replace(wrapper="flask", cwd="web", script_location="web/migrations")
URL = Url("sqlite:///shop.db", "sqlite", database="shop.db")
SERVER = Url("postgresql://ada@db.example.org/shop", "postgresql", host="db.example.org", port=5432, database="shop")
INI = Origin("ini", "sqlalchemy.url")
COMMIT = Commit("15ea149" * 5, "15ea149", "Ada", "2026-03-05", "Clean up")
FREE = frozenset({"topic"})
ORIGINS = {"b": "by Ada on 2026-03-04", "c": "by Bo on 2026-03-05"}


def revision(id_: str, *down: str, message: str = "") -> Revision:
    return Revision(f"migrations/versions/{id_}.py", id_, id_, down, message=message or f"create table_{id_}")


LINE = (revision("a"), revision("b", "a"), revision("c", "b"))
FORK = (*LINE, revision("d", "b"))
LONG = (revision("r0"), *(revision(f"r{number}", f"r{number - 1}") for number in range(1, 9)))


def facts(rows: tuple[str | None, ...] | None, history: tuple[Revision, ...] = LINE, **fields: Any) -> DatabaseFacts:
    """A database with these rows in its version table (None: no table), and the tables of `fields`."""
    own = ("tables", "models", "uncommitted", "is_configured", "url")
    version = Version(rows is not None, ("version_num",), rows or ())
    state = {name: fields.pop(name) for name in own if name in fields}
    database = DatabaseState("", **{"url": URL, "dialect": "sqlite", "origins": (INI,), **state}, version=version)
    environment: Environment = fields.pop("environment", ENVIRONMENT)
    return DatabaseFacts(
        environment, RevisionGraph(history), database, **{"origins": ORIGINS, "free_branches": FREE, **fields}
    )


def lost(
    *revisions: Revision,
    how: RemovalKind | None = None,
    now: str = "",
    refs: tuple[str, ...] = ("topic",),
    **fields: Any,
) -> LostAncestors:
    """Revisions that the working tree lacks, children first, and what became of the first."""
    found = []
    for file in revisions:
        removal = Removal(how, COMMIT, file.path, now) if how and file is revisions[0] else None
        version = FileVersion("history", file, "100644", COMMIT, refs)
        found.append(LostRevision(file.id, (version,), removal))
    return LostAncestors(tuple(found), **fields)


def _with_url_from_code(made: DatabaseFacts) -> DatabaseFacts:
    return replace(made, database=replace(made.database, origins=()))


MATCH = SchemaMatch(("b",), is_exact=True, basis="by building the schema at 3 of 3 revisions on a scratch database")
NEAR = replace(MATCH, is_exact=False, differences=("the database is missing the column users.email",))
X, Y = revision("x", "c"), revision("y", "x")
EXAMPLES: dict[str, DatabaseFacts] = {
    "at the head": facts(("c",)),
    "a history without revisions": facts(None, ()),
    "one revision behind": facts(("b",)),
    "two revisions behind": facts(("a",), environment=FLASK),
    "many revisions behind": facts(("r0",), LONG),
    "behind, with the schema of a later revision": facts(("a",), match=MATCH),
    "an empty database": facts(None),
    "an empty database and a history of one revision": facts((), LINE[:1]),
    "tables without a version table": facts(None, tables=("users", "posts"), match=MATCH),
    "tables that match no revision": facts(None, tables=("users",), match=NEAR),
    "tables that could not be compared": facts(
        None,
        tables=("users",),
        match=SchemaMatch(doubt="comparing the schema with the revisions failed: no such module: fts5"),
    ),
    "an empty version table": facts((), tables=("users",), match=MATCH),
    "NULL in the version table": facts((None, "b"), tables=("users",)),
    "NULL in the version table of an empty database": facts((None,)),
    "a revision and its ancestor": facts(("b", "c")),
    "a revision and its ancestors": facts(("a", "b", "c")),
    "two heads, one of them applied": facts(("c",), FORK, published_ids=("a", "b", "c")),
    "two heads, the unpublished one applied": facts(("d",), FORK, published_ids=("a", "b", "c")),
    "two heads, both applied": facts(("c", "d"), FORK),
    "two heads, none applied": facts(("b",), FORK, published_ids=("a", "b", "c", "d")),
    "a transaction that nobody commits": facts(("b",), uncommitted=CodeLine("migrations/env.py", 12)),
    "ahead by one revision of another branch": facts(("x",), lost_ancestors={"x": lost(X, known=("c",))}),
    "ahead by two revisions of another branch": facts(("y",), lost_ancestors={"y": lost(Y, X, known=("c",))}),
    "on a branch that left before the head": facts(
        ("x",), lost_ancestors={"x": lost(revision("x", "b"), known=("b",))}
    ),
    "a deleted revision": facts(("x",), lost_ancestors={"x": lost(X, how="deleted", known=("c",))}),
    "a deleted revision, and the history went on": facts(
        ("x",), lost_ancestors={"x": lost(revision("x", "b"), how="deleted", known=("b",))}
    ),
    "a revision that was moved out of the version folder": facts(
        ("x",), lost_ancestors={"x": lost(X, how="renamed", now="old/x.py", known=("c",))}
    ),
    "a revision that now has a different id": facts(
        ("x",),
        lost_ancestors={"x": lost(revision("x", "b"), how="re-identified", now="c", known=("b",))},
        same_code={"x": "c"},
    ),
    "a revision of a history that was made anew": facts(
        ("x",), lost_ancestors={"x": lost(X, how="deleted", known=())}, match=MATCH
    ),
    "a revision that git doesn't know": facts(("f00d",), lost_ancestors={"f00d": LostAncestors()}, match=MATCH),
    "a shortened id": facts(("1234",), (revision("1234abcd"),), lost_ancestors={"1234": LostAncestors()}),
    "an id that is too long": facts(("f" * 40,), lost_ancestors={"f" * 40: LostAncestors()}),
}
FOUND = InspectionResult(configured=ConfiguredUrl("ini", "sqlite:///other.db"))
WARNINGS: dict[str, tuple[DatabaseFacts, InspectionResult, tuple[str, ...]]] = {
    "env.py uses another URL": (_with_url_from_code(facts(("c",), is_configured=False)), FOUND, ()),
    "no file yet": (
        facts(None),
        InspectionResult(missing=("/home/ada/shop/shop.db",)),
        ("/home/ada/shop/web/shop.db",),
    ),
    "a file of this name in another folder": (facts(("c",)), InspectionResult(), ("/home/ada/shop/web/shop.db",)),
    "no table of the models": (facts(("c",), tables=("users",), models=("invoices",)), InspectionResult(), ()),
}
ATTEMPT = Attempt("postgresql", "psycopg2", "db.example.org", 5432, "shop", "ada", is_connected=False)
FAILURES: dict[str, InspectionResult] = {
    message: InspectionResult(
        urls=(SERVER,), attempts=(ATTEMPT,), failure=Failure(kind, "environment", type_, message, name=name)
    )
    for message, kind, type_, name in (
        ("No module named 'psycopg2'", "module", "ModuleNotFoundError", "psycopg2"),
        ("connection refused", "project", "OperationalError", None),
        ('password authentication failed for user "ada"', "project", "OperationalError", None),
        ('database "shop" does not exist', "project", "OperationalError", None),
        ("could not translate host name", "project", "OperationalError", None),
        ("timeout expired", "project", "OperationalError", None),
    )
}


def diagnoses() -> str:
    """Return each diagnosis as `git alembic doctor` prints it in 80 columns."""
    blocks = [_block(name, made.database, find_causes(made)) for name, made in EXAMPLES.items()]
    for name, (made, inspected, others) in WARNINGS.items():
        blocks.append(_block(name, made.database, list(wrong_target.find(made, inspected, others))))
    for name, inspected in FAILURES.items():
        if (cause := unreachable.find(inspected, ("python", "-m", "pip"))) is not None:
            blocks.append(_block(name, None, [cause]))
    return "\n\n\n".join(blocks) + "\n"


def _block(name: str, database: DatabaseState | None, causes: list[Cause]) -> str:
    summary = () if database is None else (_summary(database),)
    position = None if database is None else 0
    placed = tuple(replace(cause, environment=NAME, position=position) for cause in causes)
    text = diagnosis_text(Diagnosis(databases=summary, causes=placed), Page(False, 80, ""))
    return f"# {name}\n{text}"


def _summary(database: DatabaseState) -> DatabaseSummary:
    source = wrong_target.describe_source(database, NAME)
    return DatabaseSummary(NAME, "", database.url.text, source, "sqlite", "", "alembic_version", (), 0)


HINTS = {
    "one new revision": (LINE[:2], LINE, "1a2b3c4"),
    "two new revisions": (LINE[:1], LINE, "1a2b3c4"),
    "one revision less": (LINE, LINE[:2], "1a2b3c4"),
    "two revisions less": (LINE, LINE[:1], "1a2b3c4"),
    "another revision": (LINE, (*LINE[:2], revision("d", "b")), "1a2b3c4"),
    "a new revision below an old one": (
        LINE,
        (*LINE[:2], revision("d", "b"), revision("c", "d")),
        "1a2b3c4",
    ),
    "a new revision below an old one, after an amended commit": (
        LINE,
        (*LINE[:2], revision("d", "b"), revision("c", "d")),
        "",
    ),
    "another base": (LINE, (revision("z"),), "1a2b3c4"),
}


def hints() -> str:
    """Return each hint as a checkout, merge or rebase prints it."""
    return "\n\n".join("\n".join((f"# {name}", *_hint(*case))) for name, case in HINTS.items()) + "\n"


def _hint(old: tuple[Revision, ...], new: tuple[Revision, ...], back: str) -> Iterator[str]:
    graph = RevisionGraph(new)
    found = compare_heads(RevisionGraph(old), graph)
    yield from hint_lines(found, (ENVIRONMENT, ENVIRONMENT), len(graph.heads), back, "git alembic sync")
