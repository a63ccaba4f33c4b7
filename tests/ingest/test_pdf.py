"""PDF: pages, headings, what is refused, and what a damaged page costs."""

from __future__ import annotations

import io
import itertools
import logging
import time
from collections.abc import Callable, Sequence

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document, layout
from ingest.extract import headings as pdf_headings
from ingest.model import Extracted, Fetched, Limits

PROSE = (
    "Schools that measure wellbeing twice a year see more of what their pupils need, and",
    "their teachers change lessons sooner. The network compared forty schools in six countries",
    "over two years and found that short questionnaires, returned within two weeks, were used.",
)

VERBS = ("reads", "counts", "sings", "plans", "plays")

Line = tuple[float, str, str]
"""Size in points, font (``F`` regular, ``B`` bold), text."""


def prose(*more: str) -> list[Line]:
    return [(11, "F", line) for line in (*PROSE, *more)]


def body(word: str) -> list[Line]:
    """Five lines that no other word gives."""
    return [(11, "F", f"The {word} school {does} with its {word} class.") for does in VERBS]


def content_of(lines: Sequence[Line]) -> bytes:
    """Draw one line of text under the other."""
    parts, y = [], 780.0
    for size, font, text in lines:
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"BT /{font} {size} Tf 60 {y:.0f} Td ({escaped}) Tj ET\n".encode("cp1252"))
        y -= size * 1.4
    return b"".join(parts)


def make_pdf(
    pages: Sequence[Sequence[Line]],
    info: str = "",
    *,
    image: bool = False,
    draw: Callable[[Sequence[Line]], bytes] = content_of,
) -> bytes:
    """Write a small PDF by hand, with a picture on each page if asked."""
    count = len(pages)
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(count))
    drawn = "/XObject << /Im 6 0 R >>" if image else ""
    resources = f"<< /Font << /F 3 0 R /B 4 0 R >> {drawn} >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold"
        b" /Encoding /WinAnsiEncoding >>",
        5: f"<< {info} >>".encode("latin-1"),
        6: b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
        b" /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream",
    }
    for i, lines in enumerate(pages):
        content = draw(lines) + (b"q 500 0 0 700 50 50 cm /Im Do Q\n" if image else b"")
        objects[10 + 2 * i] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources}"
            f" /Contents {11 + 2 * i} 0 R >>"
        ).encode()
        objects[11 + 2 * i] = b"<< /Length %d >>\nstream\n%sendstream" % (len(content), content)
    return file_of(objects)


