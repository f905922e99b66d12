from alembic import context
from shop.models import Base
from sqlalchemy import create_engine

# Programs that run Alembic themselves pass their connection.
connection = context.config.attributes.get("connection")
if connection is None:
    connection = create_engine(context.config.get_main_option("sqlalchemy.url")).connect()
context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
