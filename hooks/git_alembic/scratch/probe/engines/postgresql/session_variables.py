"""The variables of a session: SET, RESET, SHOW, and the values that they have on a server."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.postgresql.catalog.model import Catalog, Names
from git_alembic.scratch.probe.engines.postgresql.parser import Node

VARIABLES = {
    "server_version": "15.0",
    "server_version_num": "150000",
    "transaction_isolation": "read committed",
    "standard_conforming_strings": "on",
    "TimeZone": "UTC",
}


def set_variable(catalog: Catalog, node: Node) -> None:
    """Run SET and RESET. Only search_path has an effect."""
    if node.get("name") != "search_path":
        return
    if node["kind"] in ("VAR_RESET", "VAR_SET_DEFAULT"):
        catalog.search_path = ("public",)
    if node["kind"] == "VAR_SET_VALUE":
        constants = (item["A_Const"] for item in node.get("args", ()))
        given = [item["sval"].get("sval", "") for item in constants if "sval" in item]
        catalog.search_path = _split_path(given)


def _split_path(names: list[str]) -> Names:
    """Return the schemas of a search path. The names may be one text with commas."""
    parts = [part.strip().strip('"') for name in names for part in name.split(",")]
    return tuple(part for part in parts if part not in ("", "$user", "pg_catalog"))


def show_variable(catalog: Catalog, name: str) -> str:
    """Return what SHOW prints. "" if the value is unknown."""
    return ", ".join(catalog.search_path) if name == "search_path" else VARIABLES.get(name, "")
