"""Takes the pictures of the pages that the documentation shows: ``make screens``.

The starter corpus is taken in to a temporary folder and served with the real model. A picture is
1280 pixels wide, cut to the part that matters, and reduced to few colours to stay small.

``make screens LOOK=folder`` puts pictures to look at into a folder instead: more pages, whole, wide
and narrow, light and dark.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from corpus.catalogue.catalogue import connect
from corpus.people.actors import Actor
from corpus.people.credentials import add_key
from corpus.people.people import add_person
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.support.browsing import launched, sign_in
from tests.support.commands import salex_afresh
from tests.support.served import listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
WIDTH = 1280
COLOURS = 64
PICTURES = {
    "results": ("/search?q=what+works+on+wellbeing+measurement", 900),
    "document": ("/documents/ggs-measuring-wellbeing-blog", 1000),
    "list": ("/lists/salex-resources", 900),
    "menu": ("/menu", 900),
    "checklist": ("/checklist", 900),
    "review": ("/review?kind=tag", 900),
}
"""Name of the picture -> address of the page, and the height that is shown, in pixels."""
PAGES = {
    "home": "/",
    "results": PICTURES["results"][0],
    "document": PICTURES["document"][0],
    "documents": "/documents",
    "brief": "/brief?q=what+works+on+wellbeing+measurement",
    "map": "/map",
    "timeline": "/map/timeline",
    "countries": "/map/countries",
    "meaning": "/map/meaning",
    "missing": "/map/missing",
    "list": PICTURES["list"][0],
    "menu": "/menu",
    "checklist": "/checklist",
    "review": PICTURES["review"][0],
    "take-in": "/take-in",
    "edit": f"{PICTURES['list'][0]}/edit",
}
"""Name -> address of the pages to look at."""
FOR_CURATORS = ("review", "take-in", "edit")


def main() -> None:
    """Write every picture to ``docs/screens``, or those to look at to the folder that is named."""
    with _served() as (address, key), launched() as browser:
        if sys.argv[1:]:
            _take_all(browser, address, key, Path(sys.argv[1]))
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, (path, height) in PICTURES.items():
            size = {"width": WIDTH, "height": height}
            page = browser.new_context(base_url=address, viewport=size).new_page()
            if name in FOR_CURATORS:
                sign_in(page, key)
            _take(page, path, FOLDER / f"{name}.png")


def _take_all(browser: Browser, address: str, key: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for width in (WIDTH, 375):
        for scheme in ("light", "dark"):
            reader, curator = (
                browser.new_context(
                    base_url=address,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                ).new_page()
                for _ in range(2)
            )
            sign_in(curator, key)
            for name, path in PAGES.items():
                page = curator if name in FOR_CURATORS else reader
                page.goto(path, wait_until="networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


@contextmanager
def _served() -> Iterator[tuple[str, str]]:
    """Serve the starter corpus; yield the address and a curator's key."""
    with tempfile.TemporaryDirectory() as scratch:
        done = salex_afresh(Path(scratch), "init", "--starter")
        assert done.returncode == 0, done.stderr
        settings = Settings(data_folder=Path(scratch) / "data")
        key = _curator_key(settings)
        with listening(create_app(settings)) as address:
            yield address, key


def _curator_key(settings: Settings) -> str:
    command_line = Actor("command line", "admin")
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        ana = add_person(catalogue, command_line, "Ana Silva", "curator")
        return add_key(
            catalogue, command_line, ana, label="Pictures", role="curator", expires_at=None
        )[1]


def _take(page: Page, path: str, target: Path) -> None:
    page.goto(path, wait_until="networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.name}  {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
