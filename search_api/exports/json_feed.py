"""Feeds in JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any, Final

from search_api.exports.atom import Entry, Feed

MEDIA_TYPE: Final = "application/feed+json"


def write_feed(feed: Feed) -> bytes:
    """Return a feed as a JSON Feed in UTF-8."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": feed.subtitle,
        "language": "en",
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
    }
    if entry.authors:
        item["authors"] = [{"name": name} for name in entry.authors]
    if entry.language:
        item["language"] = entry.language
    return item
