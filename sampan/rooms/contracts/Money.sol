// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {IMoney} from "../../../contracts/money/IMoney.sol";
import {Party} from "./Party.sol";

/// @title Money of the kit: tells payer and payee, who may call back
/// @notice For test chains alone: anybody has as much of it as it likes. A room takes it as a token, or as {IMoney}.
contract Money is ERC20Permit, IMoney {
    /// @dev ISO 4217's code for tests.
    bytes3 public constant CURRENCY = "XTS";

    error NotThisMoney(IMoney from);

    constructor() ERC20("Money", "MONEY") ERC20Permit("Money") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @inheritdoc IMoney
    function collect(IMoney from, address payer, address payee, uint256 amount) external {
        if (address(from) != address(this)) revert NotThisMoney(from);
        if (msg.sender != payer) _spendAllowance(payer, msg.sender, amount);
        _transfer(payer, payee, amount);
    }

    /// @inheritdoc IMoney
    function token() external view returns (IERC20) {
        return this;
    }

    /// @dev The payer hears of it before it moves, the payee after.
    function _update(address from, address to, uint256 amount) internal override {
        if (from.code.length != 0 && to != address(0)) _tell(from);
        super._update(from, to, amount);
        if (to.code.length != 0 && from != address(0)) _tell(to);
    }

    function _tell(address account) private {
        // A room is told, too, and need not listen.
        try Party(account).onMoney() {} catch {}
    }
}
