"""BEGIN, COMMIT, ROLLBACK and savepoints, on the rows in SQLite."""

from __future__ import annotations

from git_alembic.scratch.probe.engines.emulation.sqlite_mirror_base import quote_name
from git_alembic.scratch.probe.engines.mysql.errors import ServerError
from git_alembic.scratch.probe.engines.mysql.parsing.tokens import Reader
from git_alembic.scratch.probe.engines.mysql.rows.sqlite_mirror import Mirror

TRANSACTION_WORDS = ("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class TransactionControl:
    """The transactions of one server. A change of the schema ends the open transaction."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    def run(self, reader: Reader) -> None:
        connection, word = self._mirror.connection, reader.next().value
        if word in ("BEGIN", "START"):
            self.commit()
            connection.execute("BEGIN")
        elif word == "COMMIT":
            self.commit()
        elif word == "ROLLBACK" and not any(token.matches("TO") for token in reader.tokens):
            self.rollback()
        else:
            self._savepoint(word, reader)

    def _savepoint(self, word: str, reader: Reader) -> None:
        name = reader.tokens[-1].text.strip("`")
        if word == "SAVEPOINT" and not self._mirror.connection.in_transaction:
            self._mirror.connection.execute("BEGIN")
        text = {"SAVEPOINT": "SAVEPOINT", "RELEASE": "RELEASE", "ROLLBACK": "ROLLBACK TO"}[word]
        try:
            self._mirror.connection.execute(f"{text} {quote_name(name)}")
        except Exception as error:
            raise ServerError(1305, f"SAVEPOINT {name} does not exist") from error

    def commit(self) -> None:
        if self._mirror.connection.in_transaction:
            self._mirror.connection.execute("COMMIT")
            self._mirror.apply_schema_changes()

    def rollback(self) -> None:
        if self._mirror.connection.in_transaction:
            self._mirror.connection.execute("ROLLBACK")
            self._mirror.forget_lost_tables()
