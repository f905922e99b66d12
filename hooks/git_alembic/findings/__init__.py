"""Findings, repairs and reports as plain values.

Rules make them, commands join them, reports print them. This package decides nothing.
Other packages import `finding`, `report`, `shell_commands` and `wording`.
"""
