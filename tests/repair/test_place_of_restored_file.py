"""Where a lost revision belongs: its environment, its folder and its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from git_alembic.environments.environment import Environment
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.lost_revisions.search import FileVersion, LostRevision, Where
from git_alembic.repair.place_of_restored_file import RestoreTarget, find_restore_targets
from git_alembic.revisions.revision import Revision
from tests.support.literal_changes import History, graph, revision


def environment(name: str, *versions: str, history: History) -> Snapshot:
    return Snapshot("staged", Environment(name, "", versions), graph(history))


def lost(*files: Revision, where: Where = "history", mode: str = "100644") -> LostRevision:
    return LostRevision(files[0].id, tuple(FileVersion(where, file, mode) for file in files), None)


def at(path: str, id_: str, down: str = "", **fields: object) -> Revision:
    return revision(id_, down, path=path, **fields)


SHOP = environment("shop", "shop/versions", history={"a": at("shop/versions/a.py", "a")})
BLOG = environment(
    "blog",
    "blog/versions",
    "blog/more",
    history={"b": at("blog/versions/b.py", "b"), "c": at("blog/more/c.py", "c", "b")},
)
TWINS = [
    environment(name, f"{name}/versions", history={"a": at(f"{name}/versions/a.py", "a")})
    for name in ("sqlite", "mysql")
]
EMPTY = environment("empty", "empty/versions", history={})


@pytest.mark.parametrize(
    ("file", "snapshots", "expected"),
    [
        pytest.param(
            at("shop/versions/x.py", "x", "a"), [SHOP, BLOG], {"shop": "shop/versions/x.py"}, id="its folder exists"
        ),
        pytest.param(
            at("shop/versions/x.py", "x", "b"), [SHOP, BLOG], {"shop": "shop/versions/x.py"}, id="not with its parent"
        ),
        pytest.param(at("blog/more/x.py", "x", "b"), [BLOG], {"blog": "blog/more/x.py"}, id="its own folder exists"),
        pytest.param(at("old/x.py", "x", "b"), [SHOP, BLOG], {"blog": "blog/versions/x.py"}, id="beside its parent"),
        pytest.param(at("old/x.py", "x", "c"), [SHOP, BLOG], {"blog": "blog/more/x.py"}, id="in its parent's folder"),
        pytest.param(
            at("old/x.py", "x", depends=("c",)), [SHOP, BLOG], {"blog": "blog/more/x.py"}, id="beside its dependency"
        ),
        pytest.param(
            at("old/b.py", "b"),
            [SHOP, environment("blog", "blog/more", history={"c": at("blog/more/c.py", "c", "b")})],
            {"blog": "blog/more/b.py"}, id="beside its child",
        ),
        pytest.param(
            at("old/b.py", "b"),
            [SHOP, environment("blog", "blog/more", history={"c": at("blog/more/c.py", "c", depends=("b",))})],
            {"blog": "blog/more/b.py"}, id="beside its dependent",
        ),
        pytest.param(
            at("old/x.py", "x"), [SHOP, BLOG],
            {"shop": "shop/versions/x.py", "blog": "blog/versions/x.py"}, id="no relative",
        ),
        pytest.param(at("old/x.py", "x", "a"), [EMPTY], {"empty": "empty/versions/x.py"}, id="all revisions are gone"),
        pytest.param(
            at("mysql/old/x.py", "x", "a"), TWINS, {"mysql": "mysql/versions/x.py"}, id="twins, and a similar folder"
        ),
        pytest.param(
            at("old/x.py", "x", "a"), TWINS,
            {"sqlite": "sqlite/versions/x.py", "mysql": "mysql/versions/x.py"}, id="twins, and another folder",
        ),
        pytest.param(at("old/x.py", "x", "a"), [], {"": "old/x.py"}, id="no environment"),
        pytest.param(
            at("", "x:1", "a", message="Add é  e-mail"), [], {"": "x_1_add_é_e_mail.py"}, id="a blob without a name"
        ),
        pytest.param(
            at("", "x", "c", message="add x"), [BLOG], {"blog": "blog/more/x_add_x.py"}, id="a blob with a parent"
        ),
    ],
)  # fmt: skip
def test_paths(file: Revision, snapshots: list[Snapshot], expected: dict[str, str]) -> None:
    targets = find_restore_targets(lost(file), snapshots)
    names = [target.snapshot.environment.name if target.snapshot else "" for target in targets]
    assert dict(zip(names, [target.path for target in targets], strict=True)) == expected


@pytest.mark.parametrize(
    "message",
    ["", "Add users", "Ajoute l'été: 3 choses!", "x" * 41, "İstanbul", f"{'a ' * 19}bc", f"{'a ' * 19}bcd", "_ " * 30],
)
def test_the_name_is_the_one_that_alembic_would_choose(tmp_path: Path, message: str) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "script.py.mako").write_text("revision = ${repr(up_revision)}\ndown_revision = None\n")
    theirs = ScriptDirectory(str(tmp_path)).generate_revision("1a2b", message)
    assert theirs is not None
    (target,) = find_restore_targets(lost(at("", "1a2b", message=message)), [])
    assert target.path == Path(theirs.path).name


def test_the_first_file_for_an_environment_is_restored() -> None:
    files = [at("shop/versions/x.py", "x"), at("blog/more/x.py", "x"), at("shop/versions/y.py", "x")]
    targets = find_restore_targets(lost(*files), [SHOP, BLOG])
    assert [(target.version.revision, target.snapshot) for target in targets] == [(files[0], SHOP), (files[1], BLOG)]
    assert {target.lost for target in targets} == {lost(*files)}


def target(
    path: str, where: Where = "history", mode: str = "100644", snapshot: Snapshot | None = SHOP
) -> RestoreTarget:
    found = lost(at(path, "x", "a"), where=where, mode=mode)
    return RestoreTarget(found, found.files[0], snapshot)


@pytest.mark.parametrize(
    ("found", "is_held"),
    [
        (target("shop/versions/x.py", "index"), True),
        (target("shop/versions/x.py", "working tree"), True),
        (target("shop/versions/x.py", "worktree"), False),
        (target("shop/versions/x.py"), False),
        (target("old/x.py", "index"), False),
        (target("old/x.py", "index", snapshot=None), False),
    ],
)
def test_what_alembic_already_loads(found: RestoreTarget, is_held: bool) -> None:
    assert found.is_held == is_held


def test_the_executable_bit() -> None:
    modes = ("100755", "100644", "120000")
    assert [target("x.py", mode=mode).is_executable for mode in modes] == [True, False, False]


def test_the_history_with_the_restored_revision() -> None:
    assert target("old/x.py").after.revisions == (SHOP.graph["a"], at("shop/versions/x.py", "x", "a"))
    assert target("shop/versions/a.py").after.ids == ("x",)  # it replaces the file at its path
    assert target("old/x.py", snapshot=None).after.revisions == (at("old/x.py", "x", "a"),)
