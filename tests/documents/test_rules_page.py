"""docs/documents.md: every rule of documents with its weight and source, and what became of each check of DCSA's kit.

`python tests/documents/test_rules_page.py` writes the page's tables anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from sampan.documents.rules import RULES, Severity, Stage
from sampan.documents.rules.structure import STRUCTURE_RULES, UNKNOWN, UNKNOWN_SEVERITIES

PAGE = Path(__file__).parents[2] / "docs" / "documents.md"
STAGES = (Stage.DRAFT, Stage.ISSUED, Stage.EBL)

MESSAGE = "of the message around the document"
INSTRUCTIONS = "of shipping instructions"
SCENARIO = "of a run of the kit: the answer must be that to what was asked"

# What the kit's EblChecks ask (dcsaorg/Conformance-Gateway), in the kit's order: the rules here, or why there is none.
KIT: tuple[tuple[str, tuple[str, ...] | str], ...] = (
    ("at most one original of an electronic bill", ("one-electronic-original",)),
    ("no copies of an electronic bill", ("no-copies-of-ebl",)),
    ("no originals of a sea waybill", ("originals-of-bol",)),
    ("the status is a known one", ("status-known",)),
    ("a date of issue once issued", ("issue-date",)),
    ("exactly one of the two dates", ("one-date", "date-given")),
    ("declared value and currency together", ("declared-value-currency",)),
    ("no rider pages of an electronic document", ("rider-pages-on-paper",)),
    ("FCL or LCL at both ends", ("cargo-movement",)),
    ("a place of receipt where the carrier does the pre-carriage", ("place-of-receipt-given",)),
    ("a place of delivery where the carrier does the on-carriage", ("place-of-delivery-given",)),
    ("a known mode of pre-carriage and on-carriage", ("carriage-mode",)),
    ("a known role of a vessel", ("vessel-role",)),
    ("each party has an address, address lines or a code", ("party-identified", "on-behalf-of-shipper")),
    ("a consignee and no endorsee unless to order", ("consignee-of-straight", "endorsee-of-order")),
    ("no consignee of a document to order", ("ebl-consignee-of-order",)),
    ("never consignee and endorsee", ("consignee-or-endorsee",)),
    ("a notify party when to order", ("notify-party-of-order",)),
    ("a known function of other parties", ("party-function",)),
    ("a known type of person", ("type-of-person",)),
    ("a known eBL platform", ("ebl-platform",)),
    ("a known provider of codes", ("code-list-provider",)),
    ("a known type of references", ("reference-type",)),
    ("a known type of national commodity codes", ("commodity-code-type",)),
    ("a packaging code of dangerous goods", ("dangerous-packaging-code",)),
    ("a known declaration of wood", ("wood-declaration",)),
    ("segregation groups from 1 to 18", ("segregation-group",)),
    ("inhalation zones from A to D", ("inhalation-zone-known",)),
    ("inner packagings are at least one", ("inner-packaging-quantity",)),
    ("no settings of a reefer that does not work", ("reefer-settings",)),
    ("temperature and its unit together, air exchange and its unit", ("reefer-units",)),
    ("weights of three decimals, volumes of four", ("measure-decimals",)),
    ("severity and code of feedbacks", MESSAGE),
    ("a sea waybill is not to order, only a bill is", ("swb-not-to-order",)),
    ("a reefer's code goes with the statement whether it works", ("reefer-statement", "reefer-only", "reefer-shown")),
    ("a reefer that works has settings", ("reefer-settings-given",)),
    ("each container once", ("container-once",)),
    ("cargo items lie in the document's containers", ("cargo-item-in-one-container",)),
    ("displayed addresses of two lines on paper, of six else", ("displayed-address-on-paper", "schema-items")),
    ("lines of at most 35 characters", ("schema-length",)),
    ("customs references once for a type and country", ("customs-reference-once",)),
    ("tax and legal references once for a type and country", ("tax-reference-once",)),
    ("references stand once", ("reference-once",)),
    ("each function of another party once", ("party-function-once",)),
    ("carrier code and its list together", ("schema-required",)),
    ("a platform to send to", INSTRUCTIONS),
    ("filings of manifests and house bills (nine checks)", INSTRUCTIONS),
    ("requested clauses of the carrier", INSTRUCTIONS),
    ("the order of lists is kept", "compares two messages; the tree proves the place of every line"),
    ("the references, status and type that were asked for", SCENARIO),
    ("as many containers and consignment items, references and an agent at destination as the scenario has", SCENARIO),
    ("checksums and signatures of issuance and PINT", MESSAGE),
)

TABLES = "## Rules\n"


def _weights(severities: dict[Stage, Severity]) -> list[str]:
    return [str(severities[stage]) if stage in severities else "" for stage in STAGES]


def tables() -> str:
    """The end of the page, from `TABLES` on, as it should be."""
    rows = [
        "",
        "| rule | asks | draft | issued | eBL | source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, sentence in STRUCTURE_RULES.items():
        weights = _weights(UNKNOWN_SEVERITIES if name == UNKNOWN else dict.fromkeys(Stage, Severity.ERROR))
        rows.append(" | ".join([f"| `{name}`", sentence, *weights, "DCSA schema |"]))
    for rule in RULES:
        sentence = " ".join((rule.look.__doc__ or "").split()).removesuffix(".")
        rows.append(" | ".join([f"| `{rule.id}`", sentence, *_weights(dict(rule.severities)), f"{rule.source} |"]))
    rows += [
        "",
        "## DCSA's conformance kit",
        "",
        "What `EblChecks` of dcsaorg/Conformance-Gateway asks of a transport document, and what became of it here.",
        "",
        "| the kit asks | here |",
        "| --- | --- |",
    ]
    for asked, here in KIT:
        said = f"not taken: {here}" if isinstance(here, str) else ", ".join(f"`{name}`" for name in here)
        rows.append(f"| {asked} | {said} |")
    return TABLES + "\n".join(re.sub(r"\| +(?=\|)", "| ", row) for row in rows) + "\n"


def test_the_page_lists_every_rule_with_its_weight_and_source() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text[text.index(TABLES) :] == tables(), "write them anew: python tests/documents/test_rules_page.py"


def test_every_check_of_the_kit_has_a_rule_or_a_reason() -> None:
    known = {rule.id for rule in RULES} | set(STRUCTURE_RULES)
    named = {name for _asked, here in KIT if not isinstance(here, str) for name in here}
    assert named <= known
    from_the_kit = {rule.id for rule in RULES if "DCSA kit" in rule.source}
    assert from_the_kit <= named, "a rule that names the kit stands in its table"


if __name__ == "__main__":
    prose = PAGE.read_text(encoding="utf-8").partition(TABLES)[0]
    PAGE.write_text(prose + tables(), encoding="utf-8")
