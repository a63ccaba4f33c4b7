"""What a robots.txt allows, as RFC 9309 reads it."""

from __future__ import annotations

import pytest

from ingest.sources.robots import AGENT, read_rules

HOST = "https://example.org"


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Allow: /\nDisallow: /private/", "/private/a", False),
        ("Allow: /\nDisallow: /private/", "/open", True),
        ("Disallow: /private/\nAllow: /private/report", "/private/report.pdf", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/papers/a.pdf", False),
        ("Disallow: /*.pdf$", "/papers/a.pdf?page=2", True),
        ("Disallow: /*?session=", "/papers?session=4", False),
        ("Disallow: /résumé", "/r%C3%A9sum%C3%A9", False),
        ("Disallow:", "/a", True),
    ],
    ids=[
        "the longest rule counts, not the first",
        "a short rule holds elsewhere",
        "an exception in a closed folder",
        "allow wins a tie",
        "a suffix",
        "a suffix is the end of the address",
        "a parameter",
        "an encoded letter",
        "an empty rule",
    ],
)
def test_rules_are_read_as_the_rfc_says(rules, path, allowed):
    assert read_rules(f"User-agent: *\n{rules}\n".encode()).allows(HOST + path) is allowed


def test_a_group_that_names_us_replaces_the_group_for_all_programs():
    named = f"User-agent: *\nDisallow: /\n\nUser-agent: {AGENT.title()}\nDisallow: /private/"
    assert read_rules(named.encode()).allows(f"{HOST}/open")
    assert not read_rules(named.encode()).allows(f"{HOST}/private/a")


@pytest.mark.parametrize(
    ("delay", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-1", 0.0), ("soon", 0.0), ("inf", 0.0)]
)
def test_the_delay_a_host_asks_for_is_a_number_of_seconds(delay, seconds):
    assert read_rules(f"User-agent: *\nCrawl-delay: {delay}\n".encode()).delay_s == seconds
