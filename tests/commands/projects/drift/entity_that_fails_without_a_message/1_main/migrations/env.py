from alembic import context


class PGView:
    """Like an entity of alembic_utils, which its server cannot be asked about."""

    identity = "PGView: public.named"

    def compare(self):
        raise UnreachableException


class UnreachableException(Exception):
    __module__ = "alembic_utils.exceptions"


assert context.config
PGView().compare()
