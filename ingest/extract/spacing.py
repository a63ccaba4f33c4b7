"""Where the words of a PDF's page part: the gaps that pypdf guesses wrong, told to it beforehand.

pypdf sees a space where the next string begins further right than the last one should end. It
leaves out the word spacing of justified lines (Tw), so that "their" becomes "the ir" where a line
is continued within a word. Of a font without a space it takes the width that stands for any missing
glyph, so that whole lines lose their spaces. PDF 32000-1, 9.3 and 9.4.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from ingest.extract.raised import SMALLER

Operation = tuple[Any, bytes]
"""Operands and the operator, as pypdf parses them."""

MAX_FORMS: Final = 200
"""So many drawings within drawings of a page are looked into."""
WIDEST_SPACE: Final = 400
"""In thousandths of the size: a wider space, in a font that names no space, is a missing glyph's.
Of 323 fonts in 47 documents that have a glyph in its place, 20 have a wider one: another letter."""
APART: Final = 120
"""In thousandths of the size: letters set so far apart belong to two words."""
MAX_ABOVE: Final = 50
_IDENTITY: Final = re.compile(
    rb"^1 beginbfrange\s+<0000>\s*<FFFF>\s*<0000>\s+endbfrange\s(?!.*begin)", re.I | re.M | re.S
)
_SIZED: Final = (b"Tf", b"Tm", b"Q")
"""What a font's size depends on."""
_SHOWS: Final = (b"Tj", b"TJ")
_SPACE: Final = 32
_FIXED_PITCH: Final = 1
USUAL_SPACE: Final = 250
"""In thousandths of the size: what a font that names no space is given. pypdf parts words from half
of it on."""
_UNUSED: Final = 0xFFFE
_SPACE_NAMED: Final = b"1 beginbfchar\n<%04X> <0020>\nendbfchar\n" % _UNUSED
_MAPPED: Final = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
_CODE: Final = re.compile(rb"<\s*([0-9A-Fa-f]{1,8})\s*>")


class _Spacing:
    """Part of the state of the text: the spacing of words and letters and the font's size."""

    __slots__ = ("letter", "matters", "simple", "size", "word")

    def __init__(
        self, word: float = 0.0, letter: float = 0.0, size: float = 1.0, *, simple: bool = True
    ) -> None:
        self.word, self.letter, self.size, self.simple = word, letter, size, simple
        self.matters = simple and size != 0 and (word != 0 or 1000 * letter > APART * size)


class _Sizes:
    """Follows the size that the matrix of the text gives its letters (Tm).

    Many programs set the number of a note so, in the same font. pypdf tells the size of a stretch
    of text once, and begins one where a font is named.
    """

    def __init__(self) -> None:
        self._font: Operation | None = None
        self._size = 0.0
        self._smaller = False

    def follow(self, operation: Operation) -> list[Operation]:
        """Return what names the font again, where letters get much smaller, and after those."""
        operands, operator = operation
        if operator == b"Tf":
            self._font = operation
        elif operator == b"Q":
            self._font = None  # it may be another one again
        elif operator == b"Tm":
            size, was_smaller = abs(_number(operands, 3)), self._smaller
            self._smaller = 0 < size <= SMALLER * self._size
            self._size = size
            if self._font and (self._smaller or was_smaller):
                return [self._font]
        return []


@dataclass(frozen=True, slots=True)
class Makers:
    """How pypdf makes its values: a stream from what is held and the reader, and an array."""

    stream: Callable[[Any, Any, str], Any]
    array: Callable[[Sequence[Any]], Any]


@contextlib.contextmanager
def told_gaps(page: Any, make: Makers) -> Iterator[None]:
    """Let pypdf read the words of a page as they are spaced; afterwards the page is as it was.

    Args:
        page: a ``PageObject``; what is damaged in it stays as it is.
        make: pypdf's own classes.
    """
    replaced: list[tuple[Any, Any, Any]] = []
    with contextlib.suppress(Exception):  # reading the page says what is wrong with it
        if "/Contents" in page:
            _tell(page, "/Contents", page, page.pdf, make, replaced)
    try:
        yield
    finally:
        for holder, key, value in reversed(replaced):
            holder[key] = value


