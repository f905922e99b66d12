"""Scripts on emulated PostgreSQL give the same errors and schema as on a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import postgresql_engine
from tests.support.servers import PostgresServer

SCRIPTS = sorted((Path(__file__).parent / "postgresql").glob("*.sql"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.stem))
def test_script_matches_server(path: Path, postgresql: PostgresServer) -> None:
    script = [text.strip() for text in path.read_text().split(";\n") if text.strip()]
    ours = postgresql_engine.emulated_postgresql()
    engine = postgresql_engine.engine_of(ours)

    with postgresql_engine.server_engine(postgresql) as server:
        assert postgresql_engine.run_script(engine, script) == postgresql_engine.run_script(server, script)
        assert postgresql_engine.reflect(engine) == postgresql_engine.reflect(server)
    assert ours.not_replayed() == []
