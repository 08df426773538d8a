// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A party of the kit: a wallet that may call back when it is given, or pays, something
/// @notice For test chains alone: anybody may have it call anything. It signs with its owner's key.
contract Party is IERC1271, IERC721Receiver {
    address private immutable OWNER;

    address private _target;
    bytes private _armed;

    /// What it was armed with was tried, and was done.
    bool public tried;
    bool public done;

    constructor(address owner) {
        OWNER = owner;
    }

    /// @notice Calls somebody, and hands on what that one reverts with.
    function run(address target, bytes calldata call_) external {
        (bool good, bytes memory answer) = target.call(call_);
        if (!good) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    /// @notice Makes this call once, at the next occasion inside an act of somebody.
    function arm(address target, bytes calldata call_) external {
        _target = target;
        _armed = call_;
        tried = false;
        done = false;
    }

    /// @notice Money came or goes.
    function onMoney() external {
        _callBack();
    }

    /// @inheritdoc IERC721Receiver
    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _callBack();
        return IERC721Receiver.onERC721Received.selector;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = fault == ECDSA.RecoverError.NoError && signer == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function _callBack() private {
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        tried = true;
        (done, ) = target.call(_armed);
    }
}
