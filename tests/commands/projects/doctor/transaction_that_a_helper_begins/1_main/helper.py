def prepare(connection):
    connection.exec_driver_sql("SELECT 1")
