"""The numbered copies of databases."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from git_alembic.database.inspection_result import DatabaseState, Url
from git_alembic.database.sync.database_backups import dump_name, next_copy
from git_alembic.git import Repository


def test_numbers_go_up_and_twenty_copies_stay(tmp_path: Path) -> None:
    repository = cast("Repository", SimpleNamespace(common_dir=str(tmp_path)))
    home = tmp_path / "git-alembic/before-sync"
    assert next_copy(repository, "shop.db") == str(home / "0001-shop.db")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for number in (2, 10, 9):
        (home / f"{number:04}-x.db").touch()
    (home / "notes.txt").touch()
    assert next_copy(repository, "shop.db") == str(home / "0011-shop.db")
    for number in range(11, 21):
        (home / f"{number:04}-x.db").touch()
    for number in range(9990, 9997):
        (home / f"{number}-x.db").touch()
    assert next_copy(repository, "shop.db") == str(home / "9997-shop.db")
    kept = [2, 9, 10, *range(11, 21), *range(9990, 9997)][-19:]
    assert sorted(path.name for path in home.iterdir()) == [*(f"{number:04}-x.db" for number in kept), "notes.txt"]


SHOP = DatabaseState("", Url("", "postgresql", database="shop"), "postgresql")


@pytest.mark.parametrize(
    ("database", "name"),
    [
        (SHOP, "shop.sql"),
        (replace(SHOP, schema_name="acme"), "shop.sql"),
        (replace(SHOP, schema_name="acme", has_named_schema=True), "shop-acme.sql"),
        (replace(SHOP, schema_name="a/c me", has_named_schema=True), "shop-a_c_me.sql"),
        (replace(SHOP, file="/srv/my shop.db"), "my_shop.db.sql"),
        (replace(SHOP, url=Url("", "postgresql")), "database.sql"),
    ],
)
def test_the_name_of_a_dump(database: DatabaseState, name: str) -> None:
    assert dump_name(database) == name
