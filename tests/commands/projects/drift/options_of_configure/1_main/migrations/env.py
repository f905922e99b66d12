from alembic import context
from shop.models import Base
from sqlalchemy import create_engine


def include_object(object, name, type_, reflected, compare_to):
    return name != "age"


def process_revision_directives(context, revision, directives):
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []


engine = create_engine("sqlite:///shop.db", connect_args={"timeout": 3}, pool_pre_ping=True, echo=False)
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=[Base.metadata],
        version_table="versions_of_the_shop",
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        include_object=include_object,
        process_revision_directives=process_revision_directives,
    )
    with context.begin_transaction():
        context.run_migrations()
