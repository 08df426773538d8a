// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedger} from "../../contracts/bills/ILedger.sol";
import {AccountWord} from "../../contracts/identity/AccountWord.sol";
import {BillWord} from "../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../contracts/bills/IBillReceiver.sol";

/// @dev What is asked of the prover.
interface Prover {
    function prank(address caller) external;
    function warp(uint256 time) external;
    function assume(bool condition) external;
    function store(address where, bytes32 slot, bytes32 value) external;
    function load(address where, bytes32 slot) external view returns (bytes32);
    function getCode(string calldata path) external view returns (bytes memory);
    function envOr(string calldata name, uint256 otherwise) external view returns (uint256);
}

/// @dev A room that answers whatever the prover likes, and calls nothing.
contract Hall is IBillReceiver {
    uint256 private _holder;
    uint208 private _deal;

    function willAnswer(uint256 holder, uint208 deal) external {
        _holder = holder;
        _deal = deal;
    }

    function onBill(uint256, BillWord, address, AccountWord, bytes calldata) external view returns (uint256, uint208) {
        return (_holder, _deal);
    }

    function onReplaced(uint256[] calldata, uint256[] calldata) external {}
}

/// @title A ledger in any state, as far as one act sees it
/// @notice The ledger is the code that is shipped. Its storage is whatever the prover likes: one bill, which A possesses; the
/// accounts A, B and C (a contract), each a person, a room or nobody; whoever gave the bill, lodged it or acts now is one
/// of them. Conditions are numbers of one bit without short cuts, so that they do not multiply paths.
abstract contract World {
    struct Any {
        uint96 word;
        uint224 a;
        uint224 b;
        uint224 c;
        uint256 lodging;
        // B may move the bill; all bills of A.
        bool approved;
        bool operates;
        uint256 time;
        // A room gave the bill.
        bool roomGave;
        // Whoever acts: 0 A, else B.
        uint8 who;
    }

    /// What an act found.
    struct Before {
        uint256 word;
        uint256 a;
        uint256 b;
        uint256 c;
        uint256 lodging;
        uint256 time;
        address who;
        uint256 caller;
        uint256 roomGave;
        // Where the act looks them up: whoever gave the bill or surrendered it, and its word; whoever lodged it.
        address giver;
        uint256 givers;
        address lodger;
    }

    /// What it left.
    struct After {
        uint256 word;
        address owner;
        uint256 possessor;
        uint256 lodging;
        uint256 approval;
    }

    Prover internal constant PROVER = Prover(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// The carrier's LEI, and its bills "A" and "B" in version 1.
    uint256 internal constant LEI = uint256(36 ** 17);
    uint256 internal constant ID = (LEI << 156) | (1 << 140) | (uint256(0x41) << 133);
    uint256 internal constant NEXT = (LEI << 156) | (1 << 140) | (uint256(0x42) << 133);
    address internal constant A = address(0xAAAA);
    address internal constant B = address(0xBBBB);
    address internal C;

    // Where the ledger's storage has it; `tests/proofs/test_proofs.py` holds them against the artifacts.
    uint256 internal constant RECORDS = 3;
    uint256 internal constant PARTICIPANT_OF = 4;
    uint256 internal constant ACCOUNT_AT = 5;
    uint256 internal constant IS_GIVER = 6;
    uint256 internal constant ROOM_LISTED_FOR = 7;
    uint256 internal constant AGREED_REPLACEMENTS = 13;
    uint256 internal constant LODGINGS = 14;

    uint256 internal constant NUMBER = 0xfffff;
    uint256 internal constant MOVE = 1 << 2;
    uint256 internal constant REJECT_HOURS = 72;
    /// Kind, titleholder, and whoever gave title.
    uint256 internal constant TITLE_BITS = (uint256(3) << 4) | (NUMBER << 36) | (NUMBER << 76);

    ILedger internal ledger;
    /// Which properties are asked: all, or those that the environment names.
    uint256 internal asked;
    /// Which case of the check is tried: its digits are what `_pick` takes.
    uint256 internal cases;

    function setUp() public {
        address amendments = _deploy(PROVER.getCode("code/Amendments.json"));
        address registry = _deploy(PROVER.getCode("code/Registry.json"));
        bytes memory bills = PROVER.getCode("code/Bills.json");
        ledger = ILedger(_deploy(abi.encodePacked(bills, abi.encode(address(0xA17), amendments, registry))));
        C = address(new Hall());
        asked = PROVER.envOr("SAMPAN_ASKED", type(uint256).max);
        cases = PROVER.envOr("SAMPAN_CASE", 0);
    }

    /// One of so many, without a path for each: a run tries one, and together the runs try them all. A check calls it itself,
    /// so that the runs can be counted in its text.
    function _pick(uint256 many) internal returns (uint8 picked) {
        picked = uint8(cases % many);
        cases /= many;
    }

    function _deploy(bytes memory code) private returns (address made) {
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
    }

    // ---------------------------------------------------------------------------------------------------------- bits

    function u(bool x) internal pure returns (uint256 r) {
        assembly {
            r := x
        }
    }

    function yes(uint256 x) internal pure returns (bool r) {
        assembly {
            r := x
        }
    }

    function not(uint256 x) internal pure returns (uint256) {
        return x ^ 1;
    }

    function imp(uint256 x, uint256 y) internal pure returns (uint256) {
        return (x ^ 1) | y;
    }

    function either(uint256 condition, uint256 x, uint256 y) internal pure returns (uint256) {
        unchecked {
            return y ^ ((x ^ y) & (0 - condition));
        }
    }

    // ------------------------------------------------------------------------------------------- a bill's word, by the book

    function status(uint256 w) internal pure returns (uint256) {
        return w & 0xf;
    }

    function kind(uint256 w) internal pure returns (uint256) {
        return (w >> 4) & 3;
    }

    function mayRejectPossession(uint256 w) internal pure returns (uint256) {
        return (w >> 6) & 1;
    }

    function mayRejectTitle(uint256 w) internal pure returns (uint256) {
        return (w >> 7) & 1;
    }

    function acts(uint256 w) internal pure returns (uint256) {
        return (w >> 9) & 0x7ff;
    }

    function since(uint256 w) internal pure returns (uint256) {
        return (w >> 20) & 0xffff;
    }

    function titleholder(uint256 w) internal pure returns (uint256) {
        return (w >> 36) & NUMBER;
    }

    function givenBy(uint256 w) internal pure returns (uint256) {
        return (w >> 56) & NUMBER;
    }

    function formerly(uint256 w) internal pure returns (uint256) {
        return (w >> 76) & NUMBER;
    }

    function isLive(uint256 w) internal pure returns (uint256) {
        return u(status(w) == 1);
    }

    function isPending(uint256 w) internal pure returns (uint256) {
        return u(status(w) >= 2) & u(status(w) <= 4);
    }

    function isBlank(uint256 w) internal pure returns (uint256) {
        return u(kind(w) == 3);
    }

    // --------------------------------------------------------------------------------------- an account's word, by the book

    function lei(uint256 a) internal pure returns (uint256) {
        return a & ((1 << 94) - 1);
    }

    function participant(uint256 a) internal pure returns (uint256) {
        return (a >> 94) & NUMBER;
    }

    function has(uint256 a, uint256 role) internal pure returns (uint256) {
        return u((a >> 134) & role == role);
    }

    function country(uint256 a) internal pure returns (uint256) {
        return (a >> 150) & 0xffff;
    }

    function actsBit(uint256 a) internal pure returns (uint256) {
        return (a >> 166) & 1;
    }

    function isRoom(uint256 a) internal pure returns (uint256) {
        return (a >> 168) & 1;
    }

    function receiving(uint256 a) internal pure returns (uint256) {
        return (a >> 169) & 3;
    }

    function approves(uint256 a) internal pure returns (uint256) {
        return (a >> 171) & 1;
    }

    function issuedBy(uint256 a) internal pure returns (uint256) {
        return (a >> 174) & 0xffffff;
    }

    function inForce(uint256 a, uint256 time) internal pure returns (uint256) {
        return u(time >= ((a >> 198) & NUMBER) * 1 hours);
    }

    function actsNow(uint256 a, uint256 time) internal pure returns (uint256) {
        return actsBit(a) & inForce(a, time);
    }

    /// Receives now, and can let it go again.
    function receivesNow(uint256 a, uint256 time) internal pure returns (uint256) {
        return ((a >> 167) & 1) & inForce(a, time) & has(a, MOVE);
    }

    function isCarrier(uint256 a) internal pure returns (uint256) {
        return u(lei(a) == LEI);
    }

    function same(uint256 a, uint256 b) internal pure returns (uint256) {
        return u(participant(a) != 0) & u(participant(a) == participant(b));
    }

    // ------------------------------------------------------------------------------------------------ a lodging's word

    function heldFor(uint256 l) internal pure returns (uint256) {
        return l & NUMBER;
    }

    function lodgedBy(uint256 l) internal pure returns (uint256) {
        return (l >> 20) & NUMBER;
    }

    function endorsedIn(uint256 l) internal pure returns (uint256) {
        return (l >> 40) & 1;
    }

    // --------------------------------------------------------------------------------------------------------- parties

    function _party(uint8 which) internal view returns (address) {
        return
            which == 0
                ? A
                : which == 1
                    ? B
                    : C;
    }

    function _partys(Before memory b, uint8 which) internal pure returns (uint256) {
        return
            which == 0
                ? b.a
                : which == 1
                    ? b.b
                    : b.c;
    }

    /// One of the three, or nobody.
    function _maybe(uint8 which) internal view returns (address) {
        return which > 2 ? address(0) : _party(which);
    }

    function _maybes(Before memory b, uint8 which) internal pure returns (uint256) {
        return which > 2 ? 0 : _partys(b, which);
    }

    /// The word of the account at one of the three addresses, without a fork.
    function _at(Before memory b, address account) internal view returns (uint256) {
        uint256 c = either(u(account == C), b.c, 0);
        return either(u(account == A), b.a, either(u(account == B), b.b, c));
    }

    // --------------------------------------------------------------------------------------------------------- storage

    function _billSlot(uint256 id) internal pure returns (uint256) {
        unchecked {
            return id + id + uint256(keccak256(abi.encodePacked(bytes28(bytes32(id)), bytes4(0x7d882553))));
        }
    }

    function _accountSlot(address account) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(account, bytes8(0x0a5a2e7a00000000))));
    }

    function _operatorSlot(address owner, address operator) internal pure returns (uint256) {
        return uint256(keccak256(abi.encodePacked(owner, bytes8(0x0a5a2e7a00000000), operator)));
    }

    function _in(uint256 mapping_, uint256 key) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, mapping_)));
    }

    function _put(uint256 slot, uint256 value) internal {
        PROVER.store(address(ledger), bytes32(slot), bytes32(value));
    }

    function _get(uint256 slot) internal view returns (uint256) {
        return uint256(PROVER.load(address(ledger), bytes32(slot)));
    }

    /// An account with so many bills.
    function _enrol(address account, uint256 number, uint256 word, uint256 bills) internal {
        _put(_accountSlot(account), (word << 32) | bills);
        _put(_in(ACCOUNT_AT, number), uint160(account));
    }

    function _listedSlot(address room, uint256 country_) internal pure returns (uint256) {
        return _in(_in(ROOM_LISTED_FOR, uint160(room)), country_ << 240);
    }

    function _giverSlot(uint256 receiver, uint256 giver) internal pure returns (uint256) {
        return _in(_in(IS_GIVER, participant(receiver)), participant(giver));
    }

    // ------------------------------------------------------------------------------------------------- what always holds

    /// A word that an account may have: nobody's, a person's or a room's.
    function _account(uint256 a) internal pure returns (uint256) {
        uint256 person = u(participant(a) != 0) & u(lei(a) != 0) & not(isRoom(a));
        uint256 room = u(participant(a) == 0) & u(lei(a) == 0) & isRoom(a);
        uint256 nobody = u(a >> 134 == 0) & u(participant(a) == 0) & u(lei(a) == 0);
        return (person | room | nobody) & u(receiving(a) != 3) & u(a >> 222 == 0);
    }

    /// What every word of a bill keeps, with the account that possesses it.
    function _wordHolds(uint256 w, uint256 possessor, uint256 roomGave) internal pure returns (uint256) {
        uint256 rejectable = mayRejectPossession(w) | mayRejectTitle(w);
        return
            u(status(w) >= 1) &
            u(status(w) <= 9) &
            u(acts(w) != 0) &
            // Only a bill in blank has no titleholder.
            u(isBlank(w) == u(titleholder(w) == 0)) &
            // A straight bill has a shipper.
            imp(u(kind(w) == 0), u(formerly(w) != 0)) &
            // Title that would go back in blank is with whoever possesses.
            imp(
                isLive(w) & mayRejectTitle(w) & u(formerly(w) == 0) & not(isBlank(w)),
                u(participant(possessor) == titleholder(w))
            ) &
            // What waits for an answer is rejected by nobody, nor what is in a room or came out of one.
            imp(isPending(w) | isRoom(possessor), not(rejectable)) &
            imp(mayRejectPossession(w), isLive(w) & not(roomGave)) &
            imp(mayRejectTitle(w), isLive(w) | u(status(w) == 9));
    }

    /// The bill is in a room, or a room's surrender of it waits for an answer.
    function _inRoom(uint256 w, uint256 possessor, uint256 roomGave) internal pure returns (uint256) {
        return (isLive(w) & isRoom(possessor)) | (isPending(w) & roomGave);
    }

    /// There for somebody; else no lodging stands.
    function _lodgingHolds(
        uint256 w,
        uint256 possessor,
        uint256 roomGave,
        uint256 lodging
    ) internal pure returns (uint256) {
        uint256 inRoom = _inRoom(w, possessor, roomGave);
        return imp(inRoom, u(heldFor(lodging) != 0)) & imp((isLive(w) | isPending(w)) & not(inRoom), u(lodging == 0));
    }

    // ------------------------------------------------------------------------------------------------------- the world

    /// The ledger in that state. A room that was given the bill and has not answered yet is among them. Whoever gave the bill
    /// may be anybody, a room or not.
    function _make(Any memory w) internal returns (Before memory b) {
        PROVER.warp(w.time);
        uint224 unnumbered = ~(uint224(NUMBER) << 114);
        b.word = w.word;
        b.a = (w.a & unnumbered) | (uint224(1) << 114);
        b.b = (w.b & unnumbered) | (uint224(2) << 114);
        b.c = (w.c & unnumbered) | (uint224(3) << 114);
        (w.a, w.b, w.c) = (uint224(b.a), uint224(b.b), uint224(b.c));
        b.lodging = w.lodging;
        b.time = w.time;
        b.roomGave = u(w.roomGave);
        uint256 unanswered = isLive(b.word) & isRoom(b.a) & u(b.lodging == 0);
        PROVER.assume(
            yes(
                u(w.time > 400_000 hours) &
                    u(w.time < 1_000_000 hours) &
                    _account(b.a) &
                    _account(b.b) &
                    _account(b.c) &
                    imp(u(givenBy(b.word) == 1), u(b.roomGave == isRoom(b.a))) &
                    _wordHolds(b.word, b.a, b.roomGave) &
                    (unanswered | _lodgingHolds(b.word, b.a, b.roomGave, b.lodging)) &
                    // An account that gave an approval bears the mark.
                    imp(u(w.approved), approves(b.a))
            )
        );
        _enrol(A, 1, b.a, 5);
        _enrol(B, 2, b.b, 5);
        _enrol(C, 3, b.c, 5);
        _put(_billSlot(ID), (b.word << 160) | uint160(A));
        _put(_billSlot(ID) + 1, uint160(B) * u(w.approved));
        _put(_operatorSlot(A, B), u(w.operates));
        _put(_in(LODGINGS, ID), b.lodging);
    }

    /// The same, of a bill whose giver the act looks up: A, B or C, one path for each.
    function _makeGiven(Any memory w, uint8 giver) internal returns (Before memory b) {
        uint96 number =
            giver == 0
                ? 1
                : giver == 1
                    ? 2
                    : 3;
        w.word = (w.word & ~(uint96(NUMBER) << 56)) | (number << 56);
        b = _make(w);
        b.giver =
            number == 1
                ? A
                : number == 2
                    ? B
                    : C;
        b.givers =
            number == 1
                ? b.a
                : number == 2
                    ? b.b
                    : b.c;
        PROVER.assume(yes(u(b.roomGave == isRoom(b.givers)) & (isRoom(b.givers) | u(participant(b.givers) != 0))));
    }

    /// The same, of a bill whose lodger the act looks up, a person; 0: nobody lodged it.
    function _makeLodged(Any memory w, uint8 lodger) internal returns (Before memory b) {
        uint256 number = lodger == 1 ? 2 : 3;
        w.lodging = lodger == 0 ? 0 : (w.lodging & ~(NUMBER << 20)) | (number << 20);
        b = _make(w);
        if (lodger == 0) return b;
        b.lodger = number == 2 ? B : C;
        PROVER.assume(yes(u(participant(number == 2 ? b.b : b.c) != 0)));
    }

    /// The next call is by whoever acts, the possessor or another: one path for each.
    function _act(Any memory w, Before memory b) internal {
        if (w.who == 0) (b.who, b.caller) = (A, b.a);
        else (b.who, b.caller) = (B, b.b);
        PROVER.prank(b.who);
    }

    function _left(Before memory b) internal view returns (After memory x) {
        return _left(b, ID);
    }

    function _left(Before memory b, uint256 id) internal view returns (After memory x) {
        uint256 packed = _get(_billSlot(id));
        x.word = packed >> 160;
        x.owner = address(uint160(packed));
        x.possessor = _at(b, x.owner);
        x.lodging = _get(_in(LODGINGS, id));
        x.approval = _get(_billSlot(id) + 1);
    }
}
