// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBillTerms} from "./IBillTerms.sol";

/// @title Acts and agreements by signature
/// @notice So that a party needs neither ether nor to act itself. Signatures are EIP-712, of keys or of contracts.
interface ISignedActs is IBillTerms {
    /// @notice Carries out a signed act. Anyone who pays for it.
    /// @param signature Of `signed.signer`, EIP-712 or ERC-1271.
    function act(SignedAct calldata signed, bytes calldata signature) external;

    /// @notice Shows an agreement; it counts until the end of the transaction. Anyone; the signer acts now and has role
    /// MOVE.
    function agree(Agreement calldata agreement, bytes calldata signature) external;

    /// @notice Withdraws a signature before it is used, whoever holds it. Anyone, for itself.
    /// @param digest The EIP-712 digest that was signed.
    function cancel(bytes32 digest) external;

    /// @notice Whether a signer withdrew a digest.
    function isCancelled(address signer, bytes32 digest) external view returns (bool);
}
