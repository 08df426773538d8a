// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How a token of the tests behaves.
enum Manner {
    Honest,
    ReturnsNothing,
    ReturnsFalse,
    TakesAFee,
    Rebases,
    BlocksAnAccount,
    LiesAboutBalances,
    Reenters,
    ReentersAndSaysNothing
}

/// @title A token as they are met, and as nobody wants to meet one
contract HostileToken {
    Manner public immutable MANNER;
    uint8 public immutable decimals;
    mapping(address => uint256) private _balances;
    mapping(address => mapping(address => uint256)) public allowance;
    address public blocked;
    /// What it calls back when it moves, and with what.
    address public victim;
    bytes public call;
    bool public reentered;

    constructor(Manner manner, uint8 decimals_) {
        MANNER = manner;
        decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _balances[to] += amount;
    }

    function block_(address account) external {
        blocked = account;
    }

    function arm(address victim_, bytes calldata call_) external {
        victim = victim_;
        call = call_;
    }

    function balanceOf(address account) external view returns (uint256) {
        return MANNER == Manner.LiesAboutBalances ? 1_000_000 : _balances[account];
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
        _answer();
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
        _answer();
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        _answer();
    }

    function _move(address from, address to, uint256 amount) internal {
        require(MANNER != Manner.BlocksAnAccount || (from != blocked && to != blocked), "blocked");
        if (MANNER == Manner.ReturnsFalse) return;
        _balances[from] -= amount;
        _balances[to] += MANNER == Manner.TakesAFee ? amount - amount / 100 : amount;
        if (MANNER == Manner.Rebases) _balances[from] = (_balances[from] * 99) / 100;
        bool quiet = MANNER == Manner.ReentersAndSaysNothing;
        if ((MANNER == Manner.Reenters || quiet) && victim != address(0)) {
            (bool done, bytes memory output) = victim.call(call);
            reentered = done;
            if (!done && !quiet)
                assembly {
                    revert(add(output, 32), mload(output))
                }
        }
    }

    /// @dev As the manner has it: true, false, or nothing at all.
    function _answer() private view {
        if (MANNER == Manner.ReturnsNothing) return;
        bool answer = MANNER != Manner.ReturnsFalse;
        assembly {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
