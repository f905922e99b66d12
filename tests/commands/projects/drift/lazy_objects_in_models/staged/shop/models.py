import sys
import types

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(String(100))


class BrokenClass:
    __class__ = property(lambda self: open("nowhere").__class__)


class BrokenAttributes:
    def __getattr__(self, name):
        raise ValueError(name)


class BrokenModule(types.ModuleType):
    def __getattribute__(self, name):
        if name == "__file__":
            raise ValueError(name)
        return super().__getattribute__(name)


class BrokenTable(type):
    @property
    def __table__(cls):
        raise RuntimeError("no table")


class NoTable(metaclass=BrokenTable):
    pass


one, another = BrokenClass(), BrokenAttributes()
sys.modules["broken"] = BrokenModule("broken")