def file_of(objects: dict[int, bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        place = places.get(number)
        out += b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n" % size
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def encrypted(data: bytes, password: str, owner: str | None = None) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


LIMITS = Limits()


def read(data: bytes, limits: Limits = LIMITS) -> Extracted:
    return extract_document(Fetched("file:///report.pdf", data, "report.pdf"), limits)[1]


def texts(extracted: Extracted) -> list[list[str]]:
    return [[b.text for b in page.blocks] for page in extracted.pages]


def test_each_page_keeps_its_own_text():
    found = read(make_pdf([prose("First page here."), prose("Second page here.")]))
    assert [p.number for p in found.pages] == [1, 2]
    assert "First page here." in texts(found)[0][0]
    assert "Second page here." in texts(found)[1][0]


def test_lines_of_a_paragraph_are_joined_and_torn_words_mended():
    lines = [
        "The question of assess-",
        "ment was raised in long-term work and long-",
        "term plans.",
    ]
    found = read(make_pdf([[(11, "F", line) for line in lines] + prose()]))
    assert "of assessment was raised in long-term work and long-term plans." in texts(found)[0][0]


def test_running_heads_and_page_numbers_are_removed():
    pages = [
        [(9, "F", "Learning Network Report 2021"), *body(word), (9, "F", str(number))]
        for number, word in enumerate(("oak", "ash", "elm", "fir"), start=7)
    ]
    joined = " ".join(t for page in texts(read(make_pdf(pages))) for t in page)
    assert "Network Report" not in joined
    assert "The elm school" in joined
    assert " 8" not in joined


def test_pages_that_all_read_alike_are_kept():
    assert len(texts(read(make_pdf([prose()] * 4)))[3]) == 1


def test_large_and_bold_lines_are_headings():
    pages = [[(16, "B", "Methods of the study"), *prose()], [(16, "B", "Results"), *prose()]]
    found = read(make_pdf(pages))
    assert [(b.text, b.heading_level) for p in found.pages for b in p.blocks[:1]] == [
        ("Methods of the study", 1),
        ("Results", 1),
    ]


def test_titles_of_the_outline_are_headings():
    from pypdf import PdfReader, PdfWriter

    data = make_pdf([[(11, "F", "2.1 Search strategy"), *prose()]])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_outline_item(title="Search strategy", page_number=0)
    out = io.BytesIO()
    writer.write(out)
    first = read(out.getvalue()).pages[0].blocks[0]
    assert (first.text, first.heading_level) == ("2.1 Search strategy", 1)


def test_information_of_any_type_is_read_as_text():
    found = read(make_pdf([prose()], "/Title (Better schools) /Author [1 2] /Subject 7"))
    assert found.hints[0].title == "Better schools"
    assert found.hints[0].authors == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "empty", id="no-bytes"),
        pytest.param(make_pdf([]), "empty", id="no-pages"),
        pytest.param(encrypted(make_pdf([prose()]), "secret"), "password", id="encrypted"),
        pytest.param(make_pdf([prose()] * 9)[:2500], "truncated", id="cut-off"),
        pytest.param(make_pdf([[]], image=True), "no-text-layer", id="scanned"),
        pytest.param(make_pdf([[(9, "F", "Stamp 17")]] * 3, image=True), "no-text-layer", id="st"),
        pytest.param(b"%PDF-1.4 nothing of use %%EOF", "unreadable", id="damaged"),
        pytest.param(b"\x00\x01\x02\x03" * 99, "unreadable", id="not-a-pdf"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_code(data, code):
    with pytest.raises(SourceRejected) as refused:
        read(data)
    assert refused.value.code == code
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(max_file_bytes=500), "too-large"), (Limits(max_pages=1), "too-many-pages")],
)
def test_a_file_over_a_limit_is_refused(limits, code):
    with pytest.raises(SourceRejected) as refused:
        read(make_pdf([prose(), prose()]), limits)
    assert refused.value.code == code


def test_a_file_that_opens_with_an_empty_password_is_read():
    found = read(encrypted(make_pdf([prose()]), "", "owner"))
    assert "wellbeing twice a year" in texts(found)[0][0]


def test_a_short_notice_without_images_is_not_a_scan():
    assert texts(read(make_pdf([[(11, "F", "The meeting is moved to Friday.")]])))


def test_one_bad_page_does_not_lose_the_others(monkeypatch):
    import pypdf

    whole = pypdf.PageObject.extract_text

    def fails_on_two(page, *args, **kwargs):
        if page.page_number == 1:
            raise AssertionError("damaged")
        return whole(page, *args, **kwargs)

    monkeypatch.setattr(pypdf.PageObject, "extract_text", fails_on_two)
    found = read(make_pdf([prose("One."), prose("Two."), prose("Three.")]))
    assert [bool(p.blocks) for p in found.pages] == [True, False, True]
    assert found.lost == ("Could not read page 2 (AssertionError).",)


def test_a_page_whose_text_does_not_come_out_is_said_to_be_lost(monkeypatch):
    import pypdf

    whole = pypdf.PageObject.extract_text
    monkeypatch.setattr(
        pypdf.PageObject,
        "extract_text",
        lambda page, *a, **kw: "" if page.page_number in (1, 2) else whole(page, *a, **kw),
    )
    found = read(make_pdf([prose("One."), prose("Two."), prose("Three."), prose("Four.")]))
    assert found.lost == (
        "Text is drawn, but none could be extracted, on pages 2-3 (OCR may find it).",
    )


def test_a_blank_page_is_no_loss():
    found = read(make_pdf([prose("One."), [(11, "F", "   ")], [], prose("Two.")]))
    assert found.lost == found.doubts == ()


def test_pages_of_images_alone_are_lost_when_they_are_many():
    found = read(make_pdf([prose("One."), [], [], prose("Two.")], image=True))
    assert found.lost == ("Only images, no text, on pages 2-3 (OCR may find more).",)


