// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bill, Endorsement, Purpose, Rejection, SurrenderFor} from "./BillWord.sol";
import {IBillTerms} from "./IBillTerms.sol";

/// @title The electronic bill of lading
/// @notice An ERC-721 token whose owner is the *possessor*. Title is a participant's: whoever is named, or, in blank,
/// whoever possesses. The id says who issued which reference in which version ({BillId}). Each verb checks, takes
/// effect, emits one event that carries the bill's act count, and calls outside last.
///
/// Who may: *possessor* means the account that owns the token, acting now, with role MOVE. *Carrier* means an account
/// that acts now, with role ANSWER, of the participant whose LEI is in the id. "Receives" means: may be given something
/// new now, has role MOVE, and takes it from this giver (else an {Agreement} of the receiver must stand in the same transaction).
/// Every verb that names a bill first may also come signed, through {act}.
///
/// `remark` is for the log; it is not stored.
interface IBills is IBillTerms {
    // --------------------------------------------------------------------------------------------------------------- issue

    /// @notice Issues a bill to its first possessor. The caller acts now, with role ISSUE, is of the participant whose
    /// LEI is in the id, and receives (a participant that winds down issues nothing). Titleholder and possessor receive.
    /// A straight bill's first possessor is its shipper.
    /// @param remark A remark; the terms when the possessor is a room.
    function issue(Terms calldata terms, address possessor, bytes calldata remark) external;

    // --------------------------------------------------------------------------------------------------------- circulation

    /// @notice Gives possession to an account; title stays. The possessor.
    function transfer(uint256 bill, address to, bytes calldata remark) external;

    /// @notice Endorses to a name, to order or in blank; with `to` gives possession in the same act. The possessor that
    /// is titleholder (kind `Order`), or any possessor of a bill in blank. A room for a titleholder that agreed.
    /// @param endorsee An account of the new titleholder; zero in blank.
    /// @param to The new possessor; zero: possession stays.
    function endorse(
        uint256 bill,
        Endorsement endorsement,
        address endorsee,
        address to,
        bytes calldata remark
    ) external;

    /// @notice Gives possession to a room under terms, with or without an endorsement. The possessor; the room is listed
    /// for the country of whoever gives and of whoever it holds for.
    /// @param terms For the room, which answers or undoes the act.
    function lodge(
        uint256 bill,
        Endorsement endorsement,
        address endorsee,
        address room,
        bytes calldata terms
    ) external;

    /// @notice Signs the bill with a purpose; logged, nothing moves. The possessor; spends its right to reject.
    function sign(uint256 bill, Purpose purpose, bytes calldata remark) external;

    /// @notice Rejects what was received, within {REJECT_HOURS} and before any other act of the receiver: possession (the
    /// possessor), title (whoever received it by an endorsement), both when one act gave both. The hours run from the last
    /// giving: possession that moves in time starts them anew, for title too. What a room gave cannot be rejected. A room
    /// gives back what was lodged with it, at any time. The first possessor rejects the issue as its first act: the bill
    /// is void. Possession goes back to the account that gave it, even a suspended one (P12).
    function reject(uint256 bill, Rejection rejection, bytes calldata remark) external;

    // ----------------------------------------------------------------------------------------------------------- surrender

    /// @notice Gives the bill to the carrier, to be answered. Straight: shipper or consignee in possession. To order or by
    /// name: the titleholder in possession, or a possessor with its agreement. In blank: the possessor.
    /// @param to An account of the carrier that acts, with role ANSWER.
    /// @param agreed Amendments: hash of the replacements agreed beforehand ({replacementsHash}); zero: signed later. Else zero.
    function surrender(uint256 bill, SurrenderFor purpose, address to, bytes32 agreed, bytes calldata remark) external;

    /// @notice Accepts a surrender for delivery (SURR). The carrier.
    function accept(uint256 bill, bytes calldata remark) external;

    /// @notice Refuses a surrender (SREJ): the bill goes back as it was. The carrier.
    /// @param remark Why; never empty.
    function refuse(uint256 bill, bytes calldata remark) external;

    /// @notice Takes a surrender back when the carrier is suspended or silent past its answer time (T7). An account of
    /// whoever surrendered.
    function recall(uint256 bill, bytes calldata remark) external;

    /// @notice Records that the cargo was delivered against a surrendered bill (P9). The carrier.
    function deliver(uint256 bill, bytes calldata remark) external;

    // --------------------------------------------------------------------------------------------------------------- views

    /// @notice All that changes in a bill; all zero when it was never issued.
    function bill(uint256 id) external view returns (Bill memory);

    /// @notice The root over the document's salted fields, fixed at issue (P3).
    function rootOf(uint256 id) external view returns (bytes32);
}
