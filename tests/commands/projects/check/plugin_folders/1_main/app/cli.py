from alembic.config import Config


def config(plugins):
    found = Config("alembic.ini")
    found.set_main_option("version_locations", " ".join(plugins))
    return found
