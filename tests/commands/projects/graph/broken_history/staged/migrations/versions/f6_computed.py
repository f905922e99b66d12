revision = new_id()
down_revision = None
