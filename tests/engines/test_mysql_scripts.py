"""Scripts on emulated MariaDB give the same errors, rows and schema as on a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.scratch.probe.engines.mysql.engine_and_dialect import MySQL
from tests.support import mysql_engine
from tests.support.servers import MariaServer

SCRIPTS = sorted((Path(__file__).parent / "mysql").glob("*.sql"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.stem))
def test_script_matches_server(path: Path, mariadb: MariaServer) -> None:
    script = [text.strip() for text in path.read_text(encoding="utf-8").split(";\n") if text.strip()]
    ours = MySQL()
    engine = mysql_engine.engine_of(ours)

    with mysql_engine.server_engine(mariadb) as server:
        assert mysql_engine.run_script(engine, script) == mysql_engine.run_script(server, script)
        assert mysql_engine.reflect(engine) == mysql_engine.reflect(server)
    assert ours.not_replayed() == []
