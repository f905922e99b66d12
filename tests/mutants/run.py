"""Mutates pure modules and runs the pure tests on each mutant: `python -m tests.mutants.run [MODULE OR FOLDER…]`.

`history` names only its pure modules, and `findings` only the repairs that rules share.
MUTANT_SAMPLE=5 uses only every fifth mutant, in a fixed random order. MUTANT_WORKERS=1 runs one at a time. Survivors
are written to build/mutants/survivors.txt. A survivor that `allowed.txt` does not explain ends the run with 1.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from tests.mutants.mutations import PACKAGES, list_mutants, read_allowed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "mutants"
# The other modules of history/ run git. Tests of whole commands cover them, in separate processes.
HISTORY = (
    "graph", "graph_algorithms/graph_traversal", "graph_algorithms/branch_labels", "graph_algorithms/allowed_heads",
    "graph_algorithms/fork_repair_moves", "graph_algorithms/graph_after_git_merge", "snapshots_before_the_change",
    "snapshot_and_change", "commits_to_compare", "environment_matching_between_trees", "heads_file",
    "target_merge_forecast", "evidence/similar_ids",
)  # fmt: skip
MUTATED: Mapping[str, tuple[str, ...]] = {
    "rules": ("rules",),
    "policy": ("policy",),
    "findings": ("findings/repairs_shared_by_rules.py", "findings/fork_explanation.py"),
    "history": tuple(f"history/{name}.py" for name in HISTORY),
    "revisions": ("revisions",),
}
TESTS: Mapping[str, tuple[str, ...]] = {
    "rules": ("tests/rules", "tests/policy"),
    "policy": ("tests/policy", "tests/rules"),
    "findings": ("tests/findings", "tests/rules"),
    # The generated histories are left out: they run Alembic for seconds, and the properties cover the same questions.
    "history": (
        "tests/history",
        "tests/rules",
        "tests/policy",
        "tests/findings",
        "--ignore=tests/history/test_generated_histories.py",
    ),
    "revisions": ("tests/revisions",),
}


def main(*paths: str) -> int:
    """Run all mutants of the modules. Return 1 if an unexplained mutant survives."""
    for library in ("hypothesis", "alembic.script", "xdist"):
        import_module(library)  # import the library once; each session imports the project itself
    from tests.mutants.survivors import surviving

    BUILD.mkdir(parents=True, exist_ok=True)
    workers = int(os.environ.get("MUTANT_WORKERS", os.cpu_count() or 1))
    sample = int(os.environ.get("MUTANT_SAMPLE", "1"))
    known = read_allowed((HERE / "allowed.txt").read_text(encoding="utf-8"))
    new = 0
    with (BUILD / "survivors.txt").open("w", encoding="utf-8", buffering=1) as report:
        for package, tests in TESTS.items():
            chosen = [part for path in paths or (package,) for part in MUTATED.get(path, (path,))]
            modules = sorted({module for path in chosen for module in _modules(path, package)})
            mutants = [mutant for module in modules for mutant in list_mutants(ROOT, module)]
            mutants = random.Random(0).sample(mutants, len(mutants))[::sample]  # noqa: S311 - nothing secret
            if not mutants:
                continue
            keys = [mutant.key for mutant in surviving(ROOT, mutants, tests, workers, BUILD)]
            unexplained = [key for key in keys if key not in known]
            new += len(unexplained)
            report.writelines(f"{key}\n" for key in unexplained)
            here = tuple(f"{module.removeprefix(PACKAGES)}: " for module in modules)
            stale = [key for key in known if key.startswith(here) and key not in keys] if sample == 1 else []
            sys.stdout.writelines(f"allowed.txt explains what does not survive: {key}\n" for key in stale)
            sys.stdout.write(
                f"{package}: {len(mutants)} mutants, {len(mutants) - len(keys)} killed,"
                f" {len(keys) - len(unexplained)} explained, {len(unexplained)} survived\n"
            )
    sys.stdout.write(f"{BUILD}/survivors.txt has {new} survivors\n")
    return 1 if new else 0


def _modules(path: str, package: str) -> Iterator[str]:
    """Yield the modules of a file or a folder that are in the package."""
    start = ROOT / PACKAGES / path
    for module in [start] if start.suffix else sorted(start.rglob("*.py")):
        name = str(module.relative_to(ROOT))
        if name.startswith(f"{PACKAGES}{package}/"):
            yield name


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
