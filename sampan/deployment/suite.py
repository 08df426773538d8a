"""The plan of the Sampan suite: which contracts, wired how, for given parameters.

Bills is the one address of the ledger. Amendments and Registry are code that runs on its storage; at their own
addresses they obey nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sampan.deployment.manifest import FunctionRecord, RoleRecord
from sampan.deployment.plan import ADMIN_ROLE, ContractPlan, Plan, ReadBack, Ref, salt_of
from sampan.suite.powers import Power
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from sampan.deployment.parameters import Parameters

MANAGER = "AccessManager"
LEDGER = "Bills"
NOBODY = "0x" + "00" * 20

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "ENROLLER": (
        "enrol((uint256,uint256,bytes2,uint256,bytes32,address,uint8,uint256),bytes)",
        "assignCode(bytes8,bytes8,uint256)",
        "setProfile(uint256,uint256,uint256)",
    ),
    "SUSPENDER": ("suspend(uint256,bytes)",),
    "LIFTER": ("liftSuspension(uint256)", "setWindingDown(uint256,bool)"),
    "RECOVERER": ("proposeRecovery(address,address,uint256,uint256,bytes,bytes)",),
    "ROOM_LISTER": ("listRoom(address,bytes2[])",),
    "ROOM_DELISTER": ("delistRoom(address,bytes2[])",),
}
"""Role to what its members may call on the ledger."""
OF_COINS: dict[str, tuple[str, ...]] = {
    "ROOM_LISTER": ("list(address,bytes3,bytes2[],bytes32)",),
    "ROOM_DELISTER": ("delist(address,bytes2[])",),
}
"""Role to what its members may call on the list of coins: as rooms, coins are contracts of others."""
OF_CARGO: dict[str, tuple[str, ...]] = {
    "ENROLLER": ("accredit(uint256,bytes32,uint256)",),
    "SUSPENDER": ("discredit(uint256,bytes32,uint256)",),
}
"""Role to what its members may call on the cargo log: who says who somebody is says what its word is good for, and who
stops somebody at once stops its word."""

OF_POSITIONS: dict[str, tuple[str, ...]] = {
    "ROOM_LISTER": ("openTo(bytes2[],bytes32)",),
    "ROOM_DELISTER": ("closeTo(bytes2[])",),
}
"""Role to what its members may call on the positions: for which countries they are open, as rooms are listed (T4)."""
LENDS: Final = (Ref(LEDGER), Ref("Registrations"), Ref("Positions"))


def contracts(deployer: str) -> tuple[ContractPlan, ...]:
    """The contracts of the suite in order, as `deployer` makes them."""
    return (
        # Whoever deploys is the first administrator, and hands over when all is wired.
        ContractPlan(MANAGER, (deployer,)),
        ContractPlan("Amendments", managed=False),
        ContractPlan("Registry", managed=False),
        ContractPlan(LEDGER, (Ref(MANAGER), Ref("Amendments"), Ref("Registry")), interface="ILedger"),
        ContractPlan("Reserves", (Ref(LEDGER),), managed=False),
        ContractPlan("Exchange", (Ref(LEDGER),), managed=False),
        ContractPlan("Coins", (Ref(MANAGER), Ref(LEDGER))),
        ContractPlan("CargoLog", (Ref(MANAGER), Ref(LEDGER))),
        ContractPlan("Sale", (Ref(LEDGER),), managed=False),
        ContractPlan("Registrations", (Ref(LEDGER),), managed=False),
        ContractPlan("Positions", (Ref(MANAGER), Ref(LEDGER))),
        ContractPlan("LoanDesk", (*LENDS, Ref("Reserves")), managed=False),
        ContractPlan("LoanBook", (*LENDS, Ref("CargoLog"), Ref("LoanDesk")), managed=False, interface="ILoans"),
    )


def plan(parameters: Parameters) -> Plan:
    """The suite with these parameters."""
    return Plan(
        contracts=contracts(parameters.deployer),
        roles=tuple(
            RoleRecord(
                number=int(Power[name]),
                name=name,
                members=list(parameters.roles[name].members),
                delay=parameters.roles[name].delay,
                grant_delay=parameters.roles[name].grant_delay,
                guardian=ADMIN_ROLE,
                functions=[
                    FunctionRecord.of(contract, signature)
                    for contract, own in (
                        (LEDGER, functions),
                        ("Coins", OF_COINS.get(name, ())),
                        ("CargoLog", OF_CARGO.get(name, ())),
                        ("Positions", OF_POSITIONS.get(name, ())),
                    )
                    for signature in own
                ],
            )
            for name, functions in FUNCTIONS.items()
        ),
        manager=MANAGER,
        ledger=LEDGER,
        deployer=parameters.deployer,
        administrator=parameters.administrator,
        admin_delay=parameters.admin_delay,
        target_delay=parameters.target_delay,
        # A release of its own everywhere: else a new one would find the manager of an old one, long handed over.
        salt=salt_of(f"{parameters.salt} {artifacts.release_hash()}"),
        read_backs=(
            ReadBack(LEDGER, "authority()(address)", (Ref(MANAGER),)),
            ReadBack("Amendments", "authority()(address)", (NOBODY,)),
            ReadBack("Registry", "authority()(address)", (NOBODY,)),
            # Not even the manager can put another in its place.
            ReadBack(LEDGER, "setAuthority(address)", None, (Ref(MANAGER),), sender=Ref(MANAGER)),
            ReadBack("Coins", "authority()(address)", (Ref(MANAGER),)),
            ReadBack("Coins", "setAuthority(address)", None, (Ref(MANAGER),), sender=Ref(MANAGER)),
            ReadBack("CargoLog", "authority()(address)", (Ref(MANAGER),)),
            ReadBack("CargoLog", "setAuthority(address)", None, (Ref(MANAGER),), sender=Ref(MANAGER)),
            ReadBack("Positions", "authority()(address)", (Ref(MANAGER),)),
            ReadBack("Positions", "setAuthority(address)", None, (Ref(MANAGER),), sender=Ref(MANAGER)),
            ReadBack(LEDGER, "name()(string)", ("Sampan bill of lading",)),
            ReadBack(LEDGER, "symbol()(string)", ("EBL",)),
        ),
        parameters=parameters.as_dict(),
    )
