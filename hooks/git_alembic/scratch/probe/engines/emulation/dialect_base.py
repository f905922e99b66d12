"""The common part of the dialects of emulated servers."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.engines.scratch_engine_interface import EngineDialect

_LEVELS = ("SERIALIZABLE", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "AUTOCOMMIT")


class EmulatedDialect(EngineDialect):
    """A mixin for the real dialect, which compiles statements and reads results."""

    supports_statement_cache = True
    supports_server_side_cursors = False
    supports_native_decimal = True

    def get_isolation_level_values(self, *_: Any) -> Any:
        return _LEVELS

    def is_disconnect(self, *_: Any) -> bool:
        return False

    def do_ping(self, *_: Any) -> bool:
        return True
