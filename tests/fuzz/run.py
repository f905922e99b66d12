"""Runs one target under atheris: `python tests/fuzz/run.py TARGET SECONDS`. New inputs are stored in build/fuzz/.

A finding is in build/fuzz/TARGET.found/. Fix the fault, then move the file to tests/fuzz/corpus/TARGET/.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "fuzz"
LONGEST = 10  # seconds per input


def main(name: str = "", seconds: str = "0") -> None:
    """Fuzz. End the process with 0, or with another code if something was found or atheris is missing."""
    try:
        import atheris
    except ImportError:
        python = f"{platform.python_implementation()} {platform.python_version()}"
        sys.exit(
            f"make fuzz: atheris could not be installed for {python} on "
            f"{platform.system()} {platform.machine()}: it has wheels for CPython 3.10 to 3.14 on Linux "
            "x86_64. With another Python: `make clean && make fuzz PYTHON=python3.12`. The corpus alone is replayed "
            "anywhere: `make unit PYTEST_FLAGS=tests/fuzz/test_corpus.py`"
        )
    sys.path.insert(0, str(HERE.parents[1]))
    with atheris.instrument_imports(include=["git_alembic"]):
        from tests.fuzz.targets import TARGETS
    grown, found = BUILD / name, BUILD / f"{name}.found"
    for folder in (grown, found):
        folder.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}", f"-timeout={LONGEST}", "-max_len=4096", "-rss_limit_mb=1024", "-verbosity=0",
        "-print_final_stats=1", f"-artifact_prefix={found}/", f"-dict={HERE / 'words.dict'}",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(grown), str(HERE / "corpus" / name)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
