"""
Reads `{"Items": [...], "Count": N, ...}` row by row, in bounded memory for any number of rows.
One answer contains a site's whole history, and parsing a million rows at once would need too much
of a worker's memory.
"""

import codecs
import json
from typing import Any, Callable, Dict, Iterator

_CHUNK_BYTES = 65_536
_MAX_VALUE_CHARACTERS = 8_388_608
_SPACE = " \t\r\n"


class Items:
    """
    The rows, to be iterated once. Then `rest` contains the answer's other members. Raises
    ValueError where the answer has another form.
    """

    def __init__(self, read: Callable[[int], bytes]):
        self.rest: Dict[str, Any] = {}
        self._read = read
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        found = False
        self._expect("{")
        if self._peek() == "}":
            raise ValueError("expected Items in the answer, got an empty object")
        while True:
            name = self._value()
            self._expect(":")
            if name == "Items":
                found = True
                yield from self._rows()
            else:
                self.rest[str(name)] = self._value()
            if self._expect(",}") == "}":
                break
        if self._peek():
            raise ValueError("expected the answer's end, got more text")
        if not found:
            raise ValueError(f"expected Items in the answer, got {', '.join(self.rest)[:200]}")

    def _rows(self) -> Iterator[Dict[str, Any]]:
        self._expect("[")
        if self._peek() == "]":
            self._expect("]")
            return
        while True:
            row = self._value()
            if not isinstance(row, dict):
                raise ValueError(f"expected a row to be an object, got {str(row)[:80]!r}")
            yield row
            if self._expect(",]") == "]":
                return

    def _value(self) -> Any:
        """
        Reads a value. One that reaches the end of what was read may be cut (`12` of `123`): then
        more is read first.
        """
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            except RecursionError as error:
                raise ValueError("expected a flat row, got a deeply nested one") from error
            except ValueError:
                if self._ended:
                    raise
            if len(self._text) - self._at > _MAX_VALUE_CHARACTERS:
                raise ValueError(
                    f"expected a row of at most {_MAX_VALUE_CHARACTERS} characters, "
                    "got a longer one or no JSON"
                )
            self._more()

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._more()

    def _expect(self, marks: str) -> str:
        mark = self._peek()
        if not mark or mark not in marks:
            raise ValueError(f"expected {' or '.join(marks)}, got {mark or 'the end'!r}")
        self._at += 1
        return mark

    def _more(self) -> None:
        data = self._read(_CHUNK_BYTES)
        self._ended = not data
        self._text = self._text[self._at :] + self._utf8.decode(data, final=self._ended)
        self._at = 0
