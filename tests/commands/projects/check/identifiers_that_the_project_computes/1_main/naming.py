def number(n):
    return f"shop{n:04}"
