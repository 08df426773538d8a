// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillWord, Endorsement, Kind} from "../../../contracts/bills/BillWord.sol";
import {ILedger} from "../../../contracts/bills/ILedger.sol";
import {LodgingWord} from "../../../contracts/bills/LodgingWord.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";
import {Roles} from "../../../contracts/identity/Roles.sol";
import {Room} from "../../../contracts/rooms/Room.sol";

/// @title A sample of a room: an escrow without money
/// @notice Holds a bill in blank for its lodger, until that one offers it to an account which accepts. From then on it is
/// held for the other, which claims it or has it given back. After the last second for which it was lodged, anybody may
/// have it given back.
///
/// Terms: one word, that second, within 366 days. The deal, which the ledger keeps and logs: it, and below it the account
/// that is offered the bill (160 bits). So the room stores nothing and needs no event of its own.
contract Escrow is Room {
    uint256 private constant UNTIL = 160;
    /// @dev No deal lasts longer: whoever accepted a bill and is gone holds it no longer than that.
    uint256 private constant LONGEST = 366 days;

    error TermsRequired();
    /// A bill in blank, so that whoever claims possession has the title.
    error BlankOnly(uint256 bill);
    error TimePassed(uint256 until);
    error TooLong(uint256 until, uint256 latest);

    constructor(ILedger ledger) Room(ledger, "Sampan Escrow") {}

    /// @notice Offers a bill to an account; an earlier offer falls. Whoever it is held for.
    function offer(uint256 bill, address to) external {
        LodgingWord word = _lodging(bill);
        _requireParty(_actor(), Roles.TERMS, word.holder());
        _hold(bill, word.holder(), uint208((_until(word) << UNTIL) | uint160(to)));
    }

    /// @notice Accepts an offer: the bill is held for the account's participant. The account that it is offered to, in time.
    /// @param until Last second of the deal that it accepts: what it sent or signed is good for no other, under which the
    /// bill may have been lodged anew meanwhile.
    function accept(uint256 bill, uint48 until) external {
        address actor = _actor();
        uint208 deal = (uint208(until) << uint208(UNTIL)) | uint160(actor);
        _under(bill, deal);
        if (block.timestamp > until) revert TimePassed(until);
        _hold(bill, _participant(actor, Roles.TERMS), deal);
    }

    /// @notice Takes the bill out. Whoever it is held for, in time.
    function claim(uint256 bill) external {
        LodgingWord word = _lodging(bill);
        address actor = _actor();
        _requireParty(actor, Roles.MOVE, word.holder());
        if (block.timestamp > _until(word)) revert TimePassed(_until(word));
        _letOut(bill, actor, Endorsement.None);
    }

    /// @notice Gives the bill back to its lodger, as it came. Whoever it is held for; after its time anybody.
    function giveBack(uint256 bill) external {
        LodgingWord word = _lodging(bill);
        if (block.timestamp <= _until(word)) _requireParty(_actor(), Roles.MOVE, word.holder());
        _giveBack(bill);
    }

    function _entered(
        uint256 bill,
        BillWord word,
        address,
        AccountWord giver,
        bytes calldata terms
    ) internal view override returns (uint256 holder, uint208 deal) {
        if (terms.length != 32) revert TermsRequired();
        uint48 until = abi.decode(terms, (uint48));
        if (word.kind() != Kind.Blank) revert BlankOnly(bill);
        if (block.timestamp > until) revert TimePassed(until);
        if (until > block.timestamp + LONGEST) revert TooLong(until, block.timestamp + LONGEST);
        return (giver.participant(), uint208(until) << uint208(UNTIL));
    }

    /// @dev The room surrenders nothing.
    function _replaced(uint256[] calldata, uint256[] calldata) internal override {}

    /// @dev The last second in which an offer is accepted and the bill claimed.
    function _until(LodgingWord word) private pure returns (uint256) {
        return word.deal() >> UNTIL;
    }
}
