// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a fact says. `None` says nothing that a contract acts on: plans, estimates, retractions, all else. "Port of
/// loading" and "port of discharge" are those that the bill names; `Transhipped` is what happens on the way between them.
/// Amounts are kilograms, money, or as `measure` says; the amount of `VesselIdentified` is its IMO number.
enum FactKind {
    None,
    GatedIn,
    Loaded,
    Departed,
    Arrived,
    Discharged,
    GatedOut,
    Transhipped,
    ExportReleased,
    ImportReleased,
    Weighed,
    Inspected,
    Valued,
    Insured,
    VesselIdentified,
    Stuffed,
    SealRemoved,
    Lost
}

/// @notice Why a producer's fact does not count for a clause; the first that applies.
enum Lack {
    Nothing,
    MayNotAct,
    GroupLeftOut,
    NotAccredited,
    Struck,
    NotRecorded,
    TooYoung,
    NoLongerValid,
    TooLittle,
    SameGroup
}

/// @title Cargo data bound to bills: anchors, facts, conditions
/// @notice A *producer* (a participant with role PRODUCE) anchors its events in *batches*, a Merkle root each. Whoever needs
/// one on chain proves it: it is recorded as a *fact*, one word for (bill, kind, unit, producer). A producer's later word
/// replaces or strikes its earlier one; anybody may show it. Contracts ask *conditions* of facts, never proofs, for a proof
/// cannot show that no correction followed (N3).
interface ICargoLog {
    struct Header {
        /// Of OpenZeppelin's standard tree over the batch's events.
        bytes32 root;
        uint32 count;
        /// When the first and the last of them happened, in seconds since 1970.
        uint40 earliest;
        uint40 latest;
        /// Block time at which it was anchored.
        uint40 anchoredAt;
        /// Where whoever may read the batch finds it: the producer's word.
        bytes32 locator;
    }

    /// @notice An event, as the leaf of a batch: keccak256(bytes.concat(keccak256(abi.encode(event)))).
    struct CargoEvent {
        /// Unique to the producer.
        bytes32 key;
        /// Key of the event that this one corrects or takes back; else 0.
        bytes32 corrects;
        FactKind kind;
        /// In seconds since 1970.
        uint40 happenedAt;
        /// Last second at which it counts; 0: it does not end.
        uint40 validUntil;
        /// In `measure`; 0 where there is none.
        uint48 amount;
        /// ISO 4217 code of a currency, UN/ECE Recommendation 20 code of a unit; `IMO` of a ship's number; else empty.
        bytes3 measure;
        /// Where: facility (`CNSHA/SMDG/YICT`), port (`CNSHA`) or country (`CN`) in ASCII; else empty.
        bytes32 place;
        /// Of which bill it speaks, blinded: keccak256(abi.encode(bill, salt)). 0: of none.
        bytes32 about;
        /// Which piece of the bill's equipment, by its place in the document, from 1; 0: the bill as a whole.
        uint16 unit;
        /// Salted hash of all that the producer knows of it.
        bytes32 rest;
    }

    /// @notice Where an event is anchored.
    struct Proof {
        uint256 producer;
        uint256 sequence;
        Header header;
        /// Siblings from the leaf up to the root.
        bytes32[] path;
    }

    /// @notice What a producer says directly of a bill, without a batch: what is no event of a stream. Signed, EIP-712 or
    /// ERC-1271. Its key is the hash of the struct.
    struct Statement {
        /// The producer's account that says it.
        address producer;
        uint256 bill;
        FactKind kind;
        uint16 unit;
        uint40 happenedAt;
        uint40 validUntil;
        uint48 amount;
        bytes3 measure;
        bytes32 place;
        /// Hash of the certificate, policy or release behind it, salted by whoever signs: who else chose the salt could bring about
        /// that two keys begin alike.
        bytes32 rest;
        /// Key of the fact that it replaces; 0 where none is recorded, or it was struck.
        bytes32 corrects;
        /// When it was said, in seconds since 1970: it counts against what was said before alone.
        uint40 saidAt;
        /// Last second at which it may be recorded.
        uint40 deadline;
    }

    /// @notice What is known of a fact; all zero when nothing was said of it, all but `struck` and `saidAt` when its producer
    /// withdrew it.
    struct Fact {
        /// Block time of the record.
        uint40 recordedAt;
        uint40 validUntil;
        uint48 amount;
        bytes3 measure;
        bool struck;
        /// When the producer's last word on it was anchored or said.
        uint40 saidAt;
        /// First 63 bits of the event's key.
        uint64 key;
    }

