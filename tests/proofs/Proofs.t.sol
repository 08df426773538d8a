// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAmendments} from "../../contracts/bills/IAmendments.sol";
import {
    Endorsement,
    Kind,
    Purpose,
    RecordLaw,
    Rejection,
    SurrenderFor,
    Terms
} from "../../contracts/bills/BillWord.sol";
import {Hall, World} from "./World.sol";

/// @title One act from any state
/// @notice A check tries one verb by anybody and says what must hold when it succeeded; what a property says in words stands
/// in `tests/proofs/properties.py`, under its name.
contract Proofs is World {
    uint256 internal constant MOVED = 1 << 0;
    uint256 internal constant TITLE = 1 << 1;
    uint256 internal constant PLAIN = 1 << 2;
    uint256 internal constant ENDED = 1 << 3;
    uint256 internal constant ACTING = 1 << 4;
    uint256 internal constant COUNTED = 1 << 5;
    uint256 internal constant KEPT = 1 << 6;
    uint256 internal constant HELD = 1 << 7;
    uint256 internal constant UNLODGED = 1 << 8;
    uint256 internal constant MAY_HOLD = 1 << 9;
    uint256 internal constant UNANSWERED = 1 << 10;
    uint256 internal constant RECEIVES = 1 << 11;
    uint256 internal constant WELCOME = 1 << 12;
    uint256 internal constant ENDORSES = 1 << 13;
    uint256 internal constant HOURS = 1 << 14;
    uint256 internal constant REJECTS = 1 << 15;
    uint256 internal constant BEARER = 1 << 16;
    uint256 internal constant SURRENDERS = 1 << 17;
    uint256 internal constant RESTORED = 1 << 18;
    uint256 internal constant GIVEN_BACK = 1 << 19;
    uint256 internal constant WAY_OUT = 1 << 20;
    uint256 internal constant ANSWERED = 1 << 21;
    uint256 internal constant REPLACED = 1 << 22;
    uint256 internal constant SHIPPER = 1 << 23;
    uint256 internal constant RECOVERED = 1 << 24;
    uint256 internal constant ISSUED = 1 << 25;
    uint256 internal constant APPROVALS = 1 << 26;
    uint256 internal constant BALANCES = 1 << 27;

    uint256 private constant ISSUE = 1 << 0;
    uint256 private constant ANSWER = 1 << 1;

    function _must(uint256 property, uint256 holds) private pure returns (uint256) {
        return property * (holds ^ 1);
    }

    function _assert(uint256 broken) private view {
        assert(broken & asked == 0);
    }

    // ------------------------------------------------------------------------------------------------- whatever the act

    /// What one act may have done, whichever it was.
    function _always(Before memory b, After memory x) private view returns (uint256 broken) {
        uint256 moved = u(x.owner != A);
        uint256 waiting = isLive(b.word) & isRoom(b.a) & u(b.lodging == 0);
        uint256 gave = either(u(givenBy(x.word) == 1), isRoom(b.a), b.roomGave);
        uint256 inRoom = _inRoom(x.word, x.possessor, gave);
        broken =
            _must(ENDED, u(status(b.word) <= 5)) |
            _must(UNANSWERED, not(waiting)) |
            _must(KEPT, _wordHolds(x.word, x.possessor, gave)) |
            _must(HELD, imp(inRoom, u(heldFor(x.lodging) != 0))) |
            _must(UNLODGED, imp((isLive(x.word) | isPending(x.word)) & not(inRoom), u(x.lodging == 0))) |
            _must(APPROVALS, imp(moved, u(x.approval == 0)) & imp(u(x.approval != 0), approves(x.possessor)));
        uint256 a = _get(_accountSlot(A));
        uint256 c = _get(_accountSlot(C));
        uint256 b_ = _get(_accountSlot(B));
        broken |= _must(
            BALANCES,
            u(a == (b.a << 32) | (5 - moved)) &
                u(b_ == (b.b << 32) | (5 + u(x.owner == B))) &
                u(c == (b.c << 32) | (5 + u(x.owner == C)))
        );
    }

    function _once(Before memory b, After memory x) private pure returns (uint256) {
        return
            _must(
                COUNTED,
                either(u(acts(b.word) == 2047), u(acts(x.word) == 2047), u(acts(x.word) == acts(b.word) + 1))
            );
    }

    /// Somebody acted on the bill, as itself.
    function _acted(Before memory b, After memory x) private view returns (uint256) {
        uint256 changed = u(titleholder(x.word) != titleholder(b.word)) | u(kind(x.word) != kind(b.word));
        uint256 entitled = u(titleholder(b.word) != 0) & u(participant(b.caller) == titleholder(b.word));
        uint256 may = isLive(b.word) & (u(b.who == A) | entitled);
        return _always(b, x) | _once(b, x) | _must(ACTING, actsNow(b.caller, b.time)) | _must(TITLE, imp(changed, may));
    }

    /// Title that may still be rejected is no fresher than it was.
    function _hours(Before memory b, After memory x) private pure returns (uint256) {
        return _must(HOURS, imp(mayRejectTitle(x.word) & mayRejectTitle(b.word), u(since(x.word) == since(b.word))));
    }

    function _plain(Before memory b, After memory x) private pure returns (uint256) {
        return _must(PLAIN, u(x.word & TITLE_BITS == b.word & TITLE_BITS));
    }

    /// A possessor gave the bill to a person.
    function _given(
        Before memory b,
        After memory x,
        bool listedGiver,
        bool listedCountry
    ) private pure returns (uint256 broken) {
        uint256 out = isRoom(b.a);
        uint256 isHolder = actsBit(x.possessor) & u(participant(x.possessor) == heldFor(b.lodging));
        uint256 may = receivesNow(x.possessor, b.time);
        broken = _must(RECEIVES, not(isRoom(x.possessor)) & either(out, isHolder | (may & u(listedCountry)), may));
        broken |= _must(WELCOME, out | _takes(b, x.possessor, listedGiver));
    }

    /// From anyone, its own, or whom it listed.
    function _takes(Before memory b, uint256 receiver, bool listedGiver) private pure returns (uint256) {
        return u(receiving(receiver) == 0) | same(receiver, b.a) | (u(receiving(receiver) == 1) & u(listedGiver));
    }

    // ----------------------------------------------------------------------------------------------------- circulation

    function check_transfer(Any memory w, uint8 to, bool listedGiver, bool listedCountry) public {
        Before memory b = _make(w);
        uint256 receiver = _partys(b, to);
        _put(_giverSlot(receiver, b.a), u(listedGiver));
        _put(_listedSlot(A, country(receiver)), u(listedCountry));
        _act(w, b);
        try ledger.transfer(ID, _party(to), "") {
            After memory x = _left(b);
            uint256 broken = _acted(b, x) | _plain(b, x) | _hours(b, x) | _given(b, x, listedGiver, listedCountry);
            _assert(broken | _must(MOVED, u(b.who == A) & u(x.owner == _party(to)) & isLive(x.word)));
        } catch {}
    }

    function check_transferFrom(Any memory w, uint8 to, bool listedGiver, bool listedCountry) public {
        to = to == 1 ? 1 : 2;
        Before memory b = _make(w);
        uint256 receiver = _partys(b, to);
        _put(_giverSlot(receiver, b.a), u(listedGiver));
        _put(_listedSlot(A, country(receiver)), u(listedCountry));
        _act(w, b);
        try ledger.transferFrom(A, _party(to), ID) {
            After memory x = _left(b);
            uint256 broken =
                _always(b, x) | _once(b, x) | _plain(b, x) | _hours(b, x) | _given(b, x, listedGiver, listedCountry);
            // Operator and possessor act, both.
            broken |= _must(ACTING, actsNow(b.caller, b.time) & actsNow(b.a, b.time));
            uint256 operator = u(b.who == B) & (u(w.approved) | u(w.operates));
            _assert(broken | _must(MOVED, (u(b.who == A) | operator) & u(x.owner == _party(to)) & isLive(x.word)));
        } catch {}
    }

    function check_sign(Any memory w) public {
        Before memory b = _make(w);
        _act(w, b);
        try ledger.sign(ID, Purpose.Seen, "") {
            After memory x = _left(b);
            _assert(_acted(b, x) | _plain(b, x) | _must(MOVED, u(b.who == A) & u(x.owner == A)));
        } catch {}
    }

    function check_approve(Any memory w, uint8 operator) public {
        Before memory b = _make(w);
        _act(w, b);
        try ledger.approve(_maybe(operator), ID) {
            After memory x = _left(b);
            uint256 marked = _get(_accountSlot(A)) >> 203;
            // The bill is as it was; the mark stands wherever an approval does, and nobody is approved who may not receive.
            uint256 person = receivesNow(_maybes(b, operator), b.time) & not(isRoom(_maybes(b, operator)));
            _assert(
                _must(
                    APPROVALS,
                    u(b.who == A) &
                        u(x.word == b.word) &
                        u(x.owner == A) &
                        u(x.lodging == b.lodging) &
                        u(x.approval == uint160(_maybe(operator))) &
                        imp(u(x.approval != 0), marked & 1 & person & actsNow(b.caller, b.time))
                )
            );
        } catch {}
    }

    function check_endorse(Any memory w, uint8 endorsee, bool listedGiver, bool listedCountry) public {
        uint8 e = _pick(4);
        w.who = _pick(2);
        uint8 to = _pick(2) == 0 ? 3 : 1;
        Before memory b = _make(w);
        uint256 receiver = _maybes(b, to);
        uint256 entitled = _maybes(b, endorsee);
        _put(_giverSlot(receiver, b.a), u(listedGiver));
        _put(_listedSlot(A, country(receiver)), u(listedCountry));
        _act(w, b);
        try ledger.endorse(ID, Endorsement(e), _maybe(endorsee), _maybe(to), "") {
            After memory x = _left(b);
            uint256 moved = u(x.owner != A);
            uint256 broken = _acted(b, x) | _must(MOVED, imp(moved, u(b.who == A)));
            if (x.owner != A) broken |= _given(b, x, listedGiver, listedCountry);
            // Nobody endorses what is another's (no agreement stands here), nor a straight bill, nor one by name; a room only out.
            broken |= _must(
                ENDORSES,
                u(b.who == A) &
                    u(e != 0) &
                    (isBlank(b.word) | (u(kind(b.word) == 1) & u(participant(b.a) == titleholder(b.word)))) &
                    imp(isRoom(b.a), moved)
            );
            // Title goes to whom was named, which receives.
            broken |= _must(ENDORSES, u(titleholder(x.word) == either(u(e == 3), 0, participant(entitled))));
            broken |= _must(RECEIVES, imp(u(e != 3), receivesNow(entitled, b.time) & not(isRoom(entitled))));
            _assert(broken);
        } catch {}
    }

    function check_reject(Any memory w, uint8 giver, uint8 r) public {
        Before memory b = _makeGiven(w, giver);
        PROVER.assume(r < 4);
        _act(w, b);
        try ledger.reject(ID, Rejection(r), "") {
            After memory x = _left(b);
            uint256 broken = _acted(b, x);
            uint256 possession = u(r != 1);
            uint256 title = u(r == 1) | u(r == 2);
            uint256 received = either(isBlank(b.word), u(b.who == A), u(participant(b.caller) == titleholder(b.word)));
            uint256 elapsed;
            unchecked {
                elapsed = (b.time / 1 hours - since(b.word)) & 0xffff;
            }
            // Each rejects what it was given, in time; possession goes back to whoever gave it, title to whoever gave that.
            broken |= _must(
                REJECTS,
                imp(possession, mayRejectPossession(b.word) & u(b.who == A) & u(x.owner == b.giver)) &
                    imp(title, mayRejectTitle(b.word) & received & u(titleholder(x.word) == formerly(b.word))) &
                    imp(not(possession), u(x.owner == A)) &
                    imp(not(title), u(x.word & TITLE_BITS == b.word & TITLE_BITS)) &
                    imp(u(r == 3), u(acts(b.word) == 1)) &
                    u(elapsed <= REJECT_HOURS)
            );
            // A bill that is made bearer's by it is with whoever gave it, or with whoever rejects.
            broken |= _must(
                BEARER,
                imp(isBlank(x.word) & not(isBlank(b.word)), u(x.owner == b.giver) | same(x.possessor, b.caller))
            );
            broken |= _must(MOVED, imp(u(x.owner != A), u(b.who == A)));
            _assert(broken);
        } catch {}
    }

    // ----------------------------------------------------------------------------------------------------------- rooms

    /// A participant's record, whatever it is; whether a room is listed for its country.
    function _record(uint256 holder, uint256 record, uint256 suspended, address room, bool listed) private {
        uint256 slot = _in(RECORDS, holder);
        _put(slot, record);
        _put(slot + 2, suspended);
        _put(_listedSlot(room, (record >> 192) & 0xffff), u(listed));
    }

    /// It may be given something new now, in a room.
    function _mayHold(Before memory b, uint256 record, uint256 suspended, bool listed) private pure returns (uint256) {
        uint256 windingDown = u((record >> 232) & 0xff != 0);
        uint256 until = (suspended >> 72) & 0xffffffffff;
        return u(listed) & not(windingDown) & u(b.time >= until);
    }

    /// Into a room that answers whatever the prover likes.
    function check_lodge(
        Any memory w,
        uint8 e,
        uint256 holder,
        uint208 deal,
        uint256 record,
        uint256 suspended,
        bool listedGiver,
        bool listed
    ) public {
        PROVER.assume(holder <= NUMBER);
        PROVER.assume(e < 4);
        Before memory b = _make(w);
        _put(_listedSlot(C, country(b.a)), u(listedGiver));
        _record(holder, record, suspended, C, listed);
        Hall(C).willAnswer(holder, deal);
        _act(w, b);
        try ledger.lodge(ID, Endorsement(e), C, "") {
            After memory x = _left(b);
            uint256 broken = _acted(b, x);
            broken |= _must(MOVED, u(b.who == A) & u(x.owner == C) & isRoom(b.c) & isLive(x.word));
            broken |= _must(RECEIVES, receivesNow(b.c, b.time) & not(isRoom(b.a)));
            // The one it answered; kept with who lodged and how.
            broken |= _must(
                HELD,
                u(heldFor(x.lodging) == holder) &
                    u(lodgedBy(x.lodging) == 1) &
                    u(endorsedIn(x.lodging) == u(e == 3)) &
                    u(x.lodging >> 48 == deal)
            );
            broken |= _must(MAY_HOLD, u(holder == participant(b.a)) | _mayHold(b, record, suspended, listed));
            // Without an endorsement title stays; with it, who lodged was titleholder to order.
            broken |= _must(PLAIN, imp(u(e == 0), u(x.word & TITLE_BITS == b.word & TITLE_BITS)));
            broken |= _must(
                ENDORSES,
                imp(u(e != 0), isBlank(x.word) & u(kind(b.word) == 1) & u(participant(b.a) == titleholder(b.word)))
            );
            _assert(broken);
        } catch {}
    }

    function check_hold(
        Any memory w,
        uint8 lodger,
        uint256 holder,
        uint208 deal,
        uint256 record,
        uint256 suspended,
        bool listed
    ) public {
        PROVER.assume(holder <= NUMBER);
        Before memory b = _makeLodged(w, lodger);
        _record(holder, record, suspended, A, listed);
        _act(w, b);
        try ledger.hold(ID, holder, deal) {
            After memory x = _left(b);
            uint256 anew = u(holder != heldFor(b.lodging));
            uint256 own = u(holder == participant(_at(b, b.lodger)));
            uint256 broken = _always(b, x) | _plain(b, x);
            broken |= _must(ACTING, actsNow(b.caller, b.time));
            broken |= _must(MOVED, u(b.who == A) & isRoom(b.a) & u(x.owner == A) & isLive(x.word));
            broken |= _must(
                HELD,
                u(heldFor(x.lodging) == holder) & u((x.lodging ^ b.lodging) & (((1 << 28) - 1) << 20) == 0)
            );
            broken |= _must(MAY_HOLD, imp(anew & not(own), _mayHold(b, record, suspended, listed)));
            // Another deal for the same one is no act.
            broken |= anew == 1 ? _once(b, x) : _must(COUNTED, u(x.word == b.word));
            _assert(broken);
        } catch {}
    }

    function check_giveBack(Any memory w, uint8 lodger) public {
        Before memory b = _makeLodged(w, lodger);
        _act(w, b);
        try ledger.giveBack(ID, "") {
            After memory x = _left(b);
            uint256 undone = endorsedIn(b.lodging) & isBlank(b.word);
            uint256 lodgers = participant(_at(b, b.lodger));
            uint256 broken = _acted(b, x);
            broken |= _must(MOVED, u(b.who == A) & isRoom(b.a) & isLive(x.word));
            // To whoever lodged it, with nothing to reject; title as it is, or to the order of who endorsed it into the room.
            broken |= _must(
                GIVEN_BACK,
                u(x.owner == b.lodger) &
                    not(mayRejectPossession(x.word) | mayRejectTitle(x.word)) &
                    either(
                        undone,
                        u(kind(x.word) == 1) & u(titleholder(x.word) == lodgers),
                        u(x.word & TITLE_BITS == b.word & TITLE_BITS)
                    )
            );
            _assert(broken);
        } catch {
            // The room always can, whatever the lodger's standing.
            uint256 could = isLive(b.word) & isRoom(b.a) & u(b.lodging != 0) & u(b.who == A) & u(lodger != 0);
            _assert(_must(WAY_OUT, not(could & actsNow(b.a, b.time) & has(b.a, MOVE))));
        }
    }

    /// Into a room and out of it again.
    function check_lodged_and_given_back(Any memory w, uint8 e, uint256 holder, uint208 deal) public {
        PROVER.assume(e < 4);
        w.who = 0;
        Before memory b = _make(w);
        PROVER.assume(yes(u(holder == participant(b.a)) & actsBit(b.c)));
        _put(_listedSlot(C, country(b.a)), 1);
        Hall(C).willAnswer(holder, deal);
        b.who = A;
        PROVER.prank(A);
        try ledger.lodge(ID, Endorsement(e), C, "") {
            PROVER.prank(C);
            try ledger.giveBack(ID, "") {
                After memory x = _left(b);
                uint256 came = u(kind(x.word) == kind(b.word)) & u(titleholder(x.word) == titleholder(b.word));
                _assert(_must(GIVEN_BACK, came & u(x.owner == A)) | _must(UNLODGED, u(x.lodging == 0)));
            } catch {
                _assert(WAY_OUT);
            }
        } catch {}
    }

    // ------------------------------------------------------------------------------------------------------- surrender

    function check_surrender(Any memory w, uint8 purpose, uint8 to, bytes32 agreed) public {
        to = to == 1 ? 1 : 0;
        Before memory b = _make(w);
        PROVER.assume(purpose < 5);
        uint256 carrier = _partys(b, to);
        _act(w, b);
        try ledger.surrender(ID, SurrenderFor(purpose), _party(to), agreed, "") {
            After memory x = _left(b);
            uint256 p = participant(b.a);
            uint256 entitled =
                isBlank(b.word) | u(p == titleholder(b.word)) | (u(kind(b.word) == 0) & u(p == formerly(b.word)));
            uint256 broken = _acted(b, x) | _plain(b, x);
            // Without an agreement, who is entitled, or the shipper of a straight bill; to the carrier, which acts and answers.
            broken |= _must(
                SURRENDERS,
                u(b.who == A) &
                    entitled &
                    isCarrier(carrier) &
                    actsNow(carrier, b.time) &
                    has(carrier, ANSWER) &
                    u(x.owner == _party(to)) &
                    isPending(x.word) &
                    u(givenBy(x.word) == 1) &
                    u(x.lodging == b.lodging)
            );
            _assert(broken);
        } catch {}
    }

    /// By the carrier, from one status to another; nothing moves.
    function _answer(Before memory b, uint256 from, uint256 to) private view {
        After memory x = _left(b);
        uint256 carrier = isCarrier(b.caller) & actsNow(b.caller, b.time) & has(b.caller, ANSWER);
        uint256 broken = _acted(b, x) | _plain(b, x);
        broken |= _must(
            ANSWERED,
            carrier & u(status(b.word) == from) & u(status(x.word) == to) & u(x.owner == A) & u(x.lodging == b.lodging)
        );
        _assert(broken);
    }

    function check_accept(Any memory w) public {
        Before memory b = _make(w);
        _act(w, b);
        try ledger.accept(ID, "") {
            _answer(b, 2, 5);
        } catch {}
    }

    function check_deliver(Any memory w) public {
        Before memory b = _make(w);
        _act(w, b);
        try ledger.deliver(ID, "") {
            _answer(b, 5, 8);
        } catch {}
    }

    function check_toPaper(Any memory w, uint256 originals, bytes32 statement) public {
        Before memory b = _make(w);
        _act(w, b);
        try ledger.toPaper(ID, originals, statement, "") {
            _answer(b, 4, 7);
        } catch {}
    }

    /// To whoever surrendered, with kind, titleholder and his giver as they were.
    function _restored(Before memory b, After memory x) private pure returns (uint256) {
        return
            _must(
                RESTORED,
                u(x.word & TITLE_BITS == b.word & TITLE_BITS) &
                    isPending(b.word) &
                    isLive(x.word) &
                    u(x.owner == b.giver) &
                    u(x.lodging == b.lodging) &
                    not(mayRejectPossession(x.word) | mayRejectTitle(x.word))
            );
    }

    function check_refuse(Any memory w, uint8 giver, bytes32 agreed) public {
        Before memory b = _makeGiven(w, giver);
        _put(_in(AGREED_REPLACEMENTS, ID), uint256(agreed));
        _act(w, b);
        try ledger.refuse(ID, "no") {
            After memory x = _left(b);
            uint256 carrier = isCarrier(b.caller) & has(b.caller, ANSWER);
            _assert(_acted(b, x) | _plain(b, x) | _restored(b, x) | _must(ANSWERED, carrier) | _must(MOVED, carrier));
        } catch {
            uint256 could = isPending(b.word) & isCarrier(b.caller) & actsNow(b.caller, b.time) & has(b.caller, ANSWER);
            _assert(_must(WAY_OUT, not(could)));
        }
    }

    function check_recall(Any memory w, uint256 terms) public {
        w.who = _pick(2);
        Before memory b = _makeGiven(w, _pick(3));
        // The carrier's answer times, whatever they are.
        _put(_in(PARTICIPANT_OF, LEI), 9);
        _put(_in(RECORDS, 9) + 2, terms);
        _act(w, b);
        try ledger.recall(ID, "") {
            After memory x = _left(b);
            uint256 room = isRoom(b.givers);
            uint256 entitled =
                same(b.caller, b.givers) |
                    (u(participant(b.caller) != 0) & u(participant(b.caller) == titleholder(b.word)));
            uint256 broken = _always(b, x) | _once(b, x) | _plain(b, x) | _restored(b, x);
            // Whoever surrendered, or is entitled; what a room surrendered, anybody.
            broken |= _must(MOVED, room | entitled);
            broken |= _must(ACTING, room | actsNow(b.caller, b.time));
            _assert(broken);
        } catch {}
    }

    // ---------------------------------------------------------------------------------------------------- rarer roads

    /// A was recovered or removed and its number points to B.
    function check_recover(Any memory w) public {
        Before memory b = _make(w);
        PROVER.assume(yes(not(actsBit(b.a)) & actsBit(b.b) & same(b.a, b.b)));
        _put(_in(ACCOUNT_AT, 1), uint160(B));
        _act(w, b);
        try ledger.recover(ID) {
            After memory x = _left(b);
            uint256 all = ~(uint256(0x7ff) << 9);
            uint256 broken = _always(b, x) | _once(b, x) | _plain(b, x);
            _assert(
                broken | _must(RECOVERED, u(x.owner == B) & u(x.word & all == b.word & all) & u(x.lodging == b.lodging))
            );
        } catch {}
    }

    function _terms(
        uint8 k,
        uint8 holder,
        bytes32 root,
        bytes32 sum,
        bytes8 law,
        uint8 record
    ) private view returns (Terms memory) {
        return Terms(NEXT, Kind(k), _maybe(holder), root, sum, law, RecordLaw(record));
    }

    /// The base case: a bill as it is issued.
    function check_issue(
        Any memory w,
        uint8 k,
        uint8 holder,
        uint8 to,
        bytes32 root,
        bytes32 sum,
        bytes8 law,
        uint8 record
    ) public {
        to = to == 1 ? 1 : 2;
        Before memory b = _make(w);
        PROVER.assume(yes(u(k < 4) & u(record < 4)));
        uint256 receiver = _partys(b, to);
        _act(w, b);
        try ledger.issue(_terms(k, holder, root, sum, law, record), _party(to), "") {
            After memory x = _left(b, NEXT);
            uint256 entitled = _maybes(b, holder);
            uint256 number =
                b.who == A
                    ? 1
                    : b.who == B
                        ? 2
                        : 3;
            // Live, counted once, given by the carrier; first possessor and titleholder receive.
            _assert(
                _must(KEPT, _wordHolds(x.word, x.possessor, isRoom(b.caller))) |
                    _must(UNLODGED, u(x.lodging == 0)) |
                    _must(RECEIVES, receivesNow(receiver, b.time) & imp(u(k != 3), receivesNow(entitled, b.time))) |
                    _must(COUNTED, u(acts(x.word) == 1)) |
                    _must(
                        ISSUED,
                        u(x.owner == _party(to)) &
                            not(isRoom(receiver)) &
                            isCarrier(b.caller) &
                            actsNow(b.caller, b.time) &
                            has(b.caller, ISSUE) &
                            isLive(x.word) &
                            u(givenBy(x.word) == number) &
                            u(kind(x.word) == k) &
                            u(titleholder(x.word) == either(u(k == 3), 0, participant(entitled))) &
                            u(root != 0) &
                            u(sum != 0) &
                            u(law != 0)
                    )
            );
        } catch {}
    }

    /// One bill for one, whose hash was agreed.
    function check_replace(Any memory w) public {
        w.who = _pick(2);
        Before memory b = _makeGiven(w, 1 + _pick(2));
        uint8 k = _pick(4);
        uint8 holder = _pick(4);
        uint256[] memory olds = new uint256[](1);
        olds[0] = ID;
        Terms[] memory news = new Terms[](1);
        news[0] = _terms(k, holder, bytes32("root"), bytes32("sum"), "SG", 0);
        _put(_in(AGREED_REPLACEMENTS, ID), uint256(keccak256(abi.encode(olds, news))));
        _act(w, b);
        try IAmendments(address(ledger)).replace(olds, news, "") {
            After memory old = _left(b, ID);
            After memory x = _left(b, NEXT);
            uint256 entitled = _maybes(b, holder);
            uint256 before = either(isBlank(b.word), participant(b.givers), titleholder(b.word));
            // In one act the old ended and the new lives, with whoever surrendered; by the carrier.
            uint256 broken = _must(
                REPLACED,
                u(status(b.word) == 3) &
                    u(status(old.word) == 6) &
                    u(old.owner == A) &
                    isLive(x.word) &
                    u(x.owner == b.giver) &
                    isCarrier(b.caller) &
                    has(b.caller, ISSUE | ANSWER) &
                    u(kind(x.word) == k) &
                    u(titleholder(x.word) == either(u(k == 3), 0, participant(entitled)))
            );
            broken |= _must(ACTING, actsNow(b.caller, b.time));
            broken |= _must(KEPT, _wordHolds(x.word, x.possessor, isRoom(b.caller)));
            broken |= _must(COUNTED, u(acts(x.word) == 1));
            // Whoever was not entitled before receives.
            uint256 had = u(participant(entitled) == before);
            broken |= _must(RECEIVES, imp(u(k != 3) & not(had), receivesNow(entitled, b.time)));
            // A room holds on as it held; with a person nothing stands.
            broken |= _must(UNLODGED, u(old.lodging == 0));
            broken |= _must(HELD, u(x.lodging == b.lodging) & u(isRoom(x.possessor) == u(x.lodging != 0)));
            // Who could dispose of an order bill is the shipper of the straight one, not who kept it.
            broken |= _must(
                SHIPPER,
                imp(u(k == 0), u(formerly(x.word) == either(u(kind(b.word) == 0), formerly(b.word), before)))
            );
            _assert(broken);
        } catch {}
    }
}
