"""Writes every message to a text file, so that the messages can be read together: `make messages`.

`findings.txt` has each rule's findings as `git alembic check` prints them, `diagnoses.txt` what `doctor` prints, and
`hints.txt` what `hint` prints. `sentences/` has every sentence of the code, by package, with `{}` for values: findings,
refusals, causes, hints, prompts, plans and help texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import git_alembic
from git_alembic.findings.report import Report
from git_alembic.report import render
from git_alembic.rules.rule_defaults import RULES, Rule
from tests.support.literal_changes import report_of, scratch_report
from tests.support.whole_diagnoses import diagnoses, hints

TABLE = Path(__file__).parents[1] / "report" / "messages"
PACKAGE = Path(git_alembic.__path__[0])
WIDTH = 80
# The engines print the messages of the emulated servers.
_NOT_OURS = "scratch/probe/engines"
_CODE = re.compile(
    r"^(?:SELECT|INSERT|CREATE|SHOW|SET|ATTACH|IF\(|def |if \[|#!|'''|\"\"\"|classDef|<)|[<>]/|\\[wsSdb(\[]|\(\?[:P!<]"
)
_WORDS = 3  # a shorter literal is a part of another sentence


def files() -> dict[Path, str]:
    """Return the whole table: path -> text."""
    found = {
        TABLE / "findings.txt": findings(),
        TABLE / "diagnoses.txt": diagnoses(),
        TABLE / "hints.txt": hints(),
    }
    for package, sentences in sorted(sentences_by_package().items()):
        found[TABLE / "sentences" / f"{package}.txt"] = "\n".join(sorted(sentences)) + "\n"
    return found


def findings() -> str:
    """Return every case of the rules' tests, as `git alembic check` prints it."""
    blocks = []
    for rule in sorted(RULES, key=lambda rule: rule.slug):
        seen: set[str] = set()
        for made, _ in cases(rule):
            text = printed(rule, made)
            if (shape := _shape(text)) not in seen:
                seen.add(shape)
                blocks.append(text)
    return "\n\n\n".join(blocks) + "\n"


def _shape(text: str) -> str:
    """Return the sentences without the parts that differ from case to case. One example of each is enough."""
    prose = " ".join(line for line in text.split("\n") if line and not line.startswith("    "))
    plain = re.sub(r"'[^']*'|\([^)]*\)|\S*\d\S*|\S*[./]\S*|\b(?:file|was|were|it|them|any of)\b", "", prose)
    return re.sub(r"[\W_]+(?:and )?", " ", plain.partition("To allow it once")[0])


def cases(rule: Rule) -> list[tuple[Any, Any]]:
    """Return the cases that the rule's own test expects to fire."""
    module = import_module(f"tests.rules.test_{rule.slug.replace('-', '_')}")
    return list(module.FIRES.values())


def report_on(rule: Rule, made: object) -> Report:
    """Return the report on one change or run."""
    judge: Any = scratch_report if rule.runs_on_scratch else report_of
    report: Report = judge(made, rule.slug)
    return report


def printed(rule: Rule, made: object) -> str:
    """Return the report on one change or run at the width of a terminal."""
    return render(
        report_on(rule, made),
        format="text", color=False, width=WIDTH, verbose=False, quiet=False, command="git commit", encoding="utf-8",
    )  # fmt: skip


def sentences_by_package() -> dict[str, set[str]]:
    """Return every string of the code that a user can read, by package."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(_NOT_OURS):
            texts = set(_sentences(ast.parse(path.read_text(encoding="utf-8"))))
            if texts:
                found.setdefault(name.partition("/")[0].removesuffix(".py"), set()).update(texts)
    return found


def _sentences(tree: ast.AST) -> Iterator[str]:
    hidden = {id(node) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            hidden |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
    for node in ast.walk(tree):
        if id(node) not in hidden and isinstance(node, ast.JoinedStr | ast.Constant):
            text = _template(node)
            if len(text.split()) >= _WORDS and re.search("[a-z]{2}", text) and not _CODE.search(text):
                yield text.replace("\n", "\\n")


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def _template(node: ast.JoinedStr | ast.Constant) -> str:
    """Return the text of a literal. `{}` stands for a value."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def main() -> None:
    """Write the table."""
    for path in (TABLE / "sentences").glob("*.txt"):
        path.unlink()
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
