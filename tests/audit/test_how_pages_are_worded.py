"""Pages of bills and loans: words as people write them, times with their zone, whatever subject draws the table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from support import audited_loans, paid, reported
from support.audits import audit_of

from sampan.audit.page import page
from sampan.audit.report import Report
from sampan.cli import schema

LEDGERS = {
    "loans": lambda: audited_loans.LEDGER,
    "sales": lambda: paid.played()[0],
    "cargo": lambda: reported.reported()[0],
}
MADE = dict.fromkeys(("ledger", "release", "genesis_hash", "block_hash", "history_digest"), "0x00")
TIME = re.compile(r"\d{4}-\d\d-\d\d(?:</span>)? \d\d:\d\d(?::\d\d)?(?!:| ?UTC)")
"""A time, of which no zone is told behind it."""


@pytest.fixture(scope="module", params=LEDGERS)
def bodies(request: pytest.FixtureRequest) -> list[str]:
    """Every page of a ledger, without its head."""
    ledger = LEDGERS[request.param]()
    report = Report("model", 1, 0, len(ledger.log), {**MADE, "checks": []}, audit_of(ledger), ())
    lives = [(name, key) for name in ("bills", "loans") for key in report.lives[name]]
    written = [page(report.life(*each)).partition("<body>")[2] for each in lives]
    drawn = {"loans": "default after", "sales": "sold for", "cargo": "What was said of its cargo"}
    assert any(drawn[request.param] in body for body in written)
    return written


@pytest.mark.slow
def test_no_page_has_the_hyphens_of_json_in_its_words(bodies: list[str]) -> None:
    words = set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', json.dumps(schema.load("sampan.life/1"))))
    assert {"pending-delivery", "to-order", "on-trust", "seal-removed"} <= words
    hyphens = re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])")
    for body in bodies:
        assert not [text for text in re.findall(r">([^<>]+)<", body) if hyphens.search(text)]


@pytest.mark.slow
def test_every_time_of_a_page_has_its_zone_beside_it_or_over_its_column(bodies: list[str]) -> None:
    for body in bodies:
        assert not [cell for head, cell in _cells(body) if TIME.search(cell) and "UTC" not in head]
        assert not TIME.search(re.sub("<table>.*?</table>", "", body))


def _cells(body: str) -> Iterator[tuple[str, str]]:
    """Heading and content of each cell."""
    for cell in re.finditer(r'<t[dh](?: data-head="([^"]*)")?>(.*?)</t[dh]>', body):
        yield cell[1] or "", cell[2]
