"""The revision whose schema a database has, and the sentences on it."""

from __future__ import annotations

from dataclasses import dataclass

from git_alembic.findings.formatting import quoted

NO_COMMON_TABLES = "it has none of the tables that the revisions create"
STAMP_LATER = "stamp the database only after you have resolved every difference"
_MOST_DIFFERENCES = 4


@dataclass(frozen=True, slots=True)
class SchemaMatch:
    """The revision whose schema a database has.

    `revisions` are the revisions to stamp for that state, or (). Without `is_exact`, they are only the nearest state,
    and `differences` lists what differs. `alike` are other revisions with the same schema. `basis` is a clause that
    says how the match was found. `doubt` says why the search failed or stopped early, or is "". `more_tables` are
    tables of the database that no revision creates.
    """

    revisions: tuple[str, ...] = ()
    is_exact: bool = False
    differences: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    basis: str = ""
    doubt: str = ""
    more_tables: tuple[str, ...] = ()

    @property
    def is_incomplete(self) -> bool:
        """True if the search failed or stopped early."""
        return self.doubt not in ("", NO_COMMON_TABLES)


def describe_match(match: SchemaMatch | None) -> list[str]:
    """Describe the result of the search for the database's schema; [] if there was no search."""
    if match is None:
        return []
    if not match.revisions:
        if match.is_incomplete:
            return ["the database's schema could not be compared with all revisions in this checkout", match.doubt]
        doubt = f": {match.doubt}" if match.doubt else ""
        return [f"the database's schema does not match any revision in this checkout{doubt}"]
    near = "matches" if match.is_exact else "is closest to the schema at"
    differences = match.differences[:_MOST_DIFFERENCES]
    sentence = f"the schema {near} {quoted(match.revisions)}, as determined {match.basis}"
    return [sentence, *differences, *([] if match.is_exact else [STAMP_LATER])]
