"""Runs the project's Python behind a command, such as `docker compose exec`, without shared files.

In: a command, trees and questions. Out: the probe's answers, as from an interpreter on this machine. It knows no
database and no baseline.
Other packages import `relay_session`, `remote_probe` and `uploads`.
"""
