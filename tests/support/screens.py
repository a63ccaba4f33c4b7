"""Takes the pictures of the pages that the documentation shows: ``make screens``.

The starter corpus is taken in to a temporary folder and served with the real model. A picture is
1280 pixels wide, cut to the part that matters, and reduced to few colours to stay small.
"""

from __future__ import annotations

import io
import tempfile
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
    from playwright.sync_api import Page

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


def main() -> None:
    """Write every picture to ``docs/screens``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        done = salex_afresh(Path(scratch), "init", "--starter")
        assert done.returncode == 0, done.stderr
        settings = Settings(data_folder=Path(scratch) / "data")
        key = _curator_key(settings)
        with listening(create_app(settings)) as address, launched() as browser:
            for name, (path, height) in PICTURES.items():
                size = {"width": WIDTH, "height": height}
                page = browser.new_context(base_url=address, viewport=size).new_page()
                if name == "review":
                    sign_in(page, key)
                _take(page, path, FOLDER / f"{name}.png")


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
