"""A peer of loans: Morpho Blue 1.0.0, from its npm package's sources, compiled as its authors deployed it.

A *market* has one token that is lent, one that secures, a price and a rate. It is in use: others have lent, secured and
borrowed, and interest has run. Its tokens, price and rate are the package's own for trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.bench.peer import compiled
from sampan.chain import abi
from sampan.chain.accounts import ROLES
from sampan.chain.transactions import GAS_CAP, Call, Receipt
from sampan.keccak import keccak

if TYPE_CHECKING:
    from pathlib import Path

    from sampan.bench.stage import Stage

PACKAGE = "node_modules/@morpho-org/morpho-blue"
COMPILER = "node_modules/solc-0.8.19"
RUNS = 999_999
"""Of the optimizer, as its authors set it; by the intermediate representation."""
CONTRACTS = {
    "src/Morpho.sol": "Morpho",
    "src/mocks/ERC20Mock.sol": "ERC20Mock",
    "src/mocks/OracleMock.sol": "OracleMock",
    "src/mocks/IrmMock.sol": "IrmMock",
}
OWNER, LENDER, BORROWER, OTHER = "deployer", "lender", "shipper", "trader"
EVER = 2**256 - 1
LENT, SECURED, BORROWED = 10**12, 10**9, 10**6
PRICE_UNIT = 10**36
MOST = 8 * 10**17
"""Of what secures may be borrowed: 80 %, in parts of 10^18."""
_MARKET = "(address,address,address,address,uint256)"


class Morpho:
    """The contract with one market, in which two borrow."""

    def __init__(self, stage: Stage, root: Path) -> None:
        self.stage = stage
        made = compiled(
            root,
            PACKAGE,
            CONTRACTS,
            compiler=COMPILER,
            settings={"viaIR": True, "optimizer": {"enabled": True, "runs": RUNS}},
            of="Morpho",
        )
        self._morpho = self._create(made["Morpho"] + abi.encode(("address",), (ROLES[OWNER],)))
        self._money, self._security = (self._create(made["ERC20Mock"]) for _ in range(2))
        oracle, rates = self._create(made["OracleMock"]), self._create(made["IrmMock"])
        self._send(OWNER, oracle, "setPrice(uint256)", PRICE_UNIT)
        self._send(OWNER, self._morpho, "enableIrm(address)", rates)
        self._send(OWNER, self._morpho, "enableLltv(uint256)", MOST)
        self._market = (self._money, self._security, oracle, rates, MOST)
        self._send(OWNER, self._morpho, f"createMarket({_MARKET})", self._market)
        for role in (LENDER, BORROWER, OTHER):
            for token in (self._money, self._security):
                self._send(OWNER, token, "setBalance(address,uint256)", ROLES[role], LENT)
                self._send(role, token, "approve(address,uint256)", self._morpho, EVER)
        self._act(LENDER, "supply", "uint256,uint256,address,bytes", LENT // 2, 0, ROLES[LENDER], b"")
        for role in (OTHER, BORROWER):
            self.borrow(role)
        self.repay()

    def borrow(self, role: str = BORROWER) -> int:
        """Secure, and borrow: two transactions, as it has no verb for both."""
        self.stage.connection.advance_time(86_400)
        secured = self._act(role, "supplyCollateral", "uint256,address,bytes", SECURED, ROLES[role], b"")
        drawn = self._act(role, "borrow", "uint256,uint256,address,address", BORROWED, 0, ROLES[role], ROLES[role])
        return secured.gas_used + drawn.gas_used

    def repay(self) -> int:
        """Repay all, and take back what secured it."""
        self.stage.connection.advance_time(40 * 86_400)
        shares = self._shares()
        repaid = self._act(BORROWER, "repay", "uint256,uint256,address,bytes", 0, shares, ROLES[BORROWER], b"")
        back = self._act(
            BORROWER, "withdrawCollateral", "uint256,address,address", SECURED, ROLES[BORROWER], ROLES[BORROWER]
        )
        return repaid.gas_used + back.gas_used

    def _shares(self) -> int:
        """What the borrower owes, in the market's shares."""
        name = keccak(abi.encode((_MARKET,), (self._market,)))
        data = abi.encode_call("position(bytes32,address)", name, ROLES[BORROWER])
        answer = self.stage.connection.call(self._morpho, data)
        return int(abi.decode_answer("position(bytes32,address)(uint256,uint128,uint128)", answer)[1])

    def _act(self, role: str, verb: str, types: str, *arguments: object) -> Receipt:
        return self._send(role, self._morpho, f"{verb}({_MARKET},{types})", self._market, *arguments)

    def _create(self, code: bytes) -> str:
        return self.stage.create(OWNER, code, "Morpho")

    def _send(self, role: str, to: str, signature: str, *arguments: object) -> Receipt:
        data = abi.encode_call(signature, *arguments)
        return self.stage.send(role, Call(to, data, gas=GAS_CAP, label="Morpho"))
