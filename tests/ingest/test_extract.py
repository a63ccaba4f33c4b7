"""What a file is, how its bytes are read, and what HTML, Markdown and plain text give."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.extract.decode import decode_bytes
from ingest.extract.markdown import front_matter
from ingest.extract.sniff import CSV, HTML, MARKDOWN, PDF, RTF, TEXT, sniff_media_type
from ingest.model import Extracted, Fetched, Limits

DATA = Path(__file__).parents[1] / "data"
ACCENTS = "Être bien à l'école, où les élèves grandissent : ça compte. "


LIMITS = Limits()


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Extracted:
    return extract_document(Fetched(f"file:///{name}", data, name), limits)[1]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + f"{stream}\0".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"junk\n%PDF-1.7 ...", "report.html", PDF),
        (b"<!DOCTYPE html><title>x</title>", "page.txt", HTML),
        (b"\xef\xbb\xbf  <HTML><body>x", "page", HTML),
        (b"<!-- saved --><div>x</div>", "page.html", HTML),
        ("<html>x</html>".encode("utf-16"), "page", HTML),
        (b"---\ntitle: x\n---\nBody", "note", MARKDOWN),
        (b"# Title", "note.md", MARKDOWN),
        (b"Plain words.", "note.txt", TEXT),
        (b"[Draft] a text in brackets", "note.txt", TEXT),
        (b"BMI and MZ are letters", "note.txt", TEXT),
        (b"{\\rtf1 text}", "note.doc", RTF),
        (b"a,b,c,d\n" * 6, "a.txt", CSV),
        (b"a;b\n", "a.csv", CSV),
    ],
)
def test_bytes_decide_what_a_file_is(data, name, kind):
    assert sniff_media_type(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (zipped("xl/workbook.xml"), "a.xlsx", "XLSX"),
        (zipped("a.txt"), "a.zip", "ZIP"),
        (zipped("word/notes.txt"), "a.docx", "ZIP"),
        (zipped("Index/Document.iwa"), "a.pages", "Pages"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.msg", "MSG"),
        (ole("WordDocument"), "a.docx", "Word document (DOC)"),
        (ole("Workbook"), "a", "XLS"),
        (ole("PowerPoint Document"), "a", "PPT"),
        (ole("__properties_version1.0"), "a", "MSG"),
        (b"\x1f\x8b\x08" + bytes(9), "a.gz", "gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(9), "a.7z", "7z"),
        (b"Rar!\x1a\x07\x00" + bytes(9), "a.rar", "RAR"),
        (bytes(257) + b"ustar\x00", "a.tar", "tar"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(9), "a.mp4", "video"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "a.png", "PNG"),
        (b"ID3\x04" + bytes(9), "a.mp3", "MP3"),
        (b'{"a": [1, 2]}', "a.txt", "JSON"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "feed", "XML"),
        (b"TY  - JOUR\nTI  - x\n", "a.ris", "RIS"),
        (b"@article{key,\n title={x}}", "a.bib", "BibTeX"),
        (bytes(range(256)) * 4, "a.bin", "binary"),
    ],
)
def test_other_formats_are_refused_by_name(data, name, words):
    with pytest.raises(SourceRejected) as refused:
        sniff_media_type(data, name)
    assert refused.value.code == "unsupported"
    assert words in refused.value.reason


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b" \n\x00", "a.html", "empty"),
        (b"just words", "a.html", "not-html"),
        (b"just words", "a.pdf", "unreadable"),
        (b"...", "a.txt", "no-text"),
        (b"2019 - 4.5 %", "a.txt", "no-text"),
        (b"1,2\n3,4\n", "a.csv", "no-text"),
        (b"{\\rtf1\\ansi }", "a.rtf", "no-text"),
        (ole("EncryptedPackage"), "a.docx", "password"),
        (b"PK\x03\x04" + bytes(40), "a.docx", "truncated"),
        (b"---\ntitle: x\n---\n", "a.md", "no-text"),
        (b"<html><script>app()</script></html>", "a.html", "no-text"),
    ],
)
def test_files_without_a_text_are_refused(data, name, code):
    with pytest.raises(SourceRejected) as refused:
        read(data, name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "declared", "encoding", "why"),
    [
        (ACCENTS.encode(), None, "utf-8", "strict"),
        (ACCENTS.encode("utf-8-sig"), "text/html; charset=iso-8859-1", "utf-8", "mark"),
        (ACCENTS.encode("utf-16"), None, "utf-16-le", "mark"),
        (ACCENTS.encode("utf-16-le"), None, "utf-16-le", "zero bytes"),
        (ACCENTS.encode("cp1252"), None, "cp1252", "fallback"),
        (b'<meta charset="utf-8">' + ACCENTS.encode("cp1252") * 9, None, "cp1252", "fallback"),
        (b"<meta charset='latin-1'>" + ACCENTS.encode("cp1252"), None, "cp1252", "meta"),
        (ACCENTS.encode(), "text/html; charset=shift_jis", "utf-8", "strict"),
        (ACCENTS.encode(), "text/html; charset=utf-7", "utf-8", "strict"),
        (ACCENTS.encode() * 9 + b"\xff", None, "utf-8", "1 damaged bytes replaced"),
        ("Оценка школы и благополучие учеников. ".encode("cp1251") * 9, None, "cp1251", "detected"),
    ],
)
def test_the_encoding_is_decided_in_order(data, declared, encoding, why):
    found = decode_bytes(data, declared, markup=True)
    assert (found.encoding, found.why) == (encoding, why)


def test_french_without_a_charset_is_not_mangled():
    page = f"<html><body><article><p>{ACCENTS * 20}</p></article></body></html>"
    found = read(page.encode("cp1252"), "page.html")
    assert found.pages[0].blocks[0].text.startswith("Être bien à l'école, où les élèves")
    assert found.encoding == "windows-1252 (neither declared nor UTF-8: assumed)"
    assert found.remarks == (f"Read as {found.encoding}.",)


@pytest.mark.parametrize(
    ("data", "name", "declared", "words"),
    [
        (b"Plain words.", "a.txt", None, "utf-8 (valid throughout)"),
        (f"# Note\n{ACCENTS}".encode("utf-8-sig"), "a.md", None, "utf-8 (a byte order mark)"),
        (
            f"<meta charset='latin-1'><p>{ACCENTS * 9}".encode("cp1252"), "a.html", None,
            "windows-1252 (declared in a meta tag)",
        ),
        (
            ACCENTS.encode("cp1252"), "a.txt", "text/plain; charset=iso-8859-1",
            "windows-1252 (declared by the server)",
        ),
        (b"{\\rtf1\\ansicpg1250 words}", "a.rtf", None, "windows-1250 (declared in the RTF)"),
    ],
    ids=["strict", "mark", "meta", "http", "rtf"],
)  # fmt: skip
def test_the_decision_on_the_encoding_is_kept_in_words(data, name, declared, words):
    fetched = Fetched(f"file:///{name}", data, name, declared)
    assert extract_document(fetched, LIMITS)[1].encoding == words


def test_html_gives_main_text_with_its_structure():
    blocks = read((DATA / "brief-es.html").read_bytes(), "brief-es.html").pages[0].blocks
    texts = [b.text for b in blocks if b.text.strip()]
    assert [b.text for b in blocks if b.heading_level] == [
        "Medir el bienestar en la escuela", "Qué preguntaron", "Qué aprendieron",
    ]  # fmt: skip
    assert "Pertenencia al grupo" in texts
    assert "Norte | 214" in texts
    assert not any("Inicio" in t or "derechos reservados" in t for t in texts)


def test_html_states_its_record():
    hints = read((DATA / "brief-es.html").read_bytes(), "brief-es.html").hints[0]
    assert (hints.title, hints.authors) == ("Medir el bienestar en la escuela", ("Lucía Pérez",))
    assert (hints.year, hints.published) == (2023, "2023-05-04")
    assert hints.url == "https://example.org/es/medir-el-bienestar"
    assert (hints.language, hints.doi) == ("es", "10.5555/red.2023.7")
    assert hints.publishers == ("Red de Aprendizaje",)


def test_a_section_of_a_site_of_news_is_not_the_site():
    page = (
        "<html><head><title>Schools visit each other | {tail}</title>"
        '<meta property="og:title" content="Schools visit each other">'
        '<meta property="og:site_name" content="{site}"></head>'
        "<body><article><h1>Schools visit each other</h1><p>{prose}</p></article></body></html>"
    )
    prose = "The schools that visit each other say what their teachers learn from it. " * 9
    for site, tail, named in (
        ("Economia", "O Jornal", ("O Jornal",)),
        ("Economia", "Economia", ()),
        ("Economia Solidária", "Economia", ("Economia Solidária",)),
    ):
        source = page.format(site=site, tail=tail, prose=prose)
        assert read(source.encode(), "a.html").hints[0].publishers == named


def test_html_nested_too_deeply_keeps_its_visible_text_and_is_partial():
    page = "<html><body><p>Head</p>" + "<div>" * 300 + f"<p>{ACCENTS}</p>" + "</div>" * 300
    found = read(page.encode(), "deep.html")
    assert any("élèves grandissent" in b.text for b in found.pages[0].blocks)
    assert found.lost


@pytest.mark.parametrize(
    "text",
    ["Please enable JavaScript.", "Página no encontrada", "We use cookies. Accept all cookies."],
)
def test_html_that_may_be_a_notice_is_doubted(text):
    found = read(f"<html><body><p>{text} {'word ' * 150}</p></body></html>".encode(), "a.html")
    assert "notice" in found.doubts[0]


def test_a_page_that_needs_javascript_is_refused_with_what_to_do():
    with pytest.raises(SourceRejected, match="print it from a browser as PDF"):
        read(b"<html><script>app()</script></html>", "a.html")


def test_html_over_its_limit_is_refused():
    with pytest.raises(SourceRejected) as refused:
        read(b"<html>" + b"x" * 2000, "a.html", Limits(max_html_bytes=1000))
    assert refused.value.code == "too-large"


def test_html_gives_the_same_whatever_came_before():
    page = (DATA / "brief-es.html").read_bytes()
    assert read(page, "a.html") == read(page, "a.html") == read(page, "a.html")


def test_front_matter_states_the_record():
    found = read((DATA / "digest.md").read_bytes(), "digest.md")
    hints = found.hints[0]
    assert (hints.id, hints.title) == (
        "school-feedback-digest",
        "Quick feedback to schools: a digest",
    )
    assert hints.authors == ("Ana Silva", "Tom Reed")
    assert (hints.publishers, hints.countries) == (("Learning Network",), ("Kenya", "Brazil"))
    assert (hints.year, hints.published, hints.digest) == (2021, "2021-06", True)
    assert found.remarks == ("Front matter key 'colour' was ignored.",)


def test_markdown_gives_words_without_marks():
    blocks = read((DATA / "digest.md").read_bytes(), "digest.md").pages[0].blocks
    assert [b.text for b in blocks if b.heading_level == 2] == [
        "What it found",
        "What to do with it",
    ]
    assert "within two weeks used them" in blocks[1].text
    assert "The study compared" in blocks[1].text
    assert "Kenya | 22" in [b.text for b in blocks]


@pytest.mark.parametrize(
    "line",
    [
        "year: soon", "year: true", "authors: 7", "authors: [1]", "id: ../../etc", "digest: maybe",
        "published: June", "title: [a]", "id: x", "unknown: 1", "2: 3",
    ],
)  # fmt: skip
def test_front_matter_of_the_wrong_type_is_ignored_with_a_remark(line):
    hints, remarks = front_matter(f"kind: report\n{line}\n")
    assert hints.kind == "report"
    assert len(remarks) == 1


@pytest.mark.parametrize("source", ["a: [", "- a list", "just text", "a: !!python/name:os.system"])
def test_front_matter_that_is_not_a_mapping_is_ignored_with_a_remark(source):
    assert len(front_matter(source)[1]) == 1


def test_plain_text_finds_its_title_and_headings():
    prose = "The network asked its members what they need and what they would share. " * 3
    found = read(
        f"Lessons from two years of sharing\n\n{prose}\nWhat we learned\n{prose}".encode(), "a.txt"
    )
    assert [(b.heading_level, b.text[:15]) for b in found.pages[0].blocks] == [
        (1, "Lessons from tw"), (None, "The network ask"), (2, "What we learned"),
        (None, "The network ask"),
    ]  # fmt: skip
    assert found.hints[0].title == "Lessons from two years of sharing"


def test_lines_of_a_wrapped_text_are_joined():
    text = (
        "The members of the network meet twice a year in order to com-\npare what they did and why "
        "it worked for them.\n\nThen they write it down."
    )
    blocks = read(text.encode(), "a.txt").pages[0].blocks
    assert [b.text for b in blocks] == [
        "The members of the network meet twice a year in order to compare what they did and why it "
        "worked for them.",
        "Then they write it down.",
    ]


@pytest.mark.parametrize(
    ("copied", "lines"),
    [
        ("We call **networks (ELNs)** so.", ["We call networks (ELNs) so."]),
        ('Peers\t<ul style="a: b"> » Coaching » Visits', ["Peers", "» Coaching » Visits"]),
        ("One<br/>two <a href='x'>three</a>, H<sub>2</sub>O.", ["One", "two three, H2O."]),
        ("If a <b and c> d, 2**3**4: ** is a star.", ["If a <b and c> d, 2**3**4: ** is a star."]),
    ],
)  # fmt: skip
def test_marks_that_were_copied_with_a_text_are_not_part_of_it(copied, lines):
    source = f"A title of its own\n\n{copied}\n\nThe end.\n"
    blocks = read(source.encode(), "a.txt").pages[0].blocks
    assert [block.text for block in blocks] == ["A title of its own", *lines, "The end."]


def test_any_fault_of_a_library_becomes_a_refusal(monkeypatch):
    monkeypatch.setattr("ingest.extract.text.blocks_of", lambda _: 1 / 0)
    with pytest.raises(SourceRejected) as refused:
        read(b"words", "a.txt")
    assert refused.value.code == "unreadable"
    assert "ZeroDivisionError" in refused.value.reason
