import subprocess

from alembic import context
from shop.models import Base
from sqlalchemy import create_engine

for line in ("describe --always --dirty", "describe --always", "rev-parse HEAD"):
    assert subprocess.check_output(["git", *line.split()], text=True).strip()

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
