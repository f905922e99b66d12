"""Recognizes statements that only read, and statements that reach beyond their database.

They reach other databases, or what all databases of a server share.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from git_alembic.scratch.probe.guard.sql_tokens import SqlToken, render, segments, split, tokenize

_DATABASE = "another database on the server"
_ROLES = "the roles of the server, which all of its databases share"
_SERVER = "the server itself"
_PROGRAM = "programs and files on the server"
_ELSEWHERE = "another server"
_LANGUAGES = r"'?\b(?:c|internal|plpython\w*|plperlu|pltclu|plsh|plr|pljavau?|plrust)\b'?"
_SHARED = r"pg_(?:database|authid|auth_members|tablespace|db_role_setting|shdescription|shseclabel|subscription)"
# Functions of PostgreSQL, by what they reach.
_CALLS = (
    (
        (
            r"pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|pg_promote"
            r"|pg_wal_replay_\w+|pg_create_restore_point|pg_start_backup|pg_stop_backup|pg_backup_start|pg_backup_stop"
            r"|pg_create_\w*_slot|pg_copy_\w*_slot|pg_drop_replication_slot|pg_replication_\w+|pg_stat_reset_shared"
        ),
        _SERVER,
    ),
    (
        (
            r"pg_read_file|pg_read_binary_file|pg_ls_\w+|pg_stat_file|lo_import|lo_export|pg_file_\w+|pg_logdir_ls"
            r"|pg_execute_server_program"
        ),
        _PROGRAM,
    ),
    (
        (
            r"dblink|dblink_connect|dblink_connect_u|dblink_exec|dblink_open|dblink_fetch|dblink_send_query"
            r"|dblink_get_result|http_\w+|pg_background_launch"
        ),
        _ELSEWHERE,
    ),
)
_RULES: Mapping[str, Sequence[tuple[str, str]]] = {
    "postgresql": (
        (r"^(?:create|drop) database\b", _DATABASE),
        (r"^alter database \S+ rename\b", _DATABASE),
        (r"^(?:alter|comment on|security label .*\bon) database (?!{own}(?: |$))", _DATABASE),
        (r"^(?:grant|revoke) .*\bon database (?!{own} (?:to|from)\b)", _DATABASE),
        (r"^alter system\b", _SERVER),
        (r"^(?:create|alter|drop) (?:role|user|group)\b(?! mapping)", _ROLES),
        (r"^(?:comment on|security label .*\bon) role\b", _ROLES),
        (r'^(?:grant|revoke) (?!.*(?<!")\bon\b)', _ROLES),
        (r"^(?:drop|reassign) owned\b", _ROLES),
        (r"^(?:create|alter|drop|comment on|security label .*\bon) tablespace\b", _SERVER),
        (r"^(?:grant|revoke) .*\bon (?:tablespace|parameter)\b", _SERVER),
        (r"^(?:create|alter) (?:server|foreign|user mapping)\b|^import foreign\b", _ELSEWHERE),
        (r"^(?:create|alter|drop) subscription\b", _ELSEWHERE),
        (r"^copy .*?(?:from|to) (?:program\b|')|^load '", _PROGRAM),
        (rf"\blanguage {_LANGUAGES}|^create extension (?:if not exists )?\"?{_LANGUAGES}", _PROGRAM),
        (rf"^create (?:or replace )?(?:trusted )?(?:procedural )?language \"?{_LANGUAGES}", _PROGRAM),
        (rf"\b(?:insert into|update|delete from) (?:only )?(?:\"?pg_catalog\"? \. )?\"?{_SHARED}\b", _SERVER),
        *((rf"\b(?:{names}) \(", reason) for names, reason in _CALLS),
    ),
    "mysql": (
        (r"^(?:create|drop) (?:or replace )?(?:database|schema)\b", _DATABASE),
        (r"^alter (?:database|schema) (?!(?:default|character|charset|collate|comment)\b|{own}(?: |$))", _DATABASE),
        (r"^(?:create|alter|drop|rename) (?:or replace )?(?:user|role)\b|^(?:grant|revoke)\b", _ROLES),
        (r"^set (?:password|default role)\b", _ROLES),
        (r"(?:^set|,) (?:@ @ )?(?:global|persist|persist_only)\b", _SERVER),
        (r"^(?:kill|shutdown|restart|purge|clone|install|uninstall|reset|change|stop)\b", _SERVER),
        (r"^start (?!transaction\b)", _SERVER),
        (r"^(?:create|alter|drop) (?:or replace )?(?:tablespace|undo|logfile|resource|instance)\b", _SERVER),
        (r"^(?:create|alter) (?:or replace )?server\b|\bengine (?:= )?'?(?:federated|connect|spider)\b", _ELSEWHERE),
        (r"^load (?:data|xml) (?!.*\blocal\b)|\binto (?:outfile|dumpfile)\b|\bload_file \(|\bsoname\b", _PROGRAM),
        (r'^(?!select|show|explain|desc|with|values)\w+ (?:.* )?"?mysql"? \. ', _SERVER),
    ),
    "mssql": (
        (r"^(?:create|alter|drop) database (?!current\b|scoped\b)|^(?:backup|restore)\b", _DATABASE),
        (r"^(?:create|alter|drop) (?:login|server|endpoint|credential|availability|resource)\b", _SERVER),
        (r"^(?:shutdown|kill|reconfigure)\b|\bsp_configure\b", _SERVER),
        (r"\b(?:openrowset|openquery|opendatasource|sp_addlinkedserver)\b", _ELSEWHERE),
        (r"\bxp_\w+|^bulk insert\b", _PROGRAM),
    ),
    "oracle": (
        (r"^(?:create|alter|drop) (?:database|schema|pluggable)\b", _DATABASE),
        (r"^(?:create|alter|drop) (?:user|role|profile)\b", _ROLES),
        (r"^alter system\b|^(?:create|alter|drop) (?:\w+ )?tablespace\b", _SERVER),
        (r"^(?:create|alter|drop) (?:(?:public|shared) )*database link\b", _ELSEWHERE),
        (r"^(?:create|drop) (?:or replace )?directory\b", _PROGRAM),
    ),
}  # fmt: skip
_FAMILIES = {"mariadb": "mysql", "cockroachdb": "postgresql", "redshift": "postgresql"}
_SYSTEM = ("information_schema", "mysql", "performance_schema", "sys", "master", "tempdb", "model", "msdb", "system")
# Statements whose string literals are code.
_CODE = re.compile(
    r"^do\b|^(?:create|alter) .*\b(?:function|procedure|trigger|event|package)\b|\bexecute\b|^prepare\b"
    r"|\b(?:query_to_xml|query_to_xmlschema|cursor_to_xml|ts_stat|crosstab\w*|connectby)\b|\bsp_executesql\b"
)
_CURRENT = r"current_database \( \)"
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


def beyond(
    sql: str, family: str, own: Collection[str] = (), others: Collection[str] = (), *, own_server: bool = False
) -> str:
    """Return what `sql` reaches beyond the databases `own`, or "".

    `others` are databases that must not be in a qualifier. Roles are allowed on a server that ends with the run
    (`own_server`).
    """
    return _first_reason(sql, _FAMILIES.get(family, family), frozenset(own), frozenset(others), own_server)


def only_reads(sql: str, family: str = "") -> bool:
    """True if each statement of `sql` only reads, or begins or ends a read, in both readings of backslashes."""
    return not beyond(sql, family) and all(
        _reads(render(statement), family)
        for backslashes in ((False, True) if "\\" in sql else (False,))
        for statement in split(tokenize(sql, family, backslashes=backslashes))
    )


@lru_cache(maxsize=4)  # the engine checks a statement first, then its driver
def _first_reason(sql: str, family: str, own: frozenset[str], others: frozenset[str], own_server: bool) -> str:
    checker = _Checker(family, own, others, own_server)
    readings = (False, True) if "\\" in sql else (False,)
    return next((reason for backslashes in readings for reason in checker.check(sql, backslashes)), "")


class _Checker:
    def __init__(self, family: str, own: Collection[str], others: Collection[str], own_server: bool) -> None:
        self._family = family
        names = "|".join([_CURRENT, *(f'"?{re.escape(name.lower())}"?' for name in own)])
        self._rules = [
            (re.compile(pattern.replace("{own}", f"(?:{names})")), reason)
            for pattern, reason in _RULES.get(family, ())
            if not (own_server and reason == _ROLES)
        ]
        self._others = {name.lower() for name in others} - set(_SYSTEM)

    def check(self, sql: str, backslashes: bool, *, in_code: bool = False) -> Iterator[str]:
        """Yield the reasons to refuse `sql`, from its statements and from the code in its texts."""
        statements = split(tokenize(sql, self._family, backslashes=backslashes))
        for statement in statements:
            whole = render(statement)
            parts = segments(statement)
            for segment in parts if len(parts) > 1 else ():
                yield from self._segment(segment, render(segment))
            yield from self._segment(statement, whole)
            if _CODE.search(whole):
                for text in self._code(statement, in_code=in_code):
                    yield from self.check(text, backslashes, in_code=True)
        if in_code and any(_has_bare_execute(statement) for statement in statements):
            for token in (token for statement in statements for token in statement if token.kind == "text"):
                yield from self.check(token.text, backslashes, in_code=True)

    def _segment(self, tokens: Sequence[SqlToken], text: str) -> Iterator[str]:
        yield from (reason for pattern, reason in self._rules if pattern.search(text))
        if self._others and text.startswith("use "):
            yield _DATABASE
        following = [*tokens[1:], SqlToken("mark", "")]
        before = [SqlToken("mark", ""), *tokens]
        for token, after, previous in zip(tokens, following, before):
            if token.text.lower() in self._others and (after.text, previous.text == ".") == (".", False):
                yield _DATABASE

    def _code(self, statement: Sequence[SqlToken], *, in_code: bool) -> Iterator[str]:
        """Yield the texts of a statement that are code. The texts that an EXECUTE joins count as one text."""
        words = [token.text if token.kind == "word" else "" for token in statement]
        if "execute" in words and in_code:
            expression = statement[words.index("execute") + 1 :]
            yield _join_text(expression)
            return
        yield from (token.text for token in statement if token.kind == "text")


def _join_text(expression: Sequence[SqlToken]) -> str:
    """Return the text that an expression computes, with a filler for everything that isn't a literal."""
    texts = [token.text if token.kind == "text" else "" for token in expression]
    of_current = any(token == ("word", "current_database") for token in expression)
    filler = " current_database() " if of_current else " x "
    joined, is_open = "", False
    for token, text in zip(expression, texts):
        if token.kind == "text":
            joined += re.sub(r"%\d*\$?[ILs]", lambda _: filler, text)
            is_open = True
        elif token.kind == "word" and is_open:
            joined += filler
            is_open = False
    return joined


def _has_bare_execute(statement: Sequence[SqlToken]) -> bool:
    """True if a statement executes a text from somewhere else."""
    words = [token.text if token.kind == "word" else "" for token in statement]
    return "execute" in words and not any(token.kind == "text" for token in statement[words.index("execute") :])


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
