"""The same statements on a real MariaDB and on the catalog: the same errors and rows, and the same schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.scratch.probe.engines.mysql.engine import MySQL
from tests.support import mysql_engine as mariadbs
from tests.support.servers import MariaServer

SCRIPTS = sorted((Path(__file__).parent / "mysql").glob("*.sql"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.stem))
def test_the_catalog_says_what_the_server_says(path: Path, mariadb: MariaServer) -> None:
    script = [text.strip() for text in path.read_text(encoding="utf-8").split(";\n") if text.strip()]
    ours = MySQL()
    engine = mariadbs.engine_of(ours)

    with mariadbs.server_engine(mariadb) as server:
        assert mariadbs.run_script(engine, script) == mariadbs.run_script(server, script)
        assert mariadbs.seen(engine) == mariadbs.seen(server)
    assert ours.not_replayed() == []
