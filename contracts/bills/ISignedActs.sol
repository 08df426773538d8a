// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "./BillWord.sol";

/// @title Acts and agreements by signature
/// @notice So that a party needs neither ether nor to act itself. Signatures are EIP-712, of keys or of contracts.
interface ISignedActs {
    /// @notice An act on a bill that somebody else may send for the signer.
    struct SignedAct {
        address signer;
        uint256 bill;
        /// The bill's act count before it: any act in between voids the signature.
        uint256 actCount;
        /// The call to this contract, selector and arguments; its first argument is the bill.
        bytes call;
        /// Last second since 1970 at which it counts.
        uint256 deadline;
    }

    /// @notice What a participant agrees to although another acts: to receive, that its bill is surrendered, to an
    /// endorsement that a room makes for it, to replacements, that the issue to its order is rejected. Counts in the
    /// transaction in which it is shown ({agree}), or until its deadline when it is recorded ({record}).
    struct Agreement {
        address signer;
        uint256 bill;
        /// The bill's act count before the act agreed to.
        uint256 actCount;
        /// Selector of the verb agreed to.
        bytes4 verb;
        /// Who possesses after it.
        address possessor;
        /// Who is titleholder after it; 0: in blank.
        uint256 titleholder;
        Kind kind;
        /// Issued, or titleholder of a replacement: keccak256(abi.encode(terms)). Surrender: keccak256(abi.encode(purpose,
        /// agreed, remark)): the remark says to whom the goods go. Replace: the hash of the replacements. Else 0.
        bytes32 detail;
        uint256 deadline;
    }

    // -------------------------------------------------------------------------------------------------------- events

    event Agreed(
        uint256 indexed bill,
        address indexed signer,
        bytes4 indexed verb,
        uint256 actCount,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail
    );
    /// The same, for an act to come: it stands until the deadline.
    event AgreementRecorded(
        uint256 indexed bill,
        address indexed signer,
        bytes4 indexed verb,
        uint256 actCount,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail,
        uint256 deadline,
        uint256 note
    );
    /// A relayer carried out a signed act; its own event stands beside.
    event ActedBySignature(
        uint256 indexed bill,
        address indexed signer,
        address indexed relayer,
        bytes32 digest,
        uint256 note
    );
    /// A signer withdrew a signature that it may have handed out.
    event Cancelled(address indexed signer, bytes32 indexed digest, uint256 note);

    // -------------------------------------------------------------------------------------------------------- errors

    error StaleAct(uint256 bill, uint256 actCount, uint256 signed);
    error NotAboutBill(uint256 bill);

    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Carries out a signed act. Anyone who pays for it.
    /// @param signature Of `signed.signer`, EIP-712 or ERC-1271.
    function act(SignedAct calldata signed, bytes calldata signature) external;

    /// @notice Shows an agreement; it counts until the end of the transaction. Anyone; the signer acts now and has role
    /// MOVE.
    function agree(Agreement calldata agreement, bytes calldata signature) external;

    /// @notice Records an agreement to the one act at a count, now or to come: it stands until its deadline, whatever becomes
    /// of the signer. Anyone; the signer acts now and has role MOVE.
    function record(Agreement calldata agreement, bytes calldata signature) external;

    /// @notice Withdraws a signature before it is used, whoever holds it. Anyone, for itself.
    /// @param digest The EIP-712 digest that was signed.
    function cancel(bytes32 digest) external;

    /// @notice Whether a signer withdrew a digest.
    function isCancelled(address signer, bytes32 digest) external view returns (bool);
}
