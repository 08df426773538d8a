// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillWord, Endorsement, Purpose} from "../../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../../contracts/bills/IBillReceiver.sol";
import {ILedger} from "../../../../contracts/bills/ILedger.sol";
import {LodgingWord} from "../../../../contracts/bills/LodgingWord.sol";
import {AccountWord} from "../../../../contracts/identity/AccountWord.sol";
import {Roles} from "../../../../contracts/identity/Roles.sol";
import {Room} from "../../../../contracts/rooms/Room.sol";

/// @title A room that keeps a bill for a claimant which must accept it; each contract below spoils one thing in it
/// @notice Terms: the claimant, and the last second of the deal. The deal is both.
abstract contract Keeper is Room {
    uint256 internal constant UNTIL = 160;

    error TooLate();

    constructor(ILedger ledger) Room(ledger, "Keeper") {}

    function accept(uint256 bill) external virtual {
        LodgingWord word = _lodging(bill);
        if (_actor() != _claimant(word)) revert NotAParty(_actor());
        _hold(bill, _participant(_actor(), Roles.TERMS), word.deal());
    }

    function claim(uint256 bill) external virtual {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        _letOut(bill, _actor(), Endorsement.None);
    }

    function giveBack(uint256 bill) external virtual {
        LodgingWord word = _lodging(bill);
        if (block.timestamp <= word.deal() >> UNTIL) _requireParty(_actor(), Roles.MOVE, word.holder());
        _giveBack(bill);
    }

    function _entered(
        uint256,
        BillWord,
        address,
        AccountWord giver,
        bytes calldata terms
    ) internal virtual override returns (uint256 holder, uint208 deal) {
        (address claimant, uint48 until) = abi.decode(terms, (address, uint48));
        return (giver.participant(), uint208((uint256(until) << UNTIL) | uint160(claimant)));
    }

    function _replaced(uint256[] calldata, uint256[] calldata) internal override {}

    function _claimant(LodgingWord word) internal pure returns (address) {
        return address(uint160(word.deal()));
    }
}

/// @notice An offer is accepted by anybody.
contract LetsAnybodyAccept is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function accept(uint256 bill) external override {
        _hold(bill, _participant(_actor(), Roles.TERMS), _lodging(bill).deal());
    }
}

/// @notice Registers an interest in any bill that lies with any room.
contract BelievesAnyLodging is Keeper {
    event Registered(uint256 indexed bill, uint256 holder);

    constructor(ILedger ledger) Keeper(ledger) {}

    function register(uint256 bill) external {
        (, LodgingWord word) = LEDGER.lodging(bill);
        _requireParty(_actor(), Roles.TERMS, word.holder());
        emit Registered(bill, word.holder());
    }
}

/// @notice The lodger alone makes the claimant the holder.
contract NamesUnasked is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function name(uint256 bill) external {
        LodgingWord word = _lodging(bill);
        _requireParty(_actor(), Roles.TERMS, word.holder());
        _hold(bill, LEDGER.standing(_claimant(word)).participant(), word.deal());
    }
}

/// @notice The lodger alone has the bill handed to the claimant.
contract HandsOverUnasked is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function hand(uint256 bill) external {
        LodgingWord word = _lodging(bill);
        _requireParty(_actor(), Roles.MOVE, word.holder());
        _letOut(bill, _claimant(word), Endorsement.None);
    }
}

/// @notice The lodger has its bill back when it likes, accepted or not.
contract GivesBackAnyway is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function giveBack(uint256 bill) external override {
        LodgingWord word = _lodging(bill);
        address lodger = LEDGER.accountAt(word.lodgedBy());
        bool late = block.timestamp > word.deal() >> UNTIL;
        if (!late && _actor() != lodger) _requireParty(_actor(), Roles.MOVE, word.holder());
        _giveBack(bill);
    }
}

/// @notice Gives back by a transfer, for which the lodger must be in standing.
contract TransfersBack is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function giveBack(uint256 bill) external override {
        LodgingWord word = _lodging(bill);
        if (block.timestamp <= word.deal() >> UNTIL) _requireParty(_actor(), Roles.MOVE, word.holder());
        _letOut(bill, LEDGER.accountAt(word.lodgedBy()), Endorsement.None);
    }
}

/// @notice Lets out only while it may take bills in.
contract AsksForItsListing is Keeper {
    error Closed();

    constructor(ILedger ledger) Keeper(ledger) {}

    function claim(uint256 bill) external override {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        if (!LEDGER.standing(address(this)).receives()) revert Closed();
        _letOut(bill, _actor(), Endorsement.None);
    }
}

/// @notice Gives back only when the holder says so.
contract WaitsForEver is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function giveBack(uint256 bill) external override {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        _giveBack(bill);
    }
}

/// @notice Gives back late only while the holder may act.
contract AsksForTheHolder is Keeper {
    error HolderSuspended();

    constructor(ILedger ledger) Keeper(ledger) {}

    function giveBack(uint256 bill) external override {
        LodgingWord word = _lodging(bill);
        if (block.timestamp <= word.deal() >> UNTIL) _requireParty(_actor(), Roles.MOVE, word.holder());
        (, , bool acts) = LEDGER.person(word.holder());
        if (!acts) revert HolderSuspended();
        _giveBack(bill);
    }
}

/// @notice Signs the bill before it lets it out, which from 1,024 acts on the ledger refuses.
contract SignsOnTheWay is Keeper {
    constructor(ILedger ledger) Keeper(ledger) {}

    function claim(uint256 bill) external override {
        _requireParty(_actor(), Roles.MOVE, _lodging(bill).holder());
        LEDGER.sign(bill, Purpose.Seen, "");
        _letOut(bill, _actor(), Endorsement.None);
    }
}

/// @notice Keeps a record of its own of who lodged, and acts on it when the bill has long left.
contract RemembersTooLong is Keeper {
    event Registered(uint256 indexed bill);

    mapping(uint256 bill => uint256 lodger) private _lodgedBy;

    constructor(ILedger ledger) Keeper(ledger) {}

    function register(uint256 bill) external {
        _requireParty(_actor(), Roles.TERMS, _lodgedBy[bill]);
        emit Registered(bill);
    }

    function _entered(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata terms
    ) internal override returns (uint256 holder, uint208 deal) {
        _lodgedBy[bill] = giver.participant();
        return super._entered(bill, word, from, giver, terms);
    }
}

/// @notice Does not ask who calls at its door.
contract AnswersAnybody is IBillReceiver {
    ILedger private immutable LEDGER;

    error NotYours();

    constructor(ILedger ledger) {
        LEDGER = ledger;
    }

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256,
        BillWord,
        address,
        AccountWord giver,
        bytes calldata
    ) external pure returns (uint256 holder, uint208 deal) {
        return (giver.participant(), 0);
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external {}

    function giveBack(uint256 bill) external {
        if (LEDGER.standing(msg.sender).participant() != LEDGER.holderFor(bill)) revert NotYours();
        LEDGER.giveBack(bill, "");
    }
}
