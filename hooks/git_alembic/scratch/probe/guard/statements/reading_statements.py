"""Recognizes statements that only read."""

from __future__ import annotations

import re

from git_alembic.scratch.probe.guard.statements.sql_tokens import render, split, tokenize
from git_alembic.scratch.probe.guard.statements.statements_beyond_database import beyond

_READING = (
    "select", "show", "values", "explain", "describe", "desc", "with", "pragma", "table", "use", "close", "unlisten",
)  # fmt: skip
_FRAMING = ("begin", "start", "commit", "rollback", "savepoint", "release", "set", "reset")
_CHANGING = re.compile(r'(?<!")\b(insert|(?<!for )(?<!key )update|delete|merge|into|replace(?! \()|truncate)\b(?!")')
_INTO = re.compile(r'(?<!")\binto\b(?!")')
_ON = r"(?:'?(?:on|true|yes|1)\b'?)"
# What lets a transaction write: explicit words, or a setting with a value other than "on".
_UNLOCKING = re.compile(rf"read write|read_?only\W*(?: (?:: )?=| to\b)(?! {_ON})|^reset .*\b(?:all|\w*read_?only)\b")
_SETTING = re.compile(r"set_config \( (?!'(?!\w*read_?only)[\w.]+' ,)")
# Pragmas that change the session, not the file.
_SESSION = frozenset((
    "foreign_keys", "journal_mode", "synchronous", "busy_timeout", "cache_size", "temp_store", "mmap_size",
    "case_sensitive_like", "recursive_triggers", "defer_foreign_keys", "query_only", "read_uncommitted", "key",
    "cipher_compatibility", "legacy_alter_table", "wal_autocheckpoint", "locking_mode", "cache_spill", "trusted_schema",
))  # fmt: skip


def only_reads(sql: str, family: str = "") -> bool:
    """True if each statement of `sql` only reads, or begins or ends a read, in both readings of backslashes."""
    return not beyond(sql, family) and all(
        _reads(render(statement), family)
        for backslashes in ((False, True) if "\\" in sql else (False,))
        for statement in split(tokenize(sql, family, backslashes=backslashes))
    )


def _reads(text: str, family: str) -> bool:
    text = text.lstrip("( ")
    word = text.partition(" ")[0]
    if _SETTING.search(text):
        return False
    if word == "pragma":
        setting = re.match(r'pragma (?:"?\w+"? \. )?"?(\w+)"? =', text)
        return setting is None or setting[1] in _SESSION
    if word in ("with", "explain"):
        return not _CHANGING.search(text)
    if word == "select":
        return not _INTO.search(text)
    if word in _FRAMING:
        return not _UNLOCKING.search(text)
    return word in _READING or (family == "sqlite" and word in ("attach", "detach"))  # in both families it only reads
