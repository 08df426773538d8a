// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {BillWord, Endorsement} from "../bills/BillWord.sol";
import {IBillReceiver} from "../bills/IBillReceiver.sol";
import {ILedger} from "../bills/ILedger.sol";
import {ISignedActs} from "../bills/ISignedActs.sol";
import {LodgingWord} from "../bills/LodgingWord.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";

/// @title A room: possesses bills for somebody, under a deal
/// @notice For whom a bill is held, who lodged it and its *deal*, 208 bits, the ledger keeps. A room says what a bill may
/// enter under ({_entered}), and which of its parties may bring it out, and when: back as it came ({_giveBack}), or to
/// whoever the deal says ({_letOut}). See docs/rooms.md, and `sampan room check`.
///
/// The *actor* of a verb is its caller, or whoever signed it ({act}): a party needs no ether. Several calls, among them
/// agreements and permits to be shown, go into one transaction by `multicall`.
///
/// A verb that calls a token, or any code that is not the ledger's, is `nonReentrant`. The ledger calls nobody when a bill
/// leaves, and what a room reads of a lodging is the ledger's, never behind.
abstract contract Room is IBillReceiver, Multicall, EIP712, ReentrancyGuardTransient {
    /// @notice Call(address signer,bytes call,bytes32 salt,uint256 deadline)
    bytes32 public constant CALL_TYPEHASH = keccak256("Call(address signer,bytes call,bytes32 salt,uint256 deadline)");

    ILedger public immutable LEDGER;

    mapping(bytes32 digest => bool) private _used;
    address private transient _signer;

    /// A relayer carried out what somebody signed; the events of the call follow.
    event CalledBySignature(address indexed signer, address indexed relayer, bytes32 digest);

    error NotTheLedger(address caller);
    /// The bill is not in this room, or not under this deal.
    error NotUnderThisDeal(uint256 bill);
    /// The deal does not let this account do that.
    error NotAParty(address account);
    /// A signature counts once.
    error AlreadyUsed(bytes32 digest);

    /// @param name_ Of the room, for those who sign: `EIP712Domain(name, "1", chain, this room)`.
    constructor(ILedger ledger, string memory name_) EIP712(name_, "1") {
        LEDGER = ledger;
    }

    // --------------------------------------------------------------------------------------------------- by signature

    /// @notice Carries out a signed call to this room, once. Anyone who pays for it.
    /// @param call_ Selector and arguments.
    /// @param salt What makes two equal calls two.
    /// @param deadline Last second since 1970 at which it counts. The signer withdraws it by {ISignedActs-cancel}.
    /// @param signature Of `signer`, EIP-712 or ERC-1271.
    function act(
        address signer,
        bytes calldata call_,
        bytes32 salt,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(CALL_TYPEHASH, signer, keccak256(call_), salt, deadline))
        );
        if (block.timestamp > deadline) revert IParticipants.SignatureExpired(deadline);
        if (_used[digest]) revert AlreadyUsed(digest);
        if (LEDGER.isCancelled(signer, digest)) revert IParticipants.SignatureCancelled(signer, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature))
            revert IParticipants.NotSignedBy(signer);
        _used[digest] = true;
        emit CalledBySignature(signer, msg.sender, digest);

        address outer = _signer;
        _signer = signer;
        Address.functionCall(address(this), call_);
        _signer = outer;
    }

    /// @notice Shows an agreement to the ledger, for a later call of the same `multicall`.
    function agree(ISignedActs.Agreement calldata agreement, bytes calldata signature) external {
        LEDGER.agree(agreement, signature);
    }

    /// @notice Shows a permit to a token, for a later call of the same `multicall`. One that was shown before is no fault:
    /// whether it stands, the payment says.
    function permit(
        IERC20Permit money,
        address owner,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        try money.permit(owner, address(this), value, deadline, v, r, s) {} catch {}
    }

    /// @dev The caller, or whoever signed when this contract calls itself.
    function _actor() internal view returns (address) {
        return msg.sender == address(this) ? _signer : msg.sender;
    }

    // ---------------------------------------------------------------------------------------------------- bills enter

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata terms
    ) external returns (uint256 holder, uint208 deal) {
        if (msg.sender != address(LEDGER)) revert NotTheLedger(msg.sender);
        return _entered(bill, word, from, giver, terms);
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata bills, uint256[] calldata replacements) external {
        if (msg.sender != address(LEDGER)) revert NotTheLedger(msg.sender);
        _replaced(bills, replacements);
    }

    /// @dev Checks the terms, or reverts; for whom the bill is held, under which deal. The lodger, or who agreed to it: the
    /// ledger asks only whether that participant may be given anything.
    function _entered(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata terms
    ) internal virtual returns (uint256 holder, uint208 deal);

    /// @dev The replacements are held as the first replaced bill was; what else becomes of them is the room's. A room that
    /// surrenders nothing for amendment has nothing to do here.
    function _replaced(uint256[] calldata bills, uint256[] calldata replacements) internal virtual;

    // ---------------------------------------------------------------------------------------------------- the lodging

    /// @dev What the ledger keeps of a bill that this room possesses or has surrendered. A bill that lies with another room
    /// is not ours, whatever deal that room names.
    function _lodging(uint256 bill) internal view returns (LodgingWord word) {
        address room;
        (room, word) = LEDGER.lodging(bill);
        if (room != address(this)) revert NotUnderThisDeal(bill);
    }

    /// @dev The holder, if the bill is here under this deal.
    function _under(uint256 bill, uint208 deal) internal view returns (uint256 holder) {
        LodgingWord word = _lodging(bill);
        if (word.deal() != deal) revert NotUnderThisDeal(bill);
        return word.holder();
    }

    /// @dev For another, who acts in this call or signed, or under another deal.
    function _hold(uint256 bill, uint256 holder, uint208 deal) internal {
        LEDGER.hold(bill, holder, deal);
    }

    // ---------------------------------------------------------------------------------------------------- bills leave

    /// @dev To whoever lodged it, as it came; never refused, whatever anybody's standing. While it is held for somebody else,
    /// that one asks for it, or the deal has run out.
    function _giveBack(uint256 bill) internal {
        LEDGER.giveBack(bill, "");
    }

    /// @dev To a person that asked for it, with or without an endorsement to it.
    function _letOut(uint256 bill, address to, Endorsement endorsement) internal {
        if (endorsement == Endorsement.None) LEDGER.transfer(bill, to, "");
        else LEDGER.endorse(bill, endorsement, endorsement == Endorsement.Blank ? address(0) : to, to, "");
    }

    // -------------------------------------------------------------------------------------------------------- parties

    /// @dev The participant of an account that acts now, with a role. Whether the room is still listed for it nobody asks
    /// here: deals run out.
    function _participant(address account, uint256 role) internal view returns (uint256) {
        AccountWord word = LEDGER.standing(account);
        if (!word.acts()) revert IParticipants.MayNotAct(account);
        if (word.roles() & role != role) revert IParticipants.LacksRole(account, role);
        return word.participant();
    }

    function _requireParty(address account, uint256 role, uint256 participant) internal view {
        if (_participant(account, role) != participant) revert NotAParty(account);
    }

    /// @dev The account, or its successor: money and bills for a lost account go there.
    function _living(address account) internal view returns (address) {
        AccountWord word = LEDGER.standing(account);
        return word.actsBit() ? account : LEDGER.accountAt(word.number());
    }
}
