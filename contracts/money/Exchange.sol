// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ILedger} from "../bills/ILedger.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IExchange} from "./IExchange.sol";
import {IMoney} from "./IMoney.sol";

/// @title Payment versus payment
contract Exchange is IExchange, EIP712, ReentrancyGuardTransient {
    bytes32 public constant QUOTE_TYPEHASH = keccak256(
        "Quote(address account,address sold,uint256 total,address bought,uint256 price,uint256 deadline,bytes32 salt)"
    );

    ILedger public immutable LEDGER;

    /// @inheritdoc IExchange
    mapping(bytes32 digest => uint256) public used;

    constructor(ILedger ledger) EIP712("Sampan Exchange", "1") {
        LEDGER = ledger;
    }

    /// @inheritdoc IExchange
    function exchange(
        Quote calldata quote,
        bytes calldata signature,
        uint256 amount,
        IMoney from,
        IMoney to,
        address payee
    ) external nonReentrant {
        bytes32 digest = _requireQuoted(quote, signature);
        if (amount == 0) revert NothingBought();
        uint256 before = used[digest];
        if (amount > quote.total - before) revert QuoteUsedUp(digest, quote.total - before, amount);
        // Down: the bank gives the fraction away.
        uint256 paid = Math.mulDiv(amount, quote.price, quote.total);
        used[digest] = before + amount;
        emit Exchanged(digest, msg.sender, payee, quote, amount, from, paid, to, before + amount);

        quote.bought.collect(from, msg.sender, quote.account, paid);
        to.collect(quote.sold, quote.account, payee, amount);
    }

    /// @inheritdoc IExchange
    function digestOf(Quote calldata quote) public view returns (bytes32) {
        // All its fields are words.
        return _hashTypedDataV4(keccak256(abi.encode(QUOTE_TYPEHASH, quote)));
    }

    /// @dev A bank's account with TERMS signed it, in time, and has not withdrawn it.
    function _requireQuoted(Quote calldata quote, bytes calldata signature) private view returns (bytes32 digest) {
        address account = quote.account;
        AccountWord word = LEDGER.standing(account);
        if (!word.acts()) revert IParticipants.MayNotAct(account);
        uint256 roles = Roles.BANK | Roles.TERMS;
        if (word.roles() & roles != roles) revert IParticipants.LacksRole(account, roles);
        if (block.timestamp > quote.deadline) revert IParticipants.SignatureExpired(quote.deadline);
        digest = digestOf(quote);
        if (LEDGER.isCancelled(account, digest)) revert IParticipants.SignatureCancelled(account, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(account, digest, signature))
            revert IParticipants.NotSignedBy(account);
    }
}
