// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ILedger} from "../../../../contracts/bills/ILedger.sol";
import {LodgingWord} from "../../../../contracts/bills/LodgingWord.sol";
import {Roles} from "../../../../contracts/identity/Roles.sol";
import {Keeper} from "./Keeper.sol";

/// @notice What is wrong with the room.
enum Spoils {
    ServesItsDeployer,
    CarriesOutAnything,
    LetsTheLodgerMove,
    RemembersWhoAccepted,
    HoldsForTheCarrier,
    ChargesTheAbsent
}

/// @title A room that is spoilt in one way, most of them by a function that its description does not name
contract Spoilt is Keeper {
    Spoils private immutable SPOILS;
    address private immutable DEPLOYER;

    mapping(uint256 bill => address) private _accepted;

    error Failed();

    constructor(ILedger ledger, Spoils spoils) Keeper(ledger) {
        SPOILS = spoils;
        DEPLOYER = msg.sender;
    }

    function accept(uint256 bill) external override {
        LodgingWord word = _lodging(bill);
        address actor = _actor();
        if (actor != _claimant(word)) revert NotAParty(actor);
        uint256 holder = _participant(actor, Roles.TERMS);
        _accepted[bill] = actor;
        _hold(bill, SPOILS == Spoils.HoldsForTheCarrier ? 1 : holder, word.deal());
        if (SPOILS == Spoils.LetsTheLodgerMove) {
            LEDGER.setApprovalForAll(LEDGER.accountAt(word.lodgedBy()), true);
        }
    }

    /// @notice Who accepted a bill once may claim it ever after, however often it is lodged anew.
    function claim(uint256 bill) external override {
        address actor = _actor();
        bool remembered = SPOILS == Spoils.RemembersWhoAccepted && actor == _accepted[bill];
        if (!remembered) _requireParty(actor, Roles.MOVE, _lodging(bill).holder());
        LEDGER.transfer(bill, actor, "");
    }

    /// @notice The lodger has its bill back, and the claimant, who did not come, pays for it.
    function charge(uint256 bill, IERC20 money) external nonReentrant {
        LodgingWord word = _lodging(bill);
        _requireParty(_actor(), Roles.MOVE, word.holder());
        _giveBack(bill);
        if (SPOILS == Spoils.ChargesTheAbsent && !money.transferFrom(_claimant(word), _actor(), 5000)) revert Failed();
    }

    function rescue(uint256 bill) external {
        if (SPOILS != Spoils.ServesItsDeployer || msg.sender != DEPLOYER) revert NotAParty(msg.sender);
        _giveBack(bill);
    }

    function execute(address target, uint256 value, bytes calldata call_, uint8) external {
        if (SPOILS != Spoils.CarriesOutAnything) revert NotAParty(msg.sender);
        (bool done, ) = target.call{value: value}(call_);
        if (!done) revert Failed();
    }
}