    /// @notice That enough producers, accredited and of different groups, say that something happened to every unit, or to
    /// so many.
    struct Clause {
        FactKind kind;
        /// How many producers, of as many groups.
        uint8 producers;
        /// For how long it has been recorded.
        uint16 quietHours;
        /// 0: the bill as a whole; 2^16 - 1: all of its units; else at least so many units.
        uint16 units;
        /// Least amount, in `measure`, of a ship its number; 0: none is asked for.
        uint48 least;
        bytes3 measure;
    }

    /// @notice How a clause stands. Of the first unit for which it fails: how many producers count, and what the fact of each
    /// lacks, in their order.
    struct Shortfall {
        bool holds;
        /// How many units it holds for.
        uint256 units;
        uint256 unit;
        uint256 found;
        Lack[] lacks;
    }

    // -------------------------------------------------------------------------------------------------------- events

    /// A producer was accredited for kinds at a place, or where kinds need none; `accredited`: for which it is now, there.
    event Accredited(
        uint256 indexed producer,
        bytes32 indexed place,
        uint256 kinds,
        uint256 accredited,
        uint256 group,
        uint256 count
    );
    /// It was discredited for kinds at a place, or everywhere; `accredited`: for which it is now, there.
    event Discredited(
        uint256 indexed producer,
        bytes32 indexed place,
        uint256 kinds,
        uint256 accredited,
        uint256 count
    );
    /// The ultimate parent of a producer is another than when it was accredited.
    event Regrouped(uint256 indexed producer, uint256 group, uint256 count);
    event Anchored(uint256 indexed producer, uint256 indexed sequence, Header header, address by);
    /// An event of a batch became a fact; where it `corrects` one, in its place.
    event FactRecorded(
        uint256 indexed bill,
        FactKind indexed kind,
        uint256 indexed producer,
        uint16 unit,
        bytes32 key,
        bytes32 corrects,
        uint40 happenedAt,
        uint40 validUntil,
        uint48 amount,
        bytes3 measure,
        bytes32 place,
        uint256 sequence,
        address by
    );
    /// A producer's statement became a fact; where it `corrects` one, in its place.
    event FactAttested(
        uint256 indexed bill,
        FactKind indexed kind,
        uint256 indexed producer,
        bytes32 key,
        Statement statement,
        address by
    );
    /// A later event of the same producer took a fact back.
    event FactStruck(
        uint256 indexed bill,
        FactKind indexed kind,
        uint256 indexed producer,
        uint16 unit,
        bytes32 key,
        bytes32 correction,
        uint256 sequence,
        address by
    );
    /// The producer takes back all that it said of this so far, recorded or not.
    event FactWithdrawn(uint256 indexed bill, FactKind indexed kind, uint256 indexed producer, uint16 unit, address by);
    event ConditionLaid(bytes32 indexed condition, Clause[] clauses, address by);

    // -------------------------------------------------------------------------------------------------------- errors

    error NoKinds();
    /// A kind needs a place, and none is named; or has none, and one is.
    error PlaceUnfit(uint256 kinds, bytes32 place);
    error NoSuchProducer(uint256 producer);
    error GroupStands(uint256 producer, uint256 group);
    error EmptyBatch();
    /// The next batch of a producer is this; so that none is anchored twice.
    error OutOfSequence(uint256 producer, uint256 next, uint256 given);
    /// The first of its events happened after the last. (Plans are anchored too: a batch may lie ahead.)
    error RangeUnfit(uint40 earliest, uint40 latest);
    error NotAnchored(uint256 producer, uint256 sequence);
    error NotInBatch(bytes32 key);
    error NotAboutThisBill(uint256 bill);
    /// No contract acts on this.
    error NoFact(FactKind kind);
    /// What happens at terminals and ports is anchored, not attested.
    error NotAttestable(FactKind kind);
    error NotAccredited(uint256 producer, FactKind kind, bytes32 place);
    error NotYetHappened(uint40 happenedAt);
    error NotYetSaid(uint40 saidAt);
    /// A fact is recorded already, and this names another than that, or none, as what it replaces.
    error FactStands(uint256 bill, FactKind kind, uint16 unit, uint256 producer);
    /// The producer's last word on this is as late, or later.
    error SaidSince(uint40 saidAt, uint40 last);
    /// It takes back no fact that is recorded, or one that was struck.
    error NotACorrection(bytes32 key);
    error ConditionStands(bytes32 condition);
    error NoSuchCondition(bytes32 condition);
    error NoClauses();
    /// It can never hold, or says nothing: no kind, no producers, an amount without a measure.
    error ClauseUnfit(uint256 index);

    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Accredits a producer for kinds, at a place when they need one (port, terminal, customs), and copies its
    /// group, the LEI of its ultimate parent. Administration.
    /// @param kinds A bit a {FactKind}.
    function accredit(uint256 producer, bytes32 place, uint256 kinds) external;

