// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {BillWord} from "../../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../../contracts/bills/IBillReceiver.sol";
import {ILedger} from "../../../../contracts/bills/ILedger.sol";
import {AccountWord} from "../../../../contracts/identity/AccountWord.sol";

/// @title A room that takes signed acts, in time, not withdrawn, and as often as anybody likes
contract TakesSignaturesTwice is IBillReceiver, EIP712 {
    bytes32 private constant CALL_TYPEHASH = keccak256("Call(address signer,bytes call,bytes32 salt,uint256 deadline)");

    ILedger private immutable LEDGER;
    address private transient _signer;

    error NotYours();
    error NotSigned();
    error NotTheLedger();

    constructor(ILedger ledger) EIP712("Takes signatures twice", "1") {
        LEDGER = ledger;
    }

    function act(
        address signer,
        bytes calldata call_,
        bytes32 salt,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(CALL_TYPEHASH, signer, keccak256(call_), salt, deadline))
        );
        bool valid = SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature);
        if (!valid || block.timestamp > deadline || LEDGER.isCancelled(signer, digest)) revert NotSigned();
        _signer = signer;
        (bool done, ) = address(this).call(call_);
        if (!done) revert NotYours();
        _signer = address(0);
    }

    function giveBack(uint256 bill) external {
        address actor = msg.sender == address(this) ? _signer : msg.sender;
        if (LEDGER.standing(actor).participant() != LEDGER.holderFor(bill)) revert NotYours();
        LEDGER.giveBack(bill, "");
    }

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256,
        BillWord,
        address,
        AccountWord giver,
        bytes calldata
    ) external view returns (uint256 holder, uint208 deal) {
        if (msg.sender != address(LEDGER)) revert NotTheLedger();
        return (giver.participant(), 0);
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external view {
        if (msg.sender != address(LEDGER)) revert NotTheLedger();
    }
}
