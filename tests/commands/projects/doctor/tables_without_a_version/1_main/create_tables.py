from shop.models import Base
from sqlalchemy import create_engine

Base.metadata.create_all(create_engine("sqlite:///shop.db"))
