"""OCR: what is read where the programs are, and what is said where they are not."""

from __future__ import annotations

import io
import subprocess

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document, ocr
from ingest.extract.ocr import OcrPage, OcrResult, page_of
from ingest.model import Extracted, Fetched, Limits
from tests.ingest.test_pdf import make_pdf, prose

OCR = Limits(ocr=True)
TEXT = "Pupils learn more when schools listen"
needs_programs = pytest.mark.skipif(
    bool(ocr.missing_programs()), reason="pdftoppm and tesseract are not both installed"
)


def scan(lines: list[str], pages: int = 1) -> bytes:
    """Return a PDF whose pages are pictures of ``lines``, without a text layer."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1700, 900), 255)
    font = ImageFont.load_default(size=64)
    for i, line in enumerate(lines):
        ImageDraw.Draw(image).text((90, 90 + 110 * i), line, 0, font=font)
    out = io.BytesIO()
    image.save(out, "PDF", save_all=True, append_images=[image] * (pages - 1), resolution=200)
    return out.getvalue()


def mixed(lines: list[str]) -> bytes:
    """Return a PDF of one page with text and one scanned page."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.append(io.BytesIO(make_pdf([prose("A page with text.")])))
    writer.append(io.BytesIO(scan(lines)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def read(data: bytes, limits: Limits = OCR) -> Extracted:
    return extract_document(Fetched("file:///scan.pdf", data, "scan.pdf"), limits)[1]


def stub(monkeypatch, result: OcrResult) -> list[list[int]]:
    asked: list[list[int]] = []
    monkeypatch.setattr(ocr, "missing_programs", list)
    monkeypatch.setattr(
        ocr, "read_pages", lambda _, numbers, __: asked.append(list(numbers)) or result
    )
    return asked


@needs_programs
def test_a_scan_is_read_page_by_page_with_its_confidence():
    found = read(scan([TEXT, "and answer within two weeks."], pages=2))
    assert [p.number for p in found.pages] == [1, 2]
    assert TEXT in found.pages[1].blocks[0].text
    assert found.remarks[0].startswith("Read by OCR (eng), mean confidence 9")
    assert found.remarks[0].endswith("%: pages 1-2.")


@needs_programs
def test_only_the_pages_without_text_are_read_by_ocr():
    found = read(mixed([TEXT]))
    assert "A page with text." in found.pages[0].blocks[0].text
    assert TEXT in found.pages[1].blocks[0].text
    assert found.remarks[0].endswith("%: page 2.")
    assert found.lost == ()


@needs_programs
def test_a_scan_without_a_word_stays_refused():
    with pytest.raises(SourceRejected) as refused:
        read(scan([]))
    assert refused.value.code == "no-text-layer"
    assert "OCR found no word" in refused.value.reason


@needs_programs
def test_pages_that_time_does_not_allow_are_said_to_be_lost():
    found = ocr.read_pages(scan([TEXT]), [1], Limits(ocr=True, ocr_seconds=0))
    assert (found.unread, found.why) == ((1,), "time limit reached")


def test_without_ocr_the_refusal_says_how_to_ask_for_it(monkeypatch):
    monkeypatch.setattr(ocr, "missing_programs", list)
    with pytest.raises(SourceRejected, match="--ocr") as refused:
        read(make_pdf([[]], image=True), Limits())
    assert "install" not in refused.value.reason


@pytest.mark.parametrize("asked", [True, False])
def test_the_refusal_names_the_missing_program(monkeypatch, asked):
    monkeypatch.setattr(ocr, "missing_programs", lambda: ["tesseract"])
    with pytest.raises(SourceRejected, match="package tesseract-ocr") as refused:
        read(make_pdf([[]], image=True), Limits(ocr=asked))
    assert refused.value.code == "no-text-layer"
    assert "poppler" not in refused.value.reason


def test_low_confidence_is_a_doubt(monkeypatch):
    stub(monkeypatch, OcrResult({1: OcrPage((TEXT, "", TEXT), 61.2)}, (), None, "eng"))
    found = read(make_pdf([[]], image=True))
    assert found.doubts == ("OCR is unsure of page 1 (1: 61 %): compare them with the original.",)


def test_pages_that_ocr_failed_on_are_lost(monkeypatch):
    asked = stub(monkeypatch, OcrResult({1: OcrPage((TEXT,), 95)}, (2,), "OSError: x", "eng"))
    found = read(make_pdf([[], []], image=True))
    assert asked == [[1, 2]]
    assert "OCR did not read page 2 (OSError: x)." in found.lost


def test_a_text_layer_with_no_empty_page_is_not_read_by_ocr(monkeypatch):
    asked = stub(monkeypatch, OcrResult({}, (), None, "eng"))
    read(make_pdf([prose(), prose()], image=True))
    assert asked == []


def test_a_program_that_fails_or_hangs_costs_its_page_alone(monkeypatch):
    def run(command, *_, **__):
        number = command[command.index("-f") + 1] if "-f" in command else "0"
        if number == "1":
            raise subprocess.TimeoutExpired(command, 60)
        if number == "2":
            raise subprocess.CalledProcessError(1, command, stderr=b"Syntax Error\nbad page")
        return subprocess.CompletedProcess(command, 0, TSV.encode())

    monkeypatch.setattr(subprocess, "run", run)
    found = ocr.read_pages(b"", [1, 2, 3], OCR)
    assert list(found.pages) == [3]
    assert (found.unread, found.why) == ((1, 2), "time limit reached")


TSV = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n"
    "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90\tSchools\n"
    '5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t60\t"ask\n'
    "5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t90\tpupils\n"
    "5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t90\tAgain\n"
)


def test_words_become_lines_and_paragraphs():
    page = page_of(TSV)
    assert page.lines == ('Schools "ask', "pupils", "", "Again")
    assert page.confidence == pytest.approx((7 * 90 + 4 * 60 + 6 * 90 + 5 * 90) / 22)
