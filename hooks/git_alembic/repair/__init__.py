"""The plan of `fix` and `restore`, from findings to the files that are written.

In: changes with findings. Out: sentences and file contents. Only `file_changes` writes.
"""
