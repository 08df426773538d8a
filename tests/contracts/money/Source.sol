// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {BillWord, Endorsement} from "../../../contracts/bills/BillWord.sol";
import {IBillSource} from "../../../contracts/bills/IBillSource.sol";
import {ILedger} from "../../../contracts/bills/ILedger.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";
import {Room} from "../../../contracts/rooms/Room.sol";

/// @title A room that holds pledged bills for their lodger's lender and lets them out for a price, honestly or not
/// @notice Terms: the lender's participant, the money, the price, which may be more than is offered, or in another money.
contract Source is Room, IBillSource {
    struct Pledge {
        uint256 lender;
        IERC20 money;
        uint256 price;
    }

    mapping(uint256 bill => Pledge) public pledges;
    bool public keeps;
    bool public takesNothing;
    address public gives;

    constructor(ILedger ledger) Room(ledger, "Sampan test source") {}

    /// @param keeps_ It lets nothing out.
    /// @param takesNothing_ It asks for its price and leaves it lying.
    /// @param gives_ To whom it lets bills out instead; 0: to whom it should.
    function behave(bool keeps_, bool takesNothing_, address gives_) external {
        keeps = keeps_;
        takesNothing = takesNothing_;
        gives = gives_;
    }

    function price(uint256 bill, uint256) external view returns (IERC20 money, uint256 amount) {
        return (pledges[bill].money, pledges[bill].price);
    }

    function release(uint256 bill, uint256, address to, Endorsement endorsement, bytes32) external {
        Pledge memory pledge = pledges[bill];
        if (pledge.price != 0 && !takesNothing) pledge.money.transferFrom(msg.sender, address(this), pledge.price);
        if (!keeps) _letOut(bill, gives == address(0) ? to : gives, endorsement);
    }

    function _entered(
        uint256 bill,
        BillWord,
        address,
        AccountWord giver,
        bytes calldata terms
    ) internal override returns (uint256, uint208) {
        pledges[bill] = abi.decode(terms, (Pledge));
        return (giver.participant(), 1);
    }

    function _replaced(uint256[] calldata, uint256[] calldata) internal override {}
}
