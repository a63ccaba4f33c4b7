"""An OAI-PMH repository on the loopback, and the records it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.ingest.test_sources import Site

SCHEMA = "http://www.openarchives.org/OAI/2.0/"
TOPICS = ("reading", "counting", "teaching", "measuring", "playing")


@dataclass(frozen=True)
class Held:
    """One record of the repository."""

    number: int
    datestamp: str
    group: str = "reports"
    title: str = ""
    deleted: bool = False

    @property
    def identifier(self) -> str:
        return f"oai:repo.example.org:{self.number}"

    def header(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        return (
            f"<header{status}><identifier>{self.identifier}</identifier>"
            f"<datestamp>{self.datestamp}</datestamp><setSpec>{self.group}</setSpec></header>"
        )

    def xml(self) -> str:
        topic = TOPICS[self.number % len(TOPICS)]
        words = f"Pupils who are {topic} in school {self.number} learn in their own way. " * 3
        title = escape(self.title or f"Report {self.number} on {topic} & learning")
        metadata = (
            ""
            if self.deleted
            else f"""
          <metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
            xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:title>{title}</dc:title><dc:creator>Lee, Ann</dc:creator>
            <dc:creator>World Bank</dc:creator><dc:date>2024-05-01T10:00:00Z</dc:date>
            <dc:date>2021</dc:date><dc:type>Working Paper</dc:type>
            <dc:description>{escape(words)}</dc:description><dc:language>en</dc:language>
            <dc:identifier>https://repo.example.org/{self.number}</dc:identifier>
            <dc:identifier>https://doi.org/10.1000/r{self.number}</dc:identifier>
            <dc:rights>CC BY 4.0</dc:rights></oai_dc:dc></metadata>"""
        )
        return f"<record>{self.header()}{metadata}</record>"


class Repository:
    """An OAI-PMH 2.0 data provider: all six verbs, sets, windows, tokens and errors."""

    def __init__(self, site: Site, records: int = 7) -> None:
        self.held = [
            Held(n, f"2026-01-{n + 1:02d}", "reports" if n % 2 else "briefs")
            for n in range(records)
        ]
        self.granularity = "YYYY-MM-DD"
        self.page = 3
        self.known_tokens = True
        self.broken_after: int | None = None
        self.lists = 0
        self.asked: list[dict[str, str]] = []
        site.answers["/oai"] = self.answer
        self.url = site.url("/oai")

    def answer(self, handler: Any) -> tuple[int, dict[str, str], bytes]:
        query = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(query)
        verb = query.get("verb", "")
        if verb == "ListRecords" and self.broken_after is not None:
            if self.lists >= self.broken_after:
                return 500, {}, b"out of order"
            self.lists += 1
        known = {
            "Identify": self.identify, "ListMetadataFormats": self.formats,
            "ListSets": self.sets, "GetRecord": self.one,
            "ListRecords": self.listed, "ListIdentifiers": self.listed,
        }  # fmt: skip
        body = known[verb](query) if verb in known else self.error("badVerb")
        if not body.startswith("<error"):
            body = f"<{verb}>{body}</{verb}>"
        return 200, {"Content-Type": "text/xml; charset=utf-8"}, (
            f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="{SCHEMA}">'
            f"<responseDate>2026-02-01T00:00:00Z</responseDate><request>{self.url}</request>"
            f"{body}</OAI-PMH>"
        ).encode()  # fmt: skip

    def error(self, code: str) -> str:
        return f'<error code="{code}">{code} happened</error>'

    def identify(self, _: dict[str, str]) -> str:
        return (
            f"<repositoryName>Test</repositoryName><baseURL>{self.url}</baseURL>"
            "<protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail>"
            "<earliestDatestamp>2026-01-01</earliestDatestamp>"
            "<deletedRecord>persistent</deletedRecord>"
            f"<granularity>{self.granularity}</granularity>"
        )

    def formats(self, _: dict[str, str]) -> str:
        return (
            "<metadataFormat><metadataPrefix>oai_dc</metadataPrefix>"
            "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
            "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace>"
            "</metadataFormat>"
        )

    def sets(self, _: dict[str, str]) -> str:
        names = ("briefs", "reports")
        return "".join(f"<set><setSpec>{n}</setSpec><setName>{n}</setName></set>" for n in names)

    def one(self, query: dict[str, str]) -> str:
        matches = [h for h in self.held if h.identifier == query.get("identifier")]
        return matches[0].xml() if matches else self.error("idDoesNotExist")

    def listed(self, query: dict[str, str]) -> str:
        start, window = 0, {k: query.get(k, "") for k in ("set", "from", "until")}
        if "resumptionToken" in query:
            parts = query["resumptionToken"].split("|")
            if not self.known_tokens or len(parts) != 4:
                return self.error("badResumptionToken")
            start, window = int(parts[0]), dict(zip(window, parts[1:], strict=True))
        elif query.get("metadataPrefix") != "oai_dc":
            return self.error("cannotDisseminateFormat")
        sizes = {len(window[day]) for day in ("from", "until") if window[day]}
        if len(sizes) > 1 or not sizes <= {10, len(self.granularity)}:
            return self.error("badArgument")
        matches = [
            h for h in self.held
            if window["set"] in ("", h.group)
            and (window["from"] or "0") <= h.datestamp <= (window["until"] or "9")
        ]  # fmt: skip
        if not matches:
            return self.error("noRecordsMatch")
        end = start + self.page
        token = "|".join((str(end), *window.values())) if end < len(matches) else ""
        shown = "".join(
            h.xml() if query["verb"] == "ListRecords" else h.header() for h in matches[start:end]
        )
        if start or token:
            size = f'completeListSize="{len(matches)}"'
            shown += f"<resumptionToken {size}>{token}</resumptionToken>"
        return shown
