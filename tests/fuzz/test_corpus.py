"""The initial inputs of the fuzzer and its findings, replayed. `make fuzz` continues from there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
LONGEST = 5  # seconds for one small file on a busy machine


def test_every_target_has_a_corpus() -> None:
    assert sorted(folder.name for folder in CORPUS.iterdir()) == sorted(TARGETS)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_replayed(path: Path) -> None:
    start = time.process_time()
    TARGETS[path.parent.name](path.read_bytes())
    assert time.process_time() - start < LONGEST
