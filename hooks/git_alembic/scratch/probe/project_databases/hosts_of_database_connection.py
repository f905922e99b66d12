"""Finds the hosts of a live connection: the host names that its driver received, and the address of its peer."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

SOCKET = "/"  # a Unix socket, or a file
_NAMES = ("host", "_host", "server_host", "server_name", "unix_socket", "_unix_socket")
_SOCKETS = ("_sock", "_usock", "_socket", "sock", "socket")
_HOST_INFO = re.compile(r"(\S+) via (TCP/IP|UNIX socket|.*)", re.IGNORECASE)
_GIVEN = "git_alembic_hosts"


def remember_given_hosts() -> None:
    """Record for each connection of an engine the host that its driver receives. With `creator=` there is none."""

    def connecting(_: Any, record: Any, __: Any, options: dict[str, Any]) -> None:
        hosts = [options.get(name) for name in ("host", "hostaddr", "server", "unix_socket", "unix_sock")]
        record.info[_GIVEN] = [str(host) for host in hosts if host]

    event.listen(Engine, "do_connect", connecting)


def connected_hosts(connection: Any) -> list[str] | None:
    """Return host names, addresses and socket paths; "/" for a file or a nameless socket. None if unknown."""
    proxy = connection.connection
    driver = getattr(proxy, "driver_connection", None) or getattr(proxy, "dbapi_connection", proxy)
    if isinstance(driver, sqlite3.Connection) or type(driver).__module__.split(".")[0] in ("aiosqlite", "sqlcipher3"):
        return [SOCKET]
    hosts = [*_told_hosts(driver), *_peers(driver)]
    hosts += (connection.info or {}).get(_GIVEN, [])
    if not hosts and _GIVEN in (connection.info or {}) and connection.engine.url.host:
        hosts = [connection.engine.url.host]  # in a text that only the driver can parse
    return list(dict.fromkeys(host for host in hosts if host)) or None


def _told_hosts(driver: Any) -> Iterator[str]:
    """Yield what the driver reports about its connection."""
    info = getattr(driver, "info", None)
    for source in (info, driver):
        for name in (*_NAMES, "hostaddr"):
            with suppress(Exception):  # a property of libpq may raise
                value = getattr(source, name, None)
                if isinstance(value, (str, bytes)) and value:
                    yield os.fsdecode(value)
    parameters = getattr(info, "dsn_parameters", None)  # psycopg2
    if parameters:
        yield str(parameters.get("hostaddr") or "")
    address = getattr(driver, "_addr", None)  # asyncpg
    if address:
        yield address if isinstance(address, str) else str(address[0])
    if callable(getattr(driver, "get_host_info", None)):  # mysqlclient
        match = _HOST_INFO.match(str(driver.get_host_info()))
        if match:
            yield SOCKET if "socket" in match[2].lower() else match[1]


def _peers(driver: Any) -> Iterator[str]:
    """Yield the address at the other end of the driver's socket."""
    for candidate in _sockets(driver):
        with suppress(OSError, AttributeError, TypeError, ValueError):
            address = candidate.getpeername()
            yield str(address[0]) if isinstance(address, tuple) else os.fsdecode(address) or SOCKET
            return


def _sockets(driver: Any) -> Iterator[Any]:
    for name in _SOCKETS:
        attribute = getattr(driver, name, None)
        yield from (
            candidate
            for candidate in (attribute, getattr(attribute, "sock", None))
            if hasattr(candidate, "getpeername")
        )
    for name in ("_transport", "_writer"):
        transport = getattr(driver, name, None)
        if transport is not None and hasattr(transport, "get_extra_info"):
            yield transport.get_extra_info("socket")
    with suppress(Exception), socket.socket(fileno=os.dup(driver.fileno())) as candidate:  # libpq has a socket
        yield candidate
