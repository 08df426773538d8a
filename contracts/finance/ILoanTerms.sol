// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind, SurrenderFor} from "../bills/BillWord.sol";
import {IMoney} from "../money/IMoney.sol";
import {PrintWord} from "./PrintWord.sol";

/// @notice Days of a year for interest; a term, never inferred (T31).
enum DayCount {
    Act360,
    Act365F
}

/// @title The words of loans: terms, events, refusals
interface ILoanTerms {
    /// @notice What all have signed. Parts of money are in the smallest unit of `money`, times in seconds since 1970.
    struct Facility {
        /// Participants.
        uint256 borrower;
        uint256 agent;
        /// The accounts that sign for them.
        address borrowerAccount;
        address agentAccount;
        IMoney money;
        /// Interest a year, in parts of 10^7; at most {MOST_RATE}.
        uint256 rate;
        DayCount dayCount;
        /// When days turn: quarters of an hour from UTC, from -48 to 56.
        int256 clock;
        /// Last second of drawing.
        uint256 availableUntil;
        /// Last second to repay; and days after it before the loan is in default, at most 255.
        uint256 maturity;
        uint256 graceDays;
        /// Parts of 10,000: of the value of the bills that may be owed; of the value that still counts while a bill is out
        /// on trust; of the value below which nobody but the agent sells a bill in default.
        uint256 advance;
        uint256 onTrust;
        uint256 reserve;
        /// Laid down in the cargo log; 0: draws need none.
        bytes32 condition;
        /// ISO 3166-1 alpha-2: where the security must be filed before a draw; empty: nowhere.
        bytes2 filedIn;
        bytes2 alsoFiledIn;
        /// Hash of the agreement in words: kind of security, law, and all that no contract can do.
        bytes32 agreement;
        /// Accounts, and what each pays in.
        address[] lenders;
        uint256[] commitments;
        bytes32 salt;
        /// Last second at which it may be opened.
        uint256 deadline;
    }

    /// @notice The terms under which a bill is lodged, with the agent's acceptance of them.
    struct Pledge {
        uint256 facility;
        /// What the agent takes the bill for.
        uint256 value;
        /// To draw in the same act; 0: nothing.
        uint256 amount;
        address agentAccount;
        /// Last second at which the acceptance counts.
        uint256 deadline;
        /// Strictly ascending, one for each piece of equipment.
        PrintWord[] prints;
        /// Accounts that may have reported what the condition asks for.
        address[] producers;
        /// Of `agentAccount` over {ACCEPTANCE_TYPEHASH}.
        bytes signature;
    }

    /// @notice A bill that shall leave, and the prints of its cargo.
    struct Collateral {
        uint256 bill;
        PrintWord[] prints;
    }

    /// @notice What of the cargo of a pledged bill another has.
    struct Share {
        uint256 bill;
        uint256 value;
        PrintWord[] prints;
    }

    /// @notice That security was filed where a law asks for it (T26).
    struct Filing {
        /// ISO 3166-1 alpha-2.
        bytes2 country;
        /// Name of the registry, number in it, hash of what was filed.
        bytes32 registry;
        bytes32 number;
        bytes32 document;
        uint40 filedAt;
        /// Last second at which it stands.
        uint40 standsUntil;
    }

    /// @notice What is kept of a facility.
    struct Loan {
        uint256 borrower;
        uint256 agent;
        IMoney money;
        uint256 rate;
        DayCount dayCount;
        int256 clock;
        uint256 availableUntil;
        uint256 maturity;
        uint256 graceDays;
        uint256 advance;
        uint256 onTrust;
        uint256 reserve;
        bytes32 condition;
        bytes2 filedIn;
        bytes2 alsoFiledIn;
        /// Paid in by the lenders and not drawn.
        uint256 undrawn;
        /// Of all bills.
        uint256 value;
        /// How many bills were ever pledged.
        uint256 pledges;
        /// All that came in for the lenders, and the shares among which it is parted.
        uint256 paid;
        uint256 shares;
        /// How often the agent was replaced.
        uint256 agents;
        /// Of what a sale in default brought beyond the debt: the borrower's.
        uint256 surplus;
        /// When the agent acted last after grace, or became the agent; 0: not since.
        uint256 heard;
    }

    // -------------------------------------------------------------------------------------------------------- events

