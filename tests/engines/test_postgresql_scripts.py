"""The same DDL on a real PostgreSQL and on the catalog: the same errors, and the same schema to an Inspector."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import postgresql_engine as catalogs
from tests.support.servers import PostgresServer

SCRIPTS = sorted((Path(__file__).parent / "postgresql").glob("*.sql"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.stem))
def test_the_catalog_says_what_the_server_says(path: Path, postgresql: PostgresServer) -> None:
    script = [text.strip() for text in path.read_text().split(";\n") if text.strip()]
    ours = catalogs.emulated_postgresql()
    engine = catalogs.engine_of(ours)

    with catalogs.server_engine(postgresql) as server:
        assert catalogs.run_script(engine, script) == catalogs.run_script(server, script)
        assert catalogs.seen(engine) == catalogs.seen(server)
    assert ours.not_replayed() == []
