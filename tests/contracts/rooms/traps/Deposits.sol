// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {BillWord, Endorsement, Status, SurrenderFor} from "../../../../contracts/bills/BillWord.sol";
import {ILedger} from "../../../../contracts/bills/ILedger.sol";
import {AccountWord} from "../../../../contracts/identity/AccountWord.sol";
import {Roles} from "../../../../contracts/identity/Roles.sol";
import {IMoney} from "../../../../contracts/money/IMoney.sol";
import {Room} from "../../../../contracts/rooms/Room.sol";

struct Price {
    address buyer;
    address payee;
    uint256 amount;
    uint48 until;
}

/// @title An honest room with money: the buyer pays in, then takes the bill against what it paid
/// @notice Terms: a {Price}; the deal is its hash, cut. The lodger surrenders a bill that nobody bought, and is paid a
/// premium once it is delivered.
contract Deposits is Room {
    using SafeERC20 for IERC20;

    uint256 private constant PREMIUM = 1000;

    IERC20 internal immutable MONEY;

    mapping(uint256 bill => mapping(uint208 deal => uint256)) internal _paidIn;
    mapping(uint256 bill => bool) internal _settled;

    error Nothing();
    error AlreadyPaid();
    error NotDelivered();

    constructor(ILedger ledger, IERC20 money) Room(ledger, "Deposits") {
        MONEY = money;
    }

    function payIn(uint256 bill, Price calldata price) external virtual nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != 0) revert AlreadyPaid();
        _paidIn[bill][deal] = price.amount;
        MONEY.safeTransferFrom(price.buyer, address(this), price.amount);
    }

    function take(uint256 bill, Price calldata price) external virtual nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != price.amount) revert Nothing();
        _paidIn[bill][deal] = 0;
        _letOut(bill, price.buyer, Endorsement.None);
        MONEY.safeTransfer(price.payee, price.amount);
    }

    /// @notice The buyer takes out what it paid in, also when the bill has gone back.
    function takeBack(uint256 bill, Price calldata price) external virtual nonReentrant {
        if (_actor() != price.buyer) revert NotAParty(_actor());
        uint208 deal = _dealOf(price);
        uint256 amount = _paidIn[bill][deal];
        if (amount == 0) revert Nothing();
        _paidIn[bill][deal] = 0;
        MONEY.safeTransfer(price.buyer, amount);
    }

    function giveBack(uint256 bill, Price calldata price) external nonReentrant {
        uint256 holder = _under(bill, _dealOf(price));
        if (block.timestamp <= price.until) _requireParty(_actor(), Roles.MOVE, holder);
        _giveBack(bill);
    }

    function surrender(uint256 bill, address carrier) external nonReentrant {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        LEDGER.surrender(bill, SurrenderFor.Delivery, carrier, 0, "");
    }

    function settle(uint256 bill) external virtual nonReentrant {
        _requireDelivered(bill);
        if (_settled[bill]) revert Nothing();
        _settled[bill] = true;
        MONEY.safeTransfer(_actor(), PREMIUM);
    }

    function _requireDelivered(uint256 bill) internal view {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        if (LEDGER.bill(bill).status != Status.Delivered) revert NotDelivered();
    }

    function _open(uint256 bill, Price calldata price) internal view returns (uint208 deal) {
        deal = _dealOf(price);
        _under(bill, deal);
        if (_actor() != price.buyer) revert NotAParty(_actor());
    }

    function _entered(
        uint256,
        BillWord,
        address,
        AccountWord giver,
        bytes calldata terms
    ) internal pure override returns (uint256 holder, uint208 deal) {
        return (giver.participant(), uint208(uint256(keccak256(terms))));
    }

    function _replaced(uint256[] calldata, uint256[] calldata) internal override {}

    function _dealOf(Price calldata price) internal pure returns (uint208) {
        return uint208(uint256(keccak256(abi.encode(price))));
    }
}

