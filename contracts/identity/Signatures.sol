// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IParticipants} from "./IParticipants.sol";
import {Standing} from "./Standing.sol";

/// @title Who signed
/// @notice Signatures are EIP-712, of key pairs and of contracts (ERC-1271), so that a Safe signs too.
abstract contract Signatures is Standing, EIP712 {
    constructor() EIP712("Sampan Bills", "1") {}

    /// @dev Reverts unless `signer` is the caller or signed the struct, in time, and has not withdrawn it.
    function _requireSigned(
        address signer,
        bytes32 structHash,
        uint256 deadline,
        bytes calldata signature
    ) internal view {
        if (block.timestamp > deadline) revert IParticipants.SignatureExpired(deadline);
        if (signer == msg.sender && signature.length == 0) return;
        bytes32 digest = _hashTypedDataV4(structHash);
        if (_cancelled[signer][digest]) revert IParticipants.SignatureCancelled(signer, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature))
            revert IParticipants.NotSignedBy(signer);
    }
}
