// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What an account may do for its participant
/// @notice One bit a role. A participant has roles; each of its accounts has some of them, never more.
library Roles {
    /// Issue bills of lading.
    uint256 internal constant ISSUE = 1 << 0;
    /// Answer surrenders: accept, refuse, replace, switch to paper, deliver.
    uint256 internal constant ANSWER = 1 << 1;
    /// Move bills: transfer, endorse, sign, reject, surrender, recall.
    uint256 internal constant MOVE = 1 << 2;
    /// Bind the participant: sign terms and rulebooks, publish answer times, say from whom bills are received, and which
    /// accounts it has and what they may do.
    uint256 internal constant TERMS = 1 << 3;
    /// Report cargo facts.
    uint256 internal constant PRODUCE = 1 << 4;
    /// Owe money as a bank: issue deposits and undertakings.
    uint256 internal constant BANK = 1 << 5;
    /// Supervise: read what the law lets a supervisor read, order what it lets a supervisor order.
    uint256 internal constant SUPERVISE = 1 << 6;

    /// What a participant needs to end what it has begun; only its own accounts take these from each other.
    uint256 internal constant EXITS = ANSWER | MOVE | TERMS;

    uint256 internal constant ALL = (1 << 7) - 1;
}