    event Opened(uint256 indexed facility, bytes32 indexed terms, Facility facilityTerms, IMoney[] from, address by);
    /// `pledge`: its number in the facility; it stays when the bill is replaced.
    event Pledged(
        uint256 indexed facility,
        uint256 indexed bill,
        uint256 pledge,
        uint256 value,
        uint256 units,
        address by
    );
    /// `principal` and `interest`: owed after it.
    event Drawn(
        uint256 indexed facility,
        uint256 indexed bill,
        uint256 amount,
        uint256 principal,
        uint256 interest,
        address to
    );
    event Repaid(
        uint256 indexed facility,
        uint256 amount,
        uint256 principal,
        uint256 interest,
        IMoney from,
        address by
    );
    /// A bill went back to whoever pledged it, or what is kept of one that is out ended; its cargo is free.
    event Discharged(uint256 indexed facility, uint256 indexed bill, address by);
    /// A room, under its deal, may take a bill for what the loan asks; in default for no less than `least`.
    event Instructed(
        uint256 indexed facility,
        uint256 indexed bill,
        address room,
        bytes32 deal,
        uint256 least,
        address by
    );
    /// A bill was paid for where it lay; `amount` of the price went to the debt, `surplus` is the borrower's.
    event PledgeSold(
        uint256 indexed facility,
        uint256 indexed bill,
        uint256 amount,
        uint256 surplus,
        uint256 principal,
        uint256 interest,
        address room,
        address to
    );
    event PledgeSurrendered(
        uint256 indexed facility,
        uint256 indexed bill,
        SurrenderFor purpose,
        uint256 value,
        address by
    );
    /// The replacements of a pledged bill are pledged together, until the agent says what each has.
    event CarriedOn(uint256 indexed facility, uint256 indexed bill, uint256[] replacements);
    /// `pledges`: how many there were before; the shares are the pledges after them, in their order.
    event Allotted(uint256 indexed facility, uint256 indexed bill, Share[] shares, uint256 pledges, address by);
    /// A bill is out on a trust receipt; debt and registrations stay. `value`: that counts on.
    event Entrusted(
        uint256 indexed facility,
        uint256 indexed bill,
        address to,
        uint256 until,
        uint256 value,
        bytes purpose,
        address by
    );
    /// What was left of a bill that was sold, that ended, or that is out on trust was ended: its cargo is free.
    event Forgotten(uint256 indexed facility, uint256 indexed bill, address by);
    /// What was not drawn goes back to the lenders.
    event AvailabilityEnded(uint256 indexed facility, uint256 undrawn, address by);
    event Claimed(uint256 indexed position, address indexed to, uint256 amount, address by);
    event SurplusTaken(uint256 indexed facility, uint256 amount, address to);
    event SecurityFiled(uint256 indexed facility, Filing filing, address by);
    /// The lenders replaced the agent.
    event AgentReplaced(
        uint256 indexed facility,
        uint256 agent,
        address agentAccount,
        uint256[] inFavour,
        uint256[] abstaining,
        address by
    );
    /// A pledged bill is held for the agent that there is now.
    event HandedOver(uint256 indexed facility, uint256 indexed bill, uint256 agent, address by);
    /// The ultimate parent of a carrier, whose group's word about its own bills counts for nothing.
    event CarrierGrouped(uint256 indexed carrier, uint256 group);

    // -------------------------------------------------------------------------------------------------------- errors

    /// A term of a facility or of a pledge cannot be.
    error TermsUnfit(string term);
    error OpenedTooLate(uint256 deadline);
    error PledgedTooLate(uint256 deadline);
    error AlreadyOpened(uint256 facility);
    error NoSuchFacility(uint256 facility);
    /// Loans are of what banks owe: a deposit of the books.
    error NoMoney(IMoney money);
    error SignaturesMissing(uint256 needed);
    /// Each lender names the deposit that it pays out of.
    error DepositsMissing(uint256 needed);
    error PledgeMalformed();
    /// A bill that could not be sold or surrendered without another's word secures nothing: it must be in blank.
    error NotPledgeable(uint256 bill, Kind kind);
    error NotAvailable(uint256 availableUntil);
    error NothingDrawn();
    error TooLittleUndrawn(uint256 amount, uint256 undrawn);
    error NotInDefault(uint256 facility);
    /// More would be owed than the bills cover.
    error NotCovered(uint256 owed, uint256 covered);
    error ConditionNotMet(bytes32 condition, uint256 bill);
    error NotFiled(bytes2 country);
    error FilingUnfit();
    error NothingOwed(uint256 facility);
    error NothingPaid();
    error NothingUndrawn(uint256 facility);
    error NothingUnclaimed(uint256 position);
    error NoSurplus(uint256 facility);
    /// So many prints belong to the bill.
    error PrintsMissing(uint256 bill, uint256 units);
    /// Its replacements have no value of their own until the agent allots it.
    error NotAllotted(uint256 bill);
    /// It replaced none together with others, or the agent has allotted it.
    error NothingToAllot(uint256 bill);
    /// Each of the others is named, so many.
    error SharesMissing(uint256 bill, uint256 others);
    error AllottedTooMuch(uint256 bill);
    /// Nobody who may named this room and deal for the bill, as the loan stands now.
    error NotInstructed(uint256 bill);
    error OfferTooLow(uint256 bill, uint256 asked);
    error LeastTooLow(uint256 bill, uint256 reserve);
    /// Without a value there is no reserve: the agent alone sells it.
    error NoValue(uint256 bill);
    /// The cargo of a bill that was sold secures the old debt still: {ILoanBook-forget} ends that first.
    error StillRegistered(uint256 bill);
    /// In default nobody of the agent's group takes the bill (T25).
    error SelfDealing(uint256 participant);
    error NothingLeft(uint256 bill);
    error StillOwed(uint256 facility);
    error StillAvailable(uint256 availableUntil);
    error TrustUnfit(uint256 until);
    error NoMajority(uint256 inFavour, uint256 shares);
    error VotesNotAscending(uint256 position);
    error NotOfTheLoan(uint256 position);
    error NotAbstaining(uint256 position);
    /// Its owner is of the borrower's group: it counts neither way.
    error NoVote(uint256 position);
    error AgentStands(uint256 bill);
    error CarrierGroupStands(uint256 carrier);
    error NoSuchCarrier(uint256 carrier);
    error CallTheBook();
}
