// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// @title Money that asks nobody: the least that a payment costs
contract BareMoney is ERC20("Bare money", "BARE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @title A title that asks nobody: the least that a delivery costs
contract BareTitle is ERC721("Bare title", "BARE") {
    function mint(address to, uint256 title) external {
        _mint(to, title);
    }
}