def _tell(
    holder: Any, name: str, owner: Any, reader: Any, make: Makers, replaced: list[Any]
) -> None:
    """Put a stream that states its gaps in the place of a page's or a drawing's; and within it.

    ``holder`` has the stream under ``name``, and ``owner`` has its fonts and drawings as resources.
    ``replaced`` collects what was there, to put it back.
    """
    resources = _resources(owner)
    fonts = _entries(resources, "/Font")
    for font in fonts.values():
        narrow_space(font)
        drop_identity(font)
        name_space(font, make)
    stream = make.stream(holder[name], reader, "bytes")
    told = tell_gaps(stream.operations, {n for n, f in fonts.items() if is_composite(f)}, make)
    stream.operations = told
    if owner is not holder:
        stream.update(owner)
    key = next(key for key in holder if key == name)
    replaced.append((holder, key, holder.raw_get(key)))
    holder[key] = stream
    drawn = {operands[0] for operands, operator in told if operator == b"Do" and operands}
    drawings = _entries(resources, "/XObject")
    for drawing in drawn & set(drawings):
        one = drawings[drawing]
        told_before = isinstance(one, type(stream))
        if one.get("/Subtype") == "/Form" and not told_before and len(replaced) < MAX_FORMS:
            with contextlib.suppress(Exception):
                within = resources["/XObject"].get_object()
                _tell(within, drawing, one, reader, make, replaced)


def _resources(owner: Any) -> Any:
    """Return the resources of a page, which may be those of the pages above, or of a drawing."""
    for _ in range(MAX_ABOVE):
        if "/Resources" in owner:
            return owner["/Resources"].get_object()
        if "/Parent" not in owner:
            break
        owner = owner["/Parent"].get_object()
    return {}


def _entries(resources: Any, kind: str) -> dict[str, Any]:
    held = resources.get(kind)
    return {n: one.get_object() for n, one in held.get_object().items()} if held else {}


def is_composite(font: Mapping[str, Any]) -> bool:
    """Whether a font's letters may have several bytes each: then no word spacing applies."""
    return bool(font.get("/Subtype") == "/Type0")


def narrow_space(font: Mapping[str, Any]) -> None:
    """Take the width of a space from a simple font that has no space.

    Its table of widths starts before the space and ends after it, and gives all missing glyphs one
    width. pypdf has a width for fonts whose table gives none.
    """
    with contextlib.suppress(Exception):
        widths, at = font["/Widths"].get_object(), _SPACE - int(font["/FirstChar"])
        names = font["/Encoding"].get_object()["/Differences"].get_object()
        flags = int(font["/FontDescriptor"].get_object().get("/Flags", 0))
        wide = at >= 0 and widths[at].get_object() >= WIDEST_SPACE
        if wide and not flags & _FIXED_PITCH and not _fills_space(names):
            widths[at] = type(widths[at].get_object())(0)


def drop_identity(font: MutableMapping[str, Any]) -> None:
    """Take from a composite font the table that maps each of 65,536 codes to itself.

    Without a table pypdf reads the codes as characters, too. It would read the table of each font
    anew for each page: nine tenths of the time that a document of mPDF takes.
    """
    with contextlib.suppress(Exception):
        identity = font["/Encoding"] == "/Identity-H"
        if identity and _IDENTITY.search(font["/ToUnicode"].get_object().get_data()):
            del font["/ToUnicode"]


def name_space(font: MutableMapping[str, Any], make: Makers) -> None:
    """Give a composite font that names no space one of usual width, under a code nobody uses.

    pypdf takes the width of code 32 for it: in the fonts of Google Docs that is a sign of equality,
    wider than two spaces, and words lose theirs.
    """
    with contextlib.suppress(Exception):
        names = font["/ToUnicode"].get_object()
        data = names.get_data()
        if not is_composite(font) or b"endcmap" not in data or _names_space(data):
            return
        names.set_data(data.replace(b"endcmap", _SPACE_NAMED + b"endcmap", 1))
        widths = font["/DescendantFonts"].get_object()[0].get_object()["/W"].get_object()
        number = type(widths[0].get_object())
        widths += [number(_UNUSED), make.array([number(USUAL_SPACE)])]


def _names_space(data: bytes) -> bool:
    """Whether a table of a font's letters has a space among them."""
    for kind, body in _MAPPED.findall(data):
        codes = [int(code, 16) for code in _CODE.findall(body)]
        if kind == b"char" and _SPACE in codes[1::2]:
            return True
        if b"[" in body and _SPACE in codes:
            return True
        ranges = zip(codes[::3], codes[1::3], codes[2::3], strict=False)
        if kind == b"range" and any(a <= _SPACE <= a + last - low for low, last, a in ranges):
            return True
    return False


