"""Fail if a built page would make a browser fetch anything from elsewhere: `python docs/offline.py build/docs`."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}


class Fetches(HTMLParser):
    """Collects what a page makes a browser fetch from another host."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address, if it is one of elsewhere."""
        address = dict(attrs).get(FETCHED.get(tag, ""))
        if address and re.match(r"(?:https?:)?//", address):
            self.found.append(address)


def main() -> int:
    """1 if a page or a style sheet fetches something, each of them named."""
    found = []
    for path in Path(sys.argv[1]).rglob("*.*"):
        if path.suffix == ".html":
            page = Fetches()
            page.feed(path.read_text(encoding="utf-8"))
            found += [f"{path}: {address}" for address in page.found]
        elif path.suffix in {".css", ".svg"}:
            addresses = re.findall(
                r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]+)", path.read_text(encoding="utf-8")
            )
            found += [f"{path}: {address}" for address in addresses]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
