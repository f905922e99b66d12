from alembic import context
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation
from shop.models import Base
from sqlalchemy import create_engine


class ReplaceOp(MigrateOperation):
    """Like alembic_utils, whose entities only a server can compare."""

    class target:
        identity = "PGView: public.named"

    def reverse(self):
        return self

    def to_diff_tuple(self):
        return "replace_or_revert_entity", "PGView: public.named"


@renderers.dispatch_for(ReplaceOp)
def render(_, op):
    return "op.replace_entity(public_named)"


@comparators.dispatch_for("schema")
def compare(context, upgrade_ops, schemas):
    upgrade_ops.ops.append(ReplaceOp())


engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
