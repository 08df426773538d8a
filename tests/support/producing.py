"""Who reports of cargo, as the client meets them: a terminal, customs, an inspector and an insurer, each accredited."""

from __future__ import annotations

from typing import Final

from sampan.scenarios.parties import Party, full_lei
from sampan.scenarios.stage import SampanChain
from sampan.suite.words import FactKind, Role

ROLES: Final = Role.PRODUCE | Role.TERMS
TERMINAL: Final = Party("terminal", "Yangshan Quay Terminal", full_lei("SAMPAN0TERMINAL000"), "CN", ROLES)
CUSTOMS: Final = Party("customs", "Shanghai Customs", full_lei("SAMPAN00CUSTOMS000"), "CN", ROLES)
INSPECTOR: Final = Party("inspector", "Huangpu Surveyors", full_lei("SAMPAN0INSPECTOR00"), "CN", ROLES)
INSURER: Final = Party("insurer", "Lantau Marine Insurance", full_lei("SAMPAN00INSURER000"), "HK", ROLES)
PLACE: Final = "CNSHA/SMDG/YICT"
AT_TERMINALS: Final = [FactKind.GATED_IN, FactKind.LOADED, FactKind.DEPARTED]
CERTIFIED: Final = [FactKind.WEIGHED, FactKind.INSPECTED, FactKind.VALUED, FactKind.VESSEL_IDENTIFIED, FactKind.LOST]


def accredit(chain: SampanChain) -> None:
    """Enrol them, and accredit each for what it reports; the inspector for terminals' acts too."""
    for party in (TERMINAL, CUSTOMS, INSPECTOR, INSURER):
        chain.enrol(party)
    enroller = chain.as_role("enroller")
    for kinds, place, producers in (
        (AT_TERMINALS, PLACE, ("terminal", "inspector")),
        ([FactKind.EXPORT_RELEASED], "CN", ("customs",)),
        (CERTIFIED, None, ("inspector",)),
        ([FactKind.INSURED, FactKind.VALUED], None, ("insurer", "inspector")),
    ):
        for producer in producers:
            enroller.cargo_log.accredit(producer, kinds, place=place)