/// @notice Pays back first and notes it afterwards.
contract PaysBackBeforeItNotes is Deposits {
    using SafeERC20 for IERC20;

    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function takeBack(uint256 bill, Price calldata price) external override {
        if (_actor() != price.buyer) revert NotAParty(_actor());
        uint208 deal = _dealOf(price);
        if (_paidIn[bill][deal] == 0) revert Nothing();
        MONEY.safeTransfer(price.buyer, _paidIn[bill][deal]);
        _paidIn[bill][deal] = 0;
    }
}

/// @notice Tells the buyer's account that the bill has come, and notes afterwards that what was paid in is spent.
contract TellsBeforeItNotes is Deposits {
    using SafeERC20 for IERC20;

    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function take(uint256 bill, Price calldata price) external override {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != price.amount) revert Nothing();
        LEDGER.safeTransferFrom(address(this), price.buyer, bill);
        _paidIn[bill][deal] = 0;
        MONEY.safeTransfer(price.payee, price.amount);
    }

    /// @dev Sound by itself.
    function takeBack(uint256 bill, Price calldata price) external override {
        if (_actor() != price.buyer) revert NotAParty(_actor());
        uint208 deal = _dealOf(price);
        uint256 amount = _paidIn[bill][deal];
        if (amount == 0) revert Nothing();
        _paidIn[bill][deal] = 0;
        MONEY.safeTransfer(price.buyer, amount);
    }
}

/// @notice Lets the bill out for the promise that the buyer will pay.
contract LetsOutFirst is Deposits {
    using SafeERC20 for IERC20;

    mapping(uint256 bill => mapping(uint208 deal => bool)) private _owed;

    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function take(uint256 bill, Price calldata price) external override nonReentrant {
        _owed[bill][_open(bill, price)] = true;
        _letOut(bill, price.buyer, Endorsement.None);
    }

    function payIn(uint256 bill, Price calldata price) external override nonReentrant {
        if (_actor() != price.buyer) revert NotAParty(_actor());
        uint208 deal = _dealOf(price);
        if (!_owed[bill][deal]) revert Nothing();
        _owed[bill][deal] = false;
        MONEY.safeTransferFrom(price.buyer, price.payee, price.amount);
    }
}

/// @notice Pays the seller when the buyer pays, and lets the bill out some other time.
contract PaysFirst is Deposits {
    using SafeERC20 for IERC20;

    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function payIn(uint256 bill, Price calldata price) external override nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != 0) revert AlreadyPaid();
        _paidIn[bill][deal] = price.amount;
        MONEY.safeTransferFrom(price.buyer, price.payee, price.amount);
    }

    function take(uint256 bill, Price calldata price) external override nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != price.amount) revert Nothing();
        _paidIn[bill][deal] = 0;
        _letOut(bill, price.buyer, Endorsement.None);
    }

    function takeBack(uint256, Price calldata) external pure override {
        revert Nothing();
    }
}

/// @notice Pays the premium for a delivered bill as often as it is asked.
contract SettlesTwice is Deposits {
    using SafeERC20 for IERC20;

    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function settle(uint256 bill) external override nonReentrant {
        _requireDelivered(bill);
        MONEY.safeTransfer(_actor(), 1000);
    }
}

/// @notice Takes the price from whoever calls, which is the room itself when it carries out what the buyer signed.
contract ChargesWhoeverCalls is Deposits {
    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function payIn(uint256 bill, Price calldata price) external override nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != 0) revert AlreadyPaid();
        _paidIn[bill][deal] = price.amount;
        IMoney money = IMoney(address(MONEY));
        money.collect(money, msg.sender, address(this), price.amount);
    }
}

/// @notice Lets the buyer say who pays for it, and asks for no allowance of its own money.
contract TakesItselfForThePayer is Deposits {
    constructor(ILedger ledger, IERC20 money) Deposits(ledger, money) {}

    function payFrom(uint256 bill, Price calldata price, address payer) external nonReentrant {
        uint208 deal = _open(bill, price);
        if (_paidIn[bill][deal] != 0) revert AlreadyPaid();
        _paidIn[bill][deal] = price.amount;
        IMoney money = IMoney(address(MONEY));
        money.collect(money, payer, address(this), price.amount);
    }
}