    /// @notice Discredits a producer for kinds: at a place, so that nothing new is recorded from there; without a place
    /// everywhere, so that nothing counts any more until it is accredited for these kinds again, and, when kinds are among them
    /// that need a place, all of its places are to be accredited anew. Administration.
    function discredit(uint256 producer, bytes32 place, uint256 kinds) external;

    /// @notice Copies the ultimate parent of a producer once more, after it changed. Anyone.
    function regroup(uint256 producer) external;

    /// @notice Anchors a batch. An account of the producer that acts, with role PRODUCE.
    /// @param sequence Its number among the producer's batches, from 1 and without gaps.
    function anchor(
        uint256 sequence,
        bytes32 root,
        uint32 count,
        uint40 earliest,
        uint40 latest,
        bytes32 locator
    ) external;

    /// @notice Records an event as a fact of a bill. Anyone who proves it. It names the fact that is recorded as what it
    /// corrects; or none is recorded, or that was struck, and this was anchored later.
    /// @param salt Behind what it is about.
    function record(uint256 bill, bytes32 salt, CargoEvent calldata cargoEvent, Proof calldata proof) external;

    /// @notice Records what a producer says directly. Anyone with its signature, or the account that says it; it acts, with
    /// role PRODUCE.
    function attest(Statement calldata statement, bytes calldata signature) external;

    /// @notice Strikes a fact by an event of the same producer that corrects it, whatever that says. Anyone who proves it.
    function strike(
        uint256 bill,
        FactKind kind,
        uint16 unit,
        CargoEvent calldata cargoEvent,
        Proof calldata proof
    ) external;

    /// @notice Takes back all that the producer said of this so far, recorded or not. An account of it that acts, with role
    /// PRODUCE.
    function withdraw(uint256 bill, FactKind kind, uint16 unit) external;

    /// @notice Lays a condition down, for terms to name. Anyone, once.
    /// @return condition keccak256(abi.encode(clauses)).
    function lay(Clause[] calldata clauses) external returns (bytes32 condition);

    // --------------------------------------------------------------------------------------------------------- views

    /// @notice Whether every clause holds for a bill now. Leaving a producer out can only make it false.
    /// @param units How many pieces of equipment the bill has.
    /// @param producers An account of each that may have reported.
    /// @param leftOut Groups whose word does not count: the parties' own.
    function holds(
        bytes32 condition,
        uint256 bill,
        uint256 units,
        address[] calldata producers,
        uint256[] calldata leftOut
    ) external view returns (bool);

    /// @notice The same, clause by clause: how it stands, and why it does not hold.
    function whyNot(
        bytes32 condition,
        uint256 bill,
        uint256 units,
        address[] calldata producers,
        uint256[] calldata leftOut
    ) external view returns (Shortfall[] memory);

    /// @notice The clauses of a condition; none when it was never laid.
    function clausesOf(bytes32 condition) external view returns (Clause[] memory);

    function factOf(uint256 bill, FactKind kind, uint16 unit, uint256 producer) external view returns (Fact memory);

    /// @notice For which kinds a producer is accredited somewhere, a bit each, and its group.
    function accreditation(uint256 producer) external view returns (uint256 kinds, uint256 group);

    /// @notice For which kinds that need a place it is accredited there.
    function accreditedAt(uint256 producer, bytes32 place) external view returns (uint256 kinds);

    /// @notice How many batches a producer has anchored.
    function batches(uint256 producer) external view returns (uint256);

    /// @notice keccak256(abi.encode(header)) of a batch; 0 when there is none.
    function headerOf(uint256 producer, uint256 sequence) external view returns (bytes32);

    /// @notice What a producer's account signs.
    function digestOf(Statement calldata statement) external view returns (bytes32);
}
