from sqlalchemy import Column, Enum, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)


class Task(Base):
    __tablename__ = "tasks"
    id = Column(Integer, primary_key=True)
    state = Column(Enum("open", "done", name="state_kind"))


class Chore(Base):
    __tablename__ = "chores"
    id = Column(Integer, primary_key=True)
    state = Column(Enum("open", "done", name="state_kind"))
