from sqlalchemy import Column, Integer, String, event, text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(String(100))
    __table_args__ = {"schema": "core"}


@event.listens_for(Base.metadata, "before_create")
def create_schema(target, connection, **_):
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS core"))
    connection.execute(text("CREATE FUNCTION core.next_number() RETURNS int LANGUAGE sql AS 'SELECT 1'"))
