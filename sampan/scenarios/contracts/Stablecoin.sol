// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stablecoin as its issuers write them: whoever issues it can block an account
/// @notice For test chains alone: who deploys it is its issuer, and nothing stands behind it.
contract Stablecoin is ERC20 {
    event BlockedOrNot(address indexed account, bool blocked);

    error NotTheIssuer(address account);
    /// The issuer blocks it: it neither has paid to it, nor pays, nor asks for payments.
    error Blocked(address account);

    address public immutable ISSUER;
    uint8 private immutable DECIMALS;
    mapping(address account => bool) public blocked;

    constructor(string memory name, string memory symbol, uint8 decimals_) ERC20(name, symbol) {
        ISSUER = msg.sender;
        DECIMALS = decimals_;
    }

    /// @notice Issues more. The issuer.
    function mint(address to, uint256 amount) external {
        _requireIssuer();
        _mint(to, amount);
    }

    /// @notice Blocks an account, or lets it go. The issuer.
    function setBlocked(address account, bool yes) external {
        _requireIssuer();
        blocked[account] = yes;
        emit BlockedOrNot(account, yes);
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    function _update(address from, address to, uint256 amount) internal override {
        _requireFree(msg.sender);
        _requireFree(from);
        _requireFree(to);
        super._update(from, to, amount);
    }

    function _requireFree(address account) private view {
        if (blocked[account]) revert Blocked(account);
    }

    function _requireIssuer() private view {
        if (msg.sender != ISSUER) revert NotTheIssuer(msg.sender);
    }
}
