"""The objects of a PostgreSQL database that SQLAlchemy doesn't reflect, as the statements that recreate them."""

from __future__ import annotations

from typing import Any

_OLDEST = (11,)  # that has pg_proc.prokind
_EXTENSIONS = """SELECT NULL, concat('CREATE EXTENSION IF NOT EXISTS ', quote_ident(extname)) FROM pg_extension
WHERE extname <> 'plpgsql'
"""
# Enums and domains that belong to no extension; `concat` leaves out a part that is null.
_TYPES = """SELECT n.nspname, CASE t.typtype WHEN 'e' THEN concat(
        'CREATE TYPE ', quote_ident(n.nspname), '.', quote_ident(t.typname), ' AS ENUM (',
        (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
         FROM pg_enum l WHERE l.enumtypid = t.oid), ')')
    ELSE concat(
        'CREATE DOMAIN ', quote_ident(n.nspname), '.', quote_ident(t.typname),
        ' AS ', format_type(t.typbasetype, t.typtypmod),
        ' COLLATE ' || quote_ident(c.collname),
        ' DEFAULT ' || t.typdefault,
        CASE WHEN t.typnotnull THEN ' NOT NULL' END,
        (SELECT string_agg(concat(' CONSTRAINT ', quote_ident(k.conname), ' ', pg_get_constraintdef(k.oid)), ''
                           ORDER BY k.oid)
         FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'))
    END
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation c ON c.oid = t.typcollation AND t.typcollation <> b.typcollation
WHERE t.typtype IN ('d', 'e') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
ORDER BY t.oid
"""
# The second part of the functions takes or returns rows of a table.
_FUNCTIONS = """SELECT n.nspname, pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p') AND l.lanname NOT IN ('c', 'internal')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  AND {} EXISTS (
    SELECT FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem JOIN pg_class c ON c.oid IN (t.typrelid, e.typrelid)
    WHERE t.oid = ANY (coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) AND c.relkind <> 'c')
ORDER BY p.oid
"""
_TRIGGERS = """SELECT n.nspname, pg_get_triggerdef(g.oid)
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND NOT c.relispartition
ORDER BY g.oid
"""
_LATER = "SET check_function_bodies = off"  # the objects that a function body uses may not exist yet


class PostgresqlObjects:
    """The objects of a database other than tables and views. `schemas` are the schemas that contain them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.schemas: set[str] = set()
        self.extensions = self._list(_EXTENSIONS)
        self.before_tables = self._list(_TYPES)
        self.after_tables: list[str] = []
        self.after_views: list[str] = []
        if (connection.dialect.server_version_info or _OLDEST) >= _OLDEST:
            self.before_tables += [_LATER, *self._list(_FUNCTIONS.format("NOT"))]
            self.after_tables = self._list(_FUNCTIONS.format(""))
            self.after_views = self._list(_TRIGGERS)

    def _list(self, query: str) -> list[str]:
        rows = self._connection.exec_driver_sql(query, execution_options={"no_parameters": True}).fetchall()
        self.schemas.update(str(row[0]) for row in rows if row[0])
        return [str(row[1]).strip() for row in rows]
