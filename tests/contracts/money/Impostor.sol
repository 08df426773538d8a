// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Endorsement} from "../../../contracts/bills/BillWord.sol";
import {IBillSource} from "../../../contracts/bills/IBillSource.sol";
import {IMoney} from "../../../contracts/money/IMoney.sol";

/// @title Calls itself money whose token is another contract, and a source of bills that lie anywhere
/// @notice Nobody is paid in it; it asks for nothing and lets nothing out.
contract Impostor is IMoney, IBillSource {
    IERC20 public immutable token;
    bytes3 public constant CURRENCY = "USD";

    constructor(IERC20 token_) {
        token = token_;
    }

    function collect(IMoney, address, address, uint256) external {}

    function price(uint256, uint256) external view returns (IERC20 money, uint256 amount) {
        return (token, 0);
    }

    function release(uint256, uint256, address, Endorsement, bytes32) external {}
}
