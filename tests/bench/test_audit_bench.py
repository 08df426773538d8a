"""`sampan bench audit` rebuilds what it says."""

from __future__ import annotations

import jsonschema

from sampan.bench import audit
from sampan.cli import schema


def test_pledges_are_rebuilt_and_told(sampan_command) -> None:
    ran = sampan_command("bench", "audit", "--bills", "5", "--bills", "20", "--json")

    assert ran.code == 0
    jsonschema.Draft202012Validator(schema.load("sampan.bench-audit/1")).validate(ran.document)
    assert [row["bills"] for row in ran.document["rebuilt"]] == [5, 20]


def test_each_bill_adds_the_same_events() -> None:
    small, large = (len(audit.pledges(bills)) for bills in (10, 20))
    assert large - small == len(audit.pledges(30)) - large
