"""Options of a table in CREATE TABLE and ALTER TABLE."""

from __future__ import annotations

from dataclasses import replace

from git_alembic.scratch.probe.engines.mysql.catalog import charset_of
from git_alembic.scratch.probe.engines.mysql.ddl.table_builder import TableBuilder
from git_alembic.scratch.probe.engines.mysql.parsing.constraint_definitions import charset_name, join_tokens
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader

_SHOWN = ("ROW_FORMAT", "KEY_BLOCK_SIZE", "STATS_PERSISTENT", "STATS_AUTO_RECALC", "STATS_SAMPLE_PAGES", "CHECKSUM",
          "MIN_ROWS", "MAX_ROWS", "AVG_ROW_LENGTH", "PACK_KEYS", "DELAY_KEY_WRITE", "PAGE_COMPRESSED",
          "COMPRESSION")  # fmt: skip
_HIDDEN = ("AUTO_INCREMENT", "INSERT_METHOD", "DATA DIRECTORY", "INDEX DIRECTORY", "TABLESPACE", "CONNECTION",
           "PASSWORD",
           "ENCRYPTION", "AUTOEXTEND_SIZE", "SECONDARY_ENGINE", "ENCRYPTED", "TRANSACTIONAL", "SEQUENCE")  # fmt: skip


def take_option(reader: Reader, builder: TableBuilder) -> bool:
    """Apply an option of the table and return True if one comes next."""
    start = reader.position
    reader.take("DEFAULT")
    if reader.take("CHARACTER", "SET") or reader.take("CHARSET") or reader.take("CHAR", "SET"):
        set_collation(builder, builder.context.collation(_word(reader)))
    elif reader.take("COLLATE"):
        set_collation(builder, _word(reader))
    elif reader.take("COMMENT"):
        reader.take("=")
        builder.table = replace(builder.table, comment=reader.string())
    elif reader.take_any("ENGINE", "TYPE"):
        builder.table = replace(builder.table, engine=_engine(reader))
    elif reader.sees("PARTITION", "BY"):
        builder.table = replace(builder.table, partitions=join_tokens(reader.until(";")))
    else:
        return _take_other_option(reader, builder, start)
    return True


def _take_other_option(reader: Reader, builder: TableBuilder, start: int) -> bool:
    name = reader.take_any(*_SHOWN)
    if name:
        reader.take("=")
        value = reader.next().text.upper()
        other_options = tuple(option for option in builder.table.options if option[0] != name)
        new_option = () if value == "DEFAULT" else ((name, value),)
        builder.table = replace(builder.table, options=other_options + new_option)
        return True
    if reader.take_any(*_HIDDEN):
        reader.take("=")
        reader.next()
        return True
    reader.position = start
    return False


def _word(reader: Reader) -> str:
    reader.take("=")
    return charset_name(reader)


def _engine(reader: Reader) -> str:
    reader.take("=")
    token = reader.next()
    name = token.value if token.kind in ("string", "name") else token.text
    engines = ("InnoDB", "MyISAM", "MEMORY", "ARCHIVE", "CSV", "Aria")
    return next((item for item in engines if item.lower() == name.lower()), name)


def set_collation(builder: TableBuilder, collation: str) -> None:
    """Set the collation of new columns."""
    builder.table = replace(builder.table, collation=collation)


def convert(reader: Reader, builder: TableBuilder) -> None:
    """Apply CONVERT TO CHARACTER SET, which changes all columns."""
    charset = _word(reader)
    collation = builder.context.collation(charset if charset != "default" else charset_of(builder.table.collation))
    if reader.take("COLLATE"):
        collation = _word(reader)
    set_collation(builder, collation)
    for column in list(builder.columns):
        if column.collation and "json_valid" not in column.check:
            builder.put(replace(column, collation=collation, explicit=False))
