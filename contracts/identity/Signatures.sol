// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title Who acts, and who signed
/// @notice Acts may be sent by a relayer: {_actor} is then the signer. Signatures are EIP-712, of key pairs and of
/// contracts (ERC-1271), so that a Safe signs too.
abstract contract Signatures is EIP712 {
    error SignatureExpired(uint256 deadline);
    error SignatureCancelled(address signer, bytes32 digest);
    error NotSignedBy(address signer);

    /// A signer withdrew a signature that it may have handed out.
    event Cancelled(address indexed signer, bytes32 indexed digest);

    /// Who signed the act that runs now; meaningful only while this contract calls itself.
    address transient internal _signer;

    mapping(address signer => mapping(bytes32 digest => bool)) private _cancelled;

    /// @notice Withdraws a signature before it is used, whoever holds it. Anyone, for itself.
    /// @param digest The EIP-712 digest that was signed.
    function cancel(bytes32 digest) external {
        _cancelled[msg.sender][digest] = true;
        emit Cancelled(msg.sender, digest);
    }

    /// @notice Whether a signer withdrew a digest.
    function isCancelled(address signer, bytes32 digest) external view returns (bool) {
        return _cancelled[signer][digest];
    }

    /// @dev The caller, or whoever signed when this contract calls itself to carry out a signed act.
    function _actor() internal view returns (address) {
        return msg.sender == address(this) ? _signer : msg.sender;
    }

    /// @dev Reverts unless `signer` is the caller or signed the struct, in time, and has not withdrawn it.
    function _requireSigned(address signer, bytes32 structHash, uint256 deadline, bytes calldata signature) internal view {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        if (signer == msg.sender && signature.length == 0) return;
        bytes32 digest = _hashTypedDataV4(structHash);
        if (_cancelled[signer][digest]) revert SignatureCancelled(signer, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) revert NotSignedBy(signer);
    }
}
