"""A bill in a room: a contract that possesses it for somebody, under terms, and gives it back.

The room is the smallest honest one, tests/contracts/rooms/HonestRoom.sol. Its terms are the one for whom it holds.
"""

from datetime import timedelta
from pathlib import Path

from sampan.chain.abi import encode
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.client.errors import RoomNeedsTerms
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain
from sampan.toolchain.artifacts import load

ARTIFACTS = Path(__file__).resolve().parents[1] / "tests" / "artifacts"


def main() -> None:
    chain = SampanChain()
    carrier, shipper, deployer, lister = map(chain.as_role, ("carrier", "shipper", "deployer", "room_lister"))
    bill = carrier.bills.issue(read_sample("split"), to=shipper, carriage_law="SG").bill

    # A room is deployed by anybody, and listed by administration for the countries whose participants may use it: after
    # an announcement that everybody can see.
    code = load("HonestRoom", ARTIFACTS).bytecode + encode(["address"], [chain.ledger.ledger_address])
    room = Sender(chain.connection, deployer.signer).send(Call(None, code)).contract
    assert room is not None
    announced = lister.bills.list_room(room, ["SG", "CN", "HK"])
    assert announced.ready_from is not None
    chain.advance(announced.ready_from - lister.now)
    lister.bills.list_room(room, ["SG", "CN", "HK"])

    # A room is never simply sent a bill: it is entered under terms, which it takes or refuses.
    try:
        shipper.bills.transfer(bill, to=room)
    except RoomNeedsTerms as refusal:
        print(f"refused: {refusal}")
    # Nor while somebody else may still reject the title that the issue gave: it has 72 hours for that.
    chain.advance(timedelta(hours=72))
    terms = shipper.number_of("trader").to_bytes(32, "big")
    shipper.bills.lodge(bill, room, terms=terms)
    print(shipper.bill(bill))

    # What comes of it is between the parties and the room, which can always give the bill back as it came.
    chain.close()


if __name__ == "__main__":
    main()
