"""Hides passwords in everything that leaves the process: answers and exception messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import Engine, make_url

MASK = "***"
_SHORTEST = 4  # shorter passwords are hidden only in URLs
_IN_URL = re.compile(r"(?<=://)([^\s/?#:@'\"]*):[^\s'\"]*@")
_IN_WORDS = re.compile(r"\b((?:password|passwd|pwd)\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&'\")}]+)", re.IGNORECASE)


class Secrets:
    """The passwords that were seen, and texts without them."""

    def __init__(self) -> None:
        self._passwords: set[str] = set()

    def learn(self, passwords: Iterable[Any], public: Iterable[Any]) -> None:
        """Hide passwords from now on, unless one equals a public word such as the user's name."""
        public_words = {str(word) for word in public if word}
        secrets = {str(word) for word in passwords if word and len(str(word)) >= _SHORTEST} - public_words
        self._passwords |= {form for word in secrets for form in (word, quote(word, safe=""), quote_plus(word))}

    def learn_url(self, url: Any) -> None:
        """Hide the password of a URL. Other texts have no password."""
        try:
            url = make_url(url)
        except Exception:  # noqa: BLE001 - it isn't a URL
            return
        if url is None:  # SQLAlchemy 1.4 accepts None
            return
        parts = (url.username, url.host, url.database, url.get_backend_name(), url.drivername)
        self.learn([url.password, url.query.get("password")], parts)

    def watch_engines(self) -> list[Any]:
        """Hide the passwords of all engines from now on. The returned list receives their URLs."""
        urls: list[Any] = []

        def learn(url: Any) -> None:
            urls.append(url)
            self.learn_url(url)

        # `Engine.__init__` cannot be replaced, because `create_engine` inspects the names of its arguments.
        setattr(Engine, "url", _WatchedUrl(learn))  # noqa: B010 - mypy knows it as an attribute
        return urls

    def hide_in_json(self, value: Any) -> Any:
        """Return a nested JSON value with the passwords in its texts hidden."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.hide_in_json(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.hide_in_json(item) for item in value]
        return value

    def _text(self, text: str) -> str:
        text = _IN_WORDS.sub(rf"\1{MASK}", _IN_URL.sub(rf"\1:{MASK}@", text))
        for password in sorted(self._passwords, key=len, reverse=True):
            text = text.replace(password, MASK)
        return text


class _WatchedUrl:
    """The attribute `url` of all engines. It calls `tell` when it is set."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def __get__(self, engine: Any, _: Any) -> Any:
        return self if engine is None else engine.__dict__["url"]

    def __set__(self, engine: Any, url: Any) -> None:
        engine.__dict__["url"] = url
        self._tell(url)
