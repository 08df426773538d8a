// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title What a contract does with a disclosed field of a document
/// @notice Hashes the leaf from its three values as `sampan.document-tree/1` says, and asks OpenZeppelin for the rest.
contract DocumentProof {
    function holds(
        bytes32 root,
        string calldata pointer,
        string calldata value,
        bytes32 salt,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(pointer, value, salt))));
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }
}
