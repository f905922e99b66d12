tenants = []  # a migration for each