def test_one_page_of_images_is_a_plate():
    found = read(make_pdf([prose("One."), [], prose("Two.")], image=True))
    assert found.lost == ()
    assert found.remarks == ("Only images, no text, on page 2 (OCR may find more).",)


def test_text_that_a_limit_cuts_is_said_to_be_lost():
    found = read(make_pdf([prose(), prose()]), Limits(max_chars=100))
    assert found.lost == ("Page 2 of 2 was left out: the text limit was reached.",)


def test_only_its_own_work_counts_towards_the_time_of_a_document(monkeypatch):
    monkeypatch.setattr(time, "monotonic", itertools.count(step=50.0).__next__)
    assert read(make_pdf([prose(), prose()])).lost == ()
    monkeypatch.setattr(time, "thread_time", itertools.count(step=50.0).__next__)
    late = read(make_pdf([prose(), prose(), prose()]))
    assert late.lost == ("Pages 2-3 of 3 were left out: the time limit was reached.",)


def test_a_page_over_its_limit_is_cut_and_said_to_be():
    found = read(make_pdf([prose()]), Limits(max_chars_per_page=60))
    assert len(texts(found)[0][0]) <= 60
    assert found.lost == ("Page 1 was cut at 60 characters.",)


def test_faults_are_told_in_plain_words_and_not_printed(caplog):
    damaged = make_pdf([prose()]).replace(b"startxref\n", b"startxref\n9")
    with caplog.at_level(logging.WARNING):
        found = read(damaged)
    assert not caplog.records
    assert found.remarks == (
        "The file is damaged inside; if words are missing, create the PDF again.",
    )


def test_what_pypdf_would_like_to_have_installed_is_nothing_to_tell_a_reader():
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    writer = PdfWriter(PdfReader(io.BytesIO(make_pdf([prose()]))))
    program = StreamObject()
    program.set_data(b"letters")
    program[NameObject("/Subtype")] = NameObject("/Type1C")
    descriptor = DictionaryObject({NameObject("/FontFile3"): writer._add_object(program)})
    font = writer.pages[0]["/Resources"]["/Font"]["/F"]
    font[NameObject("/FontDescriptor")] = descriptor
    written = io.BytesIO()
    writer.write(written)
    found = read(written.getvalue())
    assert (found.remarks, found.lost) == ((), ())
    assert PROSE[0] in texts(found)[0][0]


def test_a_caption_stands_apart_from_the_paragraph_before_it():
    lines = [*prose(), (11, "F", "Table 2. Schools that took part"), (9, "F", "School Pupils")]
    assert texts(read(make_pdf([lines])))[0][1:] == [
        "Table 2. Schools that took part",
        "School Pupils",
    ]


def test_a_note_does_not_interrupt_the_sentence_it_stands_in():
    note = (8, "F", "1 See the report of the network, which was written by those who took part.")
    rest = (11, "F", "whatever their size, in schools that had asked for them.")
    (page,) = texts(read(make_pdf([[*prose("They were used by all"), note, rest]])))
    assert page[0].endswith(
        "They were used by all whatever their size, in schools that had asked for them."
    )
    assert page[1:] == [note[2]]


def test_a_sentence_runs_on_over_the_notes_at_the_foot_of_a_page():
    note = (8, "F", "1 See the report of the network, which was written by those who took part.")
    table = (8, "F", "Table 1. Schools that took part")
    rest = (11, "F", "whatever their size, in schools that had asked for them.")
    first, second = texts(
        read(make_pdf([[*prose("They were used by all"), note], [table, rest, *body("oak")]]))
    )
    assert (first[0], first[1][-12:]) == (note[2], " used by all")
    assert second[0].startswith(rest[2])
    assert table[2] in second


def test_a_sentence_that_is_interrupted_again_and_again_is_joined_in_linear_time():
    lines = [
        pdf_headings.Line("a" * 60, (size, False), (size, False))
        for _ in range(4_000)
        for size in (11.0, 8.0)
    ]
    started = time.perf_counter()
    (page,) = layout.pages_of([lines], {})
    assert time.perf_counter() - started < 10
    assert len(page.blocks[0].text) == 4_000 * 61 - 1
