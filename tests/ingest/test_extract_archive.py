"""Files that come as a ZIP: damaged, locked, and built to do harm."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from ingest.extract.archive import Archive
from ingest.model import Limits
from tests.ingest.test_office import (  # fmt: skip
    ODT_BODY,
    WORDS,
    code,
    docx_of,
    odt_of,
    plain,
    read,
    rezipped,
    texts,
)

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def damaged(data: bytes, at: float = 0.5) -> bytes:
    """Return ``data`` with the packed bytes of its largest part spoilt."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("word/document.xml")
    place = info.header_offset + 60 + int(at * (info.compress_size - 60))
    return data[:place] + bytes(b ^ 255 for b in data[place : place + 9]) + data[place + 9 :]


def encrypted_members(data: bytes) -> bytes:
    """Return a ZIP whose headers say that its members are encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        pytest.param(docx_of(plain)[:-300], "truncated", id="cut-off"),
        pytest.param(docx_of(plain)[:9000], "truncated", id="half"),
        pytest.param(damaged(docx_of(plain)), "unreadable", id="damaged"),
        pytest.param(docx_of(lambda _: None), "no-text", id="blank"),
        pytest.param(encrypted_members(odt_of(ODT_BODY)), "password", id="zip-password"),
        pytest.param(odt_of(ODT_BODY, BOMB), "unsafe", id="odt-entities"),
        pytest.param(odt_of("<text:span>" * 300 + "</text:span>" * 300), "unsafe", id="odt-deep"),
        pytest.param(odt_of("<text:p>"), "unreadable", id="odt-malformed"),
    ],
)
def test_a_package_that_cannot_be_read_is_refused_with_its_code(data, refusal):
    assert code(data) == refusal


@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_any_part_and_encoding_are_refused(part, encoding):
    def spoil(xml: bytes) -> bytes:
        text = xml.decode("utf-8").partition("?>")[2]
        return f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}{text}'.encode(encoding)

    assert code(rezipped(docx_of(plain), {part: spoil})) == "unsafe"


def bomb(name: str, size: int, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    def add(_: bytes) -> bytes:
        return b"<x>" + b" " * size + b"</x>"

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_of(plain))) as old, zipfile.ZipFile(out, "w") as new:
        for old_name in old.namelist():
            new.writestr(old_name, old.read(old_name))
        new.writestr(name, add(b""), method)
    return out.getvalue()


def lying(data: bytes, name: str, size: int) -> bytes:
    """Return a ZIP whose headers give a member's unpacked size as ``size``, with a fitting CRC."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
        crc = zlib.crc32(archive.read(name)[:size])
    real = struct.pack("<L", info.file_size)
    out = bytearray(data)
    place = info.header_offset
    out[place + 14 : place + 18] = struct.pack("<L", crc)
    out[place + 22 : place + 26] = struct.pack("<L", size)
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    assert out[entry + 24 : entry + 28] == real
    out[entry + 16 : entry + 20] = struct.pack("<L", crc)
    out[entry + 24 : entry + 28] = struct.pack("<L", size)
    return bytes(out)


BOMBS = {
    "ratio": bomb("customXml/item9.xml", 30_000_000),
    "bzip2": bomb("customXml/item9.xml", 30_000_000, method=zipfile.ZIP_BZIP2),
    "lzma": bomb("customXml/item9.xml", 30_000_000, method=zipfile.ZIP_LZMA),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_within_little_memory(data):
    tracemalloc.start()
    assert code(data) == "unsafe"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25_000_000


@pytest.mark.parametrize("size", [10, 5_000_000], ids=["small", "large"])
def test_a_header_that_lies_about_sizes_costs_little_memory(size):
    data = lying(BOMBS["ratio"], "customXml/item9.xml", size)
    tracemalloc.start()
    assert code(data) in ("unsafe", "unreadable")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25_000_000


def test_all_parts_together_are_limited():
    assert code(docx_of(plain), Limits(max_unpacked_bytes=20_000)) == "unsafe"


def test_too_many_parts_are_refused():
    many = {f"word/media/{i}.png": lambda _: b"x" for i in range(2_001)}
    assert code(rezipped(docx_of(plain), many)) == "unsafe"


def test_names_that_climb_are_never_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ("../../evil.xml", "/etc/evil.xml", "..\\evil.xml")
    data = rezipped(docx_of(plain), dict.fromkeys(names, lambda _: b"<x/>"))
    assert texts(read(data)) == [WORDS]
    assert list(tmp_path.parent.rglob("*evil*")) == []


def test_pictures_are_not_unpacked(monkeypatch):
    read_names: list[str] = []
    whole = Archive.read
    monkeypatch.setattr(
        Archive, "read", lambda self, name: read_names.append(name) or whole(self, name)
    )
    read(rezipped(docx_of(plain), {"word/media/1.png": lambda _: bytes(50_000_000)}))
    assert read_names
    assert not [name for name in read_names if "media" in name]
