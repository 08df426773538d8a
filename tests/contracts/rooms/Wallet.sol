// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Stringed} from "./Stringed.sol";

/// @title A wallet that signs with its owner's key (ERC-1271) and takes tokens, or does not
contract Wallet is IERC1271, Stringed {
    address private immutable OWNER;
    bool private immutable TAKES_TOKENS;

    constructor(address ledger_, address owner, bool takesTokens) Stringed(ledger_) {
        OWNER = owner;
        TAKES_TOKENS = takesTokens;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = fault == ECDSA.RecoverError.NoError && signer == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function onERC721Received(address, address, uint256, bytes calldata) external view returns (bytes4) {
        return TAKES_TOKENS ? IERC721Receiver.onERC721Received.selector : bytes4(0);
    }
}
