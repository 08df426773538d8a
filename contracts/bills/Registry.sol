// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";

import {Participants} from "../identity/Participants.sol";
import {Roles} from "../identity/Roles.sol";
import {BillId} from "./BillId.sol";
import {MAX_ACTS} from "./BillWord.sol";
import {CodeOfLedger} from "./CodeOfLedger.sol";
import {IBills} from "./IBills.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @title Who is who, and who signed
/// @notice Code of the ledger, run by {Bills} on its own storage.
contract Registry is ISignedActs, CodeOfLedger, Participants {
    using TransientSlot for *;

    bytes32 public constant SIGNED_ACT_TYPEHASH = keccak256(
        "SignedAct(address signer,uint256 bill,uint256 actCount,bytes call,uint256 deadline)"
    );
    bytes32 public constant AGREEMENT_TYPEHASH = keccak256(
        "Agreement(address signer,uint256 bill,uint256 actCount,bytes4 verb,address possessor,uint256 titleholder,uint8 kind,bytes32 detail,uint256 deadline)"
    );

    /// @inheritdoc ISignedActs
    function act(SignedAct calldata signed, bytes calldata signature) external {
        uint256 actCount = _word(signed.bill).actCount();
        if (actCount != signed.actCount || actCount == MAX_ACTS)
            revert StaleAct(signed.bill, actCount, signed.actCount);
        if (signed.call.length < 36 || uint256(bytes32(signed.call[4:36])) != signed.bill) {
            revert NotAboutBill(signed.bill);
        }
        bytes32 text = keccak256(
            abi.encode(
                SIGNED_ACT_TYPEHASH,
                signed.signer,
                signed.bill,
                signed.actCount,
                keccak256(signed.call),
                signed.deadline
            )
        );
        _requireSigned(signed.signer, text, signed.deadline, signature);

        emit ActedBySignature(signed.bill, signed.signer, msg.sender, _hashTypedDataV4(text), _note());
        address outer = _signer;
        _signer = signed.signer;
        // Reverts with the verb's own error; what it returns, verbs do not.
        // solhint-disable-next-line no-unchecked-calls
        Address.functionCall(address(this), signed.call);
        _signer = outer;
        // Whatever did not count as an act on this bill could be sent again: undo it.
        if (_word(signed.bill).actCount() == actCount) revert NotAboutBill(signed.bill);
    }

    /// @inheritdoc ISignedActs
    function agree(Agreement calldata a, bytes calldata signature) external {
        _requireNobodyAsked();
        uint256 actCount = _word(a.bill).actCount();
        if (actCount != a.actCount || actCount == MAX_ACTS) revert StaleAct(a.bill, actCount, a.actCount);

        _agreed(a, signature).asBoolean().tstore(true);
        emit Agreed(a.bill, a.signer, a.verb, actCount, a.possessor, a.titleholder, a.kind, a.detail);
    }

    /// @inheritdoc ISignedActs
    function record(Agreement calldata a, bytes calldata signature) external {
        uint256 actCount = _word(a.bill).actCount();
        if (actCount > a.actCount || a.actCount >= MAX_ACTS) revert StaleAct(a.bill, actCount, a.actCount);

        _recorded[_agreed(a, signature)] = a.deadline;
        emit AgreementRecorded(
            a.bill,
            a.signer,
            a.verb,
            a.actCount,
            a.possessor,
            a.titleholder,
            a.kind,
            a.detail,
            a.deadline,
            _note()
        );
    }

    /// @inheritdoc ISignedActs
    function cancel(bytes32 digest) external {
        _cancelled[msg.sender][digest] = true;
        emit Cancelled(msg.sender, digest, _note());
    }

    /// @inheritdoc ISignedActs
    function isCancelled(address signer, bytes32 digest) external view returns (bool) {
        return _cancelled[signer][digest];
    }

    /// @dev The agreement, which its signer may make and made.
    function _agreed(Agreement calldata a, bytes calldata signature) private view returns (bytes32) {
        if (!BillId.isWellFormed(a.bill)) revert IBills.MalformedBill(a.bill);
        uint256 participant_ = _acting(a.signer, Roles.MOVE).participant();
        if (participant_ == 0) revert IBills.NotAPerson(a.signer);
        _requireSigned(
            a.signer,
            keccak256(
                abi.encode(
                    AGREEMENT_TYPEHASH,
                    a.signer,
                    a.bill,
                    a.actCount,
                    a.verb,
                    a.possessor,
                    a.titleholder,
                    a.kind,
                    a.detail,
                    a.deadline
                )
            ),
            a.deadline,
            signature
        );
        return _agreement(participant_, a.bill, a.actCount, a.verb, a.possessor, a.titleholder, a.kind, a.detail);
    }
}
