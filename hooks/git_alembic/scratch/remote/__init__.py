"""The project's Python behind a command, such as `docker compose exec`: no file is shared with it.

In: a command, trees and questions. Out: the probe's answers, as from an interpreter on this machine. Knows no
database and no baseline.
Other packages import `one_off_requests` and `remote_probe`.
"""
