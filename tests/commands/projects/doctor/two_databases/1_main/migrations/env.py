from alembic import context
from shop.models import Base
from sqlalchemy import create_engine

for name, url in (("customers", "sqlite:///customers.db"), ("archive", "sqlite:///archive.db")):
    with create_engine(url).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            upgrade_token=f"{name}_upgrades",
            downgrade_token=f"{name}_downgrades",
        )
        with context.begin_transaction():
            context.run_migrations(engine_name=name)
