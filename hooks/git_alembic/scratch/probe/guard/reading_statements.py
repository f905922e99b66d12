"""Which SQL only reads."""

from __future__ import annotations

import re

# What says nothing of what a statement does; a quote within a comment begins no string, and the other way around.
_TEXTS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_READING = ("select", "show", "values", "explain", "describe", "desc", "with", "pragma", "table", "use")
_FRAMING = ("begin", "start", "commit", "rollback", "savepoint", "release", "set", "reset")
_CHANGING = re.compile(r"\b(insert|update|delete|merge|into|replace)\b", re.IGNORECASE)
_UNLOCKING = re.compile(r"read\s+write|(read_only|readonly)\b[^\w]*(off|0|false|to\s+off)", re.IGNORECASE)
# Pragmas that set something of the session, not of the file.
_SESSION = frozenset((
    "foreign_keys", "journal_mode", "synchronous", "busy_timeout", "cache_size", "temp_store", "mmap_size",
    "case_sensitive_like", "recursive_triggers", "defer_foreign_keys", "query_only", "read_uncommitted", "key",
    "cipher_compatibility", "legacy_alter_table", "wal_autocheckpoint", "locking_mode", "cache_spill", "trusted_schema",
))  # fmt: skip


def only_reads(statement: str) -> bool:
    """Whether a statement, or each of several, only reads, or frames what only reads."""
    every = [one.strip(" \t\r\n(") for one in _TEXTS.sub(_blank, statement).split(";")]
    return any(every) and all(_reads(one) for one in every if one)


def _reads(text: str) -> bool:
    word = (re.match(r"\w*", text) or [""])[0].lower()
    if word == "pragma":
        setting = re.match(r"pragma\s+(?:\w+\s*\.\s*)?(\w+)\s*=", text, re.IGNORECASE)
        return setting is None or setting[1].lower() in _SESSION
    if word in ("with", "explain"):
        return not _CHANGING.search(text)
    if word == "select":
        return not re.search(r"\binto\b", text, re.IGNORECASE)
    if word in _FRAMING:
        return not _UNLOCKING.search(text)
    return word in _READING


def _blank(found: re.Match[str]) -> str:
    """A quoted name or text as one word, a comment as none."""
    return " " if found[0].startswith(("--", "/*")) else " x "
