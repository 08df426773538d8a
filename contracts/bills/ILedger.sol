// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

import {IParticipants} from "../identity/IParticipants.sol";
import {IAmendments} from "./IAmendments.sol";
import {IBills} from "./IBills.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @title All that the address of {Bills} answers
/// @notice One address, one storage, three pieces of code: everyday verbs ({Bills}), rarer roads ({Amendments}), who is
/// who and who signed ({Registry}).
interface ILedger is IBills, IAmendments, ISignedActs, IParticipants, IERC721Metadata {
    /// @notice Several calls in one transaction, all or none.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);
}
