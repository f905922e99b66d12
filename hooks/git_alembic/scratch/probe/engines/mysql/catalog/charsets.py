"""Character sets and collations: their names, defaults and widths."""

from __future__ import annotations

_DEFAULTS = {
    "latin1": "latin1_swedish_ci", "binary": "binary", "latin5": "latin5_turkish_ci", "gbk": "gbk_chinese_ci",
    "gb18030": "gb18030_chinese_ci", "big5": "big5_chinese_ci", "sjis": "sjis_japanese_ci", "ujis": "ujis_japanese_ci",
    "euckr": "euckr_korean_ci",
}  # fmt: skip
_BYTES = {"utf8mb4": 4, "utf8mb3": 3, "utf16": 4, "utf32": 4, "ucs2": 2, "gbk": 2, "big5": 2, "sjis": 2, "gb18030": 4}


def canonical_name(name: str) -> str:
    """Return the current name of a character set or collation (`utf8mb3` for `utf8`)."""
    lower = name.lower()
    if lower == "utf8" or lower.startswith("utf8_"):
        return lower.replace("utf8", "utf8mb3", 1)
    return lower


def collation_of(charset: str, is_mariadb: bool) -> str:
    """Return the default collation of a character set."""
    charset = canonical_name(charset)
    if charset == "utf8mb4":
        return "utf8mb4_general_ci" if is_mariadb else "utf8mb4_0900_ai_ci"
    return _DEFAULTS.get(charset, charset + "_general_ci")


def charset_of(collation: str) -> str:
    return collation.partition("_")[0]


def width(collation: str) -> int:
    """Return the maximum number of bytes of a character."""
    return _BYTES.get(charset_of(collation), 1)
