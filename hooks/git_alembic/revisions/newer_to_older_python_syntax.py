"""Rewrites the syntax of newer Pythons as older syntax that binds and mentions the same names on the same lines.

It knows formatted strings with any quotes inside (3.12), `type` statements and type parameters (3.12), `except` without
parentheses and t-strings (3.14), and lazy imports (3.15).
"""

from __future__ import annotations

import ast
import keyword
import re

from git_alembic.revisions.syntax_tree import find_compile_limit, find_compile_problem, parse
from git_alembic.revisions.unparsable_file_reader import blank_strings

_STRING = r"(?P<prefix>\b(?i:[rbuft]{1,2}))?(?P<quote>'''|\"\"\"|'|\")"
_GENERIC = r"(?m)^[ \t]*(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+[ \t]*(?=\[)"
_TYPE = r"(?m)^([ \t]*)type[ \t]+(\w+)[ \t]*=(?!=)"
_EXCEPT = r"(?m)^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*[ \t]*,[ \t]*(?:\w+\.)*[A-Z]\w*)[ \t]*(?=:)"
_LAZY = r"(?m)^([ \t]*)lazy[ \t]+(?=import\b|from\b)"
# One step in a string. In a formatted string, a step stops before the "{" of a field.
_FORMATTED_STEP = r"\\N\{[^}]*\}|\\[^{}]|\{\{|\}\}|[^{]"
_STEP = r"(?s)\\.|."
_DEEPEST = 20


def parse_newer(text: str) -> ast.Module | None:
    """Return the syntax tree of a module that only a newer Python can parse. None if it isn't known to be one."""
    try:
        rewritten = _rewrite_statements(_rewrite_strings(text))
    except (ValueError, IndexError):  # an unterminated string or bracket
        return None
    data = rewritten.encode("utf-8", "replace")
    if rewritten == text or find_compile_limit(data) or find_compile_problem(data):
        return None
    tree = parse(rewritten)
    return tree if isinstance(tree, ast.Module) else None


def _rewrite_strings(text: str) -> str:
    """Replace the formatted strings that this Python rejects with calls that mention the same names."""
    pieces: list[str] = []
    position, before = 0, ""  # the replacement of the previous string
    for match in re.finditer(rf"#[^\n]*|{_STRING}", text):
        if match.start() < position:
            continue
        between, prefix, start = text[position : match.start()], match["prefix"] or "", match.start()
        before = "" if between.strip(" \t\\\n") else before
        pieces.append(between)
        position = match.end()
        if match["quote"] is None:
            pieces.append(match[0])
            continue
        position, nested = _scan_string(text, match.end(), prefix, match["quote"])
        string = text[start:position]
        newer = _is_formatted(prefix) and not _is_valid(string)
        call = _call(string, prefix, [(begin - start, end - start) for begin, end in nested]) if newer else ""
        became = "call" if call else "string"
        pieces += ["+"] if before and "call" in (before, became) else []
        pieces.append(call or string)
        before = became
    return "".join([*pieces, text[position:]])


def _is_formatted(prefix: str) -> bool:
    return re.search("(?i)[ft]", prefix) is not None


def _is_valid(string: str) -> bool:
    return isinstance(parse(string), ast.Module)


def _call(string: str, prefix: str, nested: list[tuple[int, int]]) -> str:
    """Return a call that replaces a formatted string whose fields contain strings or comments of the newer syntax."""
    older_text = string
    for begin, end in reversed(nested):
        older_text = older_text[:begin] + ("" if string[begin] == "#" else "(0)") + older_text[end:]
    older = prefix.lower().replace("t", "f") + older_text[len(prefix) :].replace("\n", " ")
    if ":=" in string or not _is_valid(older):
        raise ValueError(string)
    names = [name for name in re.findall(r"[^\W\d]\w*", string) if not keyword.iskeyword(name)]
    return f"f_string({', '.join(dict.fromkeys(names))}" + "\n" * string.count("\n") + ")"


def _scan_string(
    text: str, position: int, prefix: str, quote: str, depth: int = 0
) -> tuple[int, list[tuple[int, int]]]:
    """Return the end of the string with content at `position`, and the places of strings and comments in its fields."""
    step = re.compile(_FORMATTED_STEP if _is_formatted(prefix) else _STEP)
    brackets, nested = 0, list[tuple[int, int]]()
    while brackets or not text.startswith(quote, position):
        if depth > _DEEPEST or (text[position] == "\n" and quote in ("'", '"') and not brackets):
            raise ValueError(position)
        if not brackets and (match := step.match(text, position)):
            position = match.end()
        elif brackets and (end := _skip_in_field(text, position, depth)):
            nested.append((position, end))
            position = end
        else:
            brackets += (text[position] in "([{") - (text[position] in ")]}")
            position += 1
    return position + len(quote), nested


def _skip_in_field(text: str, position: int, depth: int) -> int | None:
    """Return where a string or a comment of a field ends. None if neither begins here."""
    if text[position] == "#":
        return text.index("\n", position)
    nested = re.compile(_STRING).match(text, position)
    if nested is None:
        return None
    return _scan_string(text, nested.end(), nested["prefix"] or "", nested["quote"], depth + 1)[0]


def _rewrite_statements(text: str) -> str:
    blanked = "\n".join(blank_strings(text))
    spans = []
    for match in re.finditer(_GENERIC, blanked):
        end = _closing_bracket(blanked, match.end())
        spans.append((match.end(), end, "\\\n" * text.count("\n", match.end(), end)))
    text = _replace(text, spans)
    for pattern, older in ((_LAZY, r"\1"), (_TYPE, r"\1\2 = type_alias, "), (_EXCEPT, r"\1(\2)")):
        blanked = "\n".join(blank_strings(text))
        text = _replace(text, [(*match.span(), match.expand(older)) for match in re.finditer(pattern, blanked)])
    return text


def _replace(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, position = list[str](), 0
    for start, end, new in spans:
        pieces += [text[position:start], new] if start >= position else []
        position = max(position, end)
    return "".join([*pieces, text[position:]])


def _closing_bracket(text: str, start: int) -> int:
    opened: list[str] = []
    for bracket in re.compile(r"[\[\](){}]").finditer(text, start):
        if bracket[0] in "([{":
            opened.append(bracket[0])
        else:
            opened.pop()
        if not opened:
            return bracket.end()
    raise ValueError(start)
