// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {BillWord} from "../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../contracts/bills/IBillReceiver.sol";
import {AccountWord} from "../../contracts/identity/AccountWord.sol";

/// @title A contract that does what a test tells it: a wallet that signs, or a room, honest or not
/// @notice Anyone may pull its strings; it stands on test chains alone. *Script*: the calls that it makes from inside
/// `onBill`, `onReplaced` or `onERC721Received`, to try what a dishonest room or wallet would.
contract Puppet is IBillReceiver, IERC1271, IERC721Receiver {
    struct Step {
        address to;
        bytes data;
        /// Go on when the call fails.
        bool mayFail;
    }

    /// Whose ECDSA signatures are this wallet's (ERC-1271); zero: nobody's.
    address public signatory;
    /// What `onERC721Received` answers; zero: the right selector.
    bytes4 public answer;
    /// For whom it holds what has no holder of its own, and under which deal.
    uint256 public holder;
    uint208 public deal;
    bool public refuses;
    mapping(uint256 bill => uint256) public holderOf;

    /// How many steps failed, what the last that failed and the last that did not answered, and what the ledger told it last.
    uint256 public failures;
    bytes public lastFailure;
    bytes public lastAnswer;
    uint256[] public lastBills;
    address public lastFrom;
    uint256[] public lastReplacements;
    bytes public lastTerms;
    bytes public lastReceived;
    BillWord public lastWord;
    AccountWord public lastGiver;

    Step[] private _script;
    bool private _running;

    function become(address signatory_, uint256 holder_) external {
        signatory = signatory_;
        holder = holder_;
    }

    function hold(uint256 bill, uint256 participant) external {
        holderOf[bill] = participant;
    }

    function under(uint208 deal_) external {
        deal = deal_;
    }

    function misbehave(bytes4 answer_, bool refuses_) external {
        answer = answer_;
        refuses = refuses_;
    }

    /// @notice Reverts with this: for a step that reverts as a test likes.
    function revertWith(bytes memory data) external pure {
        assembly ("memory-safe") {
            revert(add(data, 32), mload(data))
        }
    }

    function script(Step[] calldata steps) external {
        delete _script;
        for (uint256 i = 0; i < steps.length; i++) {
            _script.push(steps[i]);
        }
    }

    /// @notice Makes calls of its own, one after the other, in one transaction.
    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; i++) {
            _step(steps[i]);
        }
    }

    function onBill(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata terms
    ) external returns (uint256, uint208) {
        require(!refuses, "takes nothing");
        lastBills = [bill];
        lastWord = word;
        lastFrom = from;
        lastGiver = giver;
        lastTerms = terms;
        _play();
        return (holderOf[bill] == 0 ? holder : holderOf[bill], deal);
    }

    function onReplaced(uint256[] calldata bills, uint256[] calldata replacements) external {
        require(!refuses, "takes nothing");
        lastBills = bills;
        lastReplacements = replacements;
        _play();
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        lastReceived = msg.data;
        _play();
        return answer == 0 ? IERC721Receiver.onERC721Received.selector : answer;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = fault == ECDSA.RecoverError.NoError && signer == signatory && signer != address(0);
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function _play() private {
        if (_running) return;
        _running = true;
        for (uint256 i = 0; i < _script.length; i++) {
            _step(_script[i]);
        }
        _running = false;
    }

    function _step(Step memory step) private {
        (bool done, bytes memory output) = step.to.call(step.data);
        if (done) {
            lastAnswer = output;
            return;
        }
        if (!step.mayFail) {
            assembly ("memory-safe") {
                revert(add(output, 32), mload(output))
            }
        }
        failures += 1;
        lastFailure = output;
    }
}
