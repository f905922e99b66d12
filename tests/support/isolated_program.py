"""Runs a program as a container would: without the repository, with its own folder and variables.

python isolated_program.py PLACE HIDDEN… -- PROGRAM ARGUMENT…

If the system has unprivileged mount namespaces, an empty file system covers each folder of HIDDEN. On every system, an
audit hook in each Python records in PLACE/touched what is opened below them. PLACE has "work", where the program
starts, "tmp" and, optionally, "environ" with lines of NAME=VALUE and "first.py", which each Python runs first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HOOK = """
import os, sys
hidden = {hidden!r}
note = os.open({note!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def audit(event, arguments):
    if event in ("open", "os.listdir", "os.scandir", "sqlite3.connect", "os.mkdir") and arguments:
        path = arguments[0]
        if isinstance(path, (str, bytes)):
            full = os.path.abspath(os.fsdecode(path))
            if full.startswith(hidden):
                os.write(note, os.fsencode(event + " " + full + "\\n"))

sys.addaudithook(audit)
"""
HIDE = 'while [ "$1" != -- ]; do mount -t tmpfs none "$1" || exit 99; shift; done; shift; cd . && exec "$@"'


def can_hide() -> bool:
    """True if an unprivileged process may have its own mounts."""
    try:
        return subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def command(place: Path, hidden: list[Path], program: str = sys.executable) -> list[str]:
    """Make the folders. Return the command for `python` in the settings."""
    for name in ("work", "tmp", "site"):
        (place / name).mkdir(parents=True, exist_ok=True)
    return [sys.executable, __file__, str(place), *map(str, hidden), "--", program]


def main(place: str, *words: str) -> None:
    number = words.index("--")
    hidden, program = words[:number], words[number + 1 :]
    hook = HOOK.format(hidden=tuple(f"{folder}{os.sep}" for folder in hidden), note=f"{place}/touched")
    first = Path(place, "first.py")
    text = f"{hook}\n{first.read_text(encoding='utf-8') if first.exists() else ''}"
    Path(place, "site", "sitecustomize.py").write_text(text, encoding="utf-8")
    environ = {"PATH": os.environ["PATH"], "TMPDIR": str(Path(place, "tmp")), "PYTHONPATH": str(Path(place, "site"))}
    settings = Path(place, "environ")
    if settings.exists():
        for line in settings.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            environ[name] = value
    os.chdir(Path(place, "work"))
    hiding = ["unshare", "-rm", "sh", "-c", HIDE, "sh", *hidden, "--"] if can_hide() else []
    become = [*hiding, *program]
    os.execvpe(become[0], become, environ)  # noqa: S606 - it becomes that program


if __name__ == "__main__":
    main(*sys.argv[1:])
