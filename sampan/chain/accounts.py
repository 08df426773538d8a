"""The published accounts of development chains, by the role that each plays.

They come from the phrase that every development node uses, so everybody has their keys: they own ether on the chain in
process, on anvil and on the local node, and must never be used anywhere else.
"""

from __future__ import annotations

from functools import cache

from sampan.chain.keys import KeySigner
from sampan.errors import UsageError

MNEMONIC = "test test test test test test test test test test test junk"

ROLES: dict[str, str] = {
    "deployer": "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "administrator": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "enroller": "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
    "suspender": "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
    "lifter": "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
    "recoverer": "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
    "room_lister": "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
    "relayer": "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
    "carrier": "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
    "carrier_answering": "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720",
    "shipper": "0xBcd4042DE499D14e55001CcbB24a551F3b954096",
    "shipper_second": "0x71bE63f3384f5fb98995898A86B02Fb2426c5788",
    "forwarder": "0xFABB0ac9d68B0B445fB7357272Ff202C5651694a",
    "trader": "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec",
    "bank": "0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097",
    "bank_second": "0xcd3B766CCDd6AE721141F452C550Ca635964ce71",
    "issuing_bank": "0x2546BcD3c84621e976D8185a91A922aE77ECEc30",
    "confirming_bank": "0xbDA5747bFD65F08deb54cb465eB87D40e51B197E",
    "importer": "0xdD2FD4581271e230360230F9337D5c0430Bf44C0",
    "consignee": "0x8626f6940E2eb28930eFb4CeF49B2d1F2C9C1199",
    "other_carrier": "0x09DB0a93B389bEF724429898f539AEB7ac2Dd55f",
    "insurer": "0x02484cb50AAC86Eae85610D6f4Bf026f30f6627D",
    "terminal": "0x08135Da0A343E492FA2d4282F2AE34c6c5CC1BbE",
    "customs": "0x5E661B79FE2D3F6cE70F5AAC07d8Cd9abb2743F1",
    "inspector": "0x61097BA76cD906d2ba4FD106E757f7Eb455fc295",
    "supervisor": "0xDf37F81dAAD2b0327A0A50003740e1C935C70913",
    "central_bank": "0x553BC17A05702530097c3677091C5BB47a3a7931",
    "lender": "0x87BdCE72c06C21cd96219BD8521bDF1F42C78b5e",
    "lender_second": "0x40Fc963A729c542424cD800349a7E4Ecc4896624",
    "security_agent": "0x9DCCe783B6464611f38631e6C851bf441907c710",
    "borrower": "0x1BcB8e569EedAb4668e55145Cfeaf190902d3CF2",
    "liquidator": "0x8263Fce86B1b78F95Ab4dae11907d8AF88f841e7",
    "keeper": "0xcF2d5b3cBb4D7bF04e3F7bFa8e27081B52191f91",
    "stranger": "0x86c53Eb85D0B7548fea5C4B4F82b4205C8f6Ac18",
    "thief": "0x1aac82773CB722166D7dA0d5b0FA35B0307dD99D",
    "spare_1": "0x2f4f06d218E426344CFE1A83D53dAd806994D325",
    "spare_2": "0x1003ff39d25F2Ab16dBCc18EcE05a9B6154f65F4",
    "spare_3": "0x9eAF5590f2c84912A08de97FA28d0529361Deb9E",
    "spare_4": "0x11e8F3eA3C6FcF12EcfF2722d75CEFC539c51a1C",
    "room_delister": "0x7D86687F980A56b832e9378952B738b614A99dc6",
    "far_terminal": "0x9eF6c02FB2ECc446146E05F1fF687a788a8BF76d",
    "own_terminal": "0x08A2DE6F3528319123b25935C92888B16db8913E",
}
"""Role to address; the nth role has the key at m/44'/60'/0'/0/n."""


COMPANIES: dict[str, str] = {
    "SAMPAN00CARRIER00006": "Lantern Line Pte. Ltd.",
    "SAMPAN00SHIPPER00057": "Shanghai Qinglan Appliance Co., Ltd.",
    "SAMPAN000TRADER00089": "Kwun Lung Merchants Limited",
    "SAMPAN0000BANK000038": "Bank of Lantau Harbour Limited",
    "SAMPAN00IMPORTER0003": "Maaskade Huishoud B.V.",
    "SAMPAN0CONSIGNEE0006": "Rijnhaven Distributie B.V.",
    "SAMPAN00CARRIER20085": "Beacon Maritime Limited",
    "SAMPAN000RIJNMOND094": "Rijnmond Handelsbank N.V.",
    "SAMPAN00SETTLEMENT17": "Kellett Island Monetary Authority",
    "SAMPAN0YANGSHANTER45": "Yangshan East Container Terminal Co., Ltd.",
    "SAMPAN0MAASVLAKTE015": "Maasvlakte Noord Terminal B.V.",
    "SAMPAN0SHANGHAICUS14": "Customs of Pudong Port",
    "SAMPAN00SURVEYOR0063": "Huangpu Cargo Surveyors Limited",
    "SAMPAN000INSURER0067": "Victoria Peak Marine Insurance Limited",
    "SAMPAN0LANTERNTERM53": "Lantern Terminals (Shanghai) Co., Ltd.",
    "SAMPAN00SECAGENT0066": "Tai Tam Trustees Limited",
}
"""LEI to name of the invented companies that play these roles: names of development chains, and of no other."""


@cache
def development_signer(role: str) -> KeySigner:
    """The signer of a role on a development chain. Raises `UsageError` for a role that is not in the list."""
    from eth_account.hdaccount import seed_from_mnemonic
    from eth_account.hdaccount.deterministic import HDPath

    if role not in ROLES:
        raise UsageError("no such role", subject=role, hint="roles are " + ", ".join(ROLES))
    path = HDPath(f"m/44'/60'/0'/0/{list(ROLES).index(role)}")
    return KeySigner(path.derive(seed_from_mnemonic(MNEMONIC, "")))
