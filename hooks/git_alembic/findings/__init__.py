"""Findings, repairs and reports as plain values.

Rules make them, commands join them, reports print them. This package computes nothing.
Other packages import `finding`, `report`, `shell_commands` and `wording`.
"""