def _fills_space(names: Sequence[Any]) -> bool:
    """Whether a font has a glyph in the place of a space."""
    code = 0
    for name in names:
        if isinstance(name, int):
            code = int(name)
            continue
        if code == _SPACE:
            return True
        code += 1
    return False


def tell_gaps(
    operations: Sequence[Operation], composite: Set[str], make: Makers
) -> list[Operation]:
    """Return the operations with the spacing of words in the terms that pypdf counts.

    Args:
        operations: of a content stream, in order.
        composite: the names of the fonts that ``is_composite``.
        make: pypdf's own classes.
    """
    told: list[Operation] = []
    state = _Spacing()
    saved: list[_Spacing] = []
    sizes = _Sizes()
    for operation in placed_once(operations):
        operands, operator = operation
        if operator in _SHOWS:
            if state.matters:
                told += _spaced(operands, operator, state, make)
            else:
                told.append(operation)
            continue
        told.append(operation)
        if operator in _SIZED:
            told += sizes.follow(operation)
        if operator == b"Tw":
            state = _Spacing(_number(operands, 0), state.letter, state.size, simple=state.simple)
        elif operator == b"Tc":
            state = _Spacing(state.word, _number(operands, 0), state.size, simple=state.simple)
        elif operator == b"Tf":
            simple = not operands or operands[0] not in composite
            state = _Spacing(state.word, state.letter, _number(operands, 1), simple=simple)
        elif operator == b"q":
            saved.append(state)
        elif operator == b"Q" and saved:
            state = saved.pop()
    return told


def placed_once(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations with one that says where text begins, for a matrix and a move.

    Google Docs and others that print by Skia set both for each word. pypdf asks after either
    whether a line ends or a space is missing: it took each word for a line, and the gap between two
    was judged by letters of usual width.
    """
    placed: list[Operation] = []
    for operands, operator in operations:
        matrix, before = placed[-1] if placed else ([], b"")
        if (operator, before, len(operands), len(matrix)) == (b"Td", b"Tm", 2, 6):
            placed[-1] = (_moved(matrix, operands), b"Tm")
        else:
            placed.append((operands, operator))
    return placed


def _moved(matrix: Sequence[Any], move: Sequence[Any]) -> list[float]:
    a, b, c, d, e, f = (_number(matrix, i) for i in range(6))
    x, y = _number(move, 0), _number(move, 1)
    return [a, b, c, d, x * a + y * c + e, x * b + y * d + f]


def _number(operands: Sequence[Any], index: int) -> float:
    value = operands[index] if index < len(operands) else 0.0
    return float(value) if isinstance(value, (int, float)) else 0.0


def _spaced(operands: Any, operator: bytes, state: _Spacing, make: Makers) -> list[Operation]:
    """Return what shows the same strings, as wide, in the terms that pypdf counts."""
    shown = operands[:1] if operator == b"Tj" else operands[0] if operands else None
    if not isinstance(shown, list):
        return [(operands, operator)]
    strings = [part for part in shown if isinstance(part, bytes)]
    letters = sum(map(len, strings)) or 1
    between = state.word * sum(part.count(b" ") for part in strings) / letters
    apart = _by_letters(shown, 1000 * state.letter / state.size)
    if apart:
        told, letter = ([make.array(apart)], b"TJ"), between
    elif between:
        told, letter = (operands, operator), between + state.letter
    else:
        return [(operands, operator)]
    return [([letter], b"Tc"), told, ([state.letter], b"Tc")]


def _by_letters(shown: Sequence[Any], letter: float) -> list[Any]:
    """Return each letter by itself with the offset to the next; nothing for a spaced-out line.

    Some programs set the letters of a line a word's gap apart, and take that back within words.
    """
    if letter <= APART:
        return []
    parts: list[Any] = []
    for part in shown:
        if isinstance(part, bytes):
            for i in range(len(part)):
                parts += (part[i : i + 1], -letter)
        elif parts and isinstance(part, (int, float)):
            parts[-1] += float(part)
    gaps = parts[1:-1:2]
    return parts if 2 * sum(-gap < APART for gap in gaps) > len(gaps) else []
