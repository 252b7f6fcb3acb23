import LodgingDomain
import LodgingWire

/// One partition in the hands of one validator: its state, what was decided, and what of that is known to have landed.
///
/// The state runs ahead of what is acknowledged. Whatever goes wrong, the owner drops it and restores from what counts in the ledger;
/// that is its only way back.
final class PartitionOwner {
  /// What the owner may do next.
  enum Phase: Equatable {
    /// The state must be restored from the ledger.
    case mustRestore
    /// Events are decided.
    case deciding
    /// Somebody else wrote; nothing is done until whoever shares out partitions confirms that this one is still ours.
    case steppedBack
    /// An operator must act.
    case stopped
  }

  /// Decisions that were handed to the log together.
  struct Submission {
    var tag: UInt64
    var positions: [EntryBatch.Position]
    var counts: DecisionCounts
    /// Whether it seals identities anew, which the id index must learn.
    var holdsReseals = false
  }

  let partition: Int
  let context: ValidatorContext
  let events: TopicPartition
  let ledger: TopicPartition

  var phase = Phase.mustRestore
  /// Whether the log did not answer when it was last asked about this partition; such owners wait for those that get on.
  var isDoubtful = false
  /// The step in which its events were last told; see ``StepInquiry``.
  var lastAnswer = 0
  /// The step in which it was last asked in vain.
  var lastSilence = 0
  /// Whether the appender may still hold submissions of a state that was dropped.
  var mustPurge = false
  /// What the next entry must be like.
  var terms: LedgerTerms
  /// Over how many partitions genesis shares keys out; 0 before it was read.
  var partitions = 0
  /// Whether the topics were given this partition after the ledger was begun: nobody who counts writes there, and nothing is decided.
  var isSurplus = false
  /// The key of genesis, and the one that the next entry's chain value is made with.
  var genesisKeyID: UInt32
  var chainKey: SipKey
  var state = PartitionState(now: Instant(milliseconds: 0))
  /// The last entry known to have landed and to count.
  var acknowledged = ChainPosition(offset: -1, chain: .zero, source: -1)
  /// Whether the log may be asked on the way to a decision.
  var mayAsk = true
  /// Up to where the entries known to have landed were read back, when that was, and whether it was since the state was restored.
  var readBackTo = ChainPosition(offset: -1, chain: .zero, source: -1)
  var readBackAt = Instant(milliseconds: 0)
  var hasReadBack = false
  /// The last decision made, in flight or not.
  var decided = EntryBatch.Position(chain: .zero, source: -1)
  var inFlight: [Submission] = []
  /// When the next record was appended, where that is further ahead of this validator's clock than it takes; nil where it is not.
  var waitingFor: Instant?
  /// The state that is being folded; nil while there is none.
  var restoration: Restoration?
  /// What was decided and is known to have landed, until somebody takes the figures.
  var landedCounts = DecisionCounts()
  /// What was restored, until somebody takes the figures.
  var restored = RestoreCounts()
  /// What was seen where events are looked up; it says nothing, and is here so that looking is of some use.
  var seen: UInt64 = 0
  /// The last decided record, to recognise a log that lost its tail and grew again.
  var lastRecord: RecordMark?
  /// Whether the next event is decided alone, because validators died here.
  var isCautious = false
  /// Whether the attempt journal holds a claim of this owner.
  var hasClaimed = false
  /// The event that this owner began to decide alone; trying it again while the process lives is no new attempt.
  var begun: Int64?
  /// Whether ledger time went on in the state without an entry that says so.
  var isStateAhead = false
  /// Up to where the id index is known to be complete and to stand on this history; nil until it is asked.
  var indexPosition: ChainPosition?

  /// The stays that are being sealed anew; nil while there are none.
  var resealing: ResealScan?
  /// When this owner last looked for stays to seal anew.
  var resealChecked: ResealCheck?
  /// Stays whose identity did not open when it was to be sealed anew; they are not tried again while the state lives.
  var unsealable: Set<StayReference> = []

  var pendingSnapshot: PendingSnapshot?
  /// The snapshot that was handed over last.
  var publication: SnapshotPublication?
  var entriesSinceSnapshot: Int64 = 0
  var tailChecked = Instant(milliseconds: 0)
  /// When the owner stopped, to look later whether an operator acted.
  var stopped = Instant(milliseconds: 0)
  /// The version that the ledger goes on in, where this program does not know it.
  var neededVersion: LedgerVersion?
  var lastActivity = Instant(milliseconds: 0)

  init(partition: Int, context: ValidatorContext) {
    self.partition = partition
    self.context = context
    events = TopicPartition(.events, partition)
    ledger = TopicPartition(.ledger, partition)
    terms = LedgerTerms(version: .newest)
    genesisKeyID = context.keys.currentChainKey.id
    chainKey = context.keys.currentChainKey.key
  }

  /// The number of the source to decide next.
  var nextSource: Int64 { decided.source + 1 }
  /// Its offset on the events log.
  var nextOffset: Int64 { SourceNumber(decided.source).offset + 1 }

  /// The offset on the events log of what is known to be decided last.
  var acknowledgedOffset: Int64 { SourceNumber(acknowledged.source).offset }

  /// The number of an offset on the events log as it is now.
  func number(of offset: Int64) -> Int64 { SourceNumber(decided.source).at(offset) }

  /// The chain key with an id of the ledger's, where 0 is that of genesis; where the ring has none, the owner stops.
  func key(_ id: UInt32) -> SipKey? {
    let known = id == 0 ? genesisKeyID : id
    if let key = context.keys.chainKey(known) { return key }
    stop(.chainKeyMissing(partition: partition, keyID: known))
    return nil
  }

  /// Forgets everything that is not in the ledger.
  func drop(to phase: Phase = .mustRestore) {
    self.phase = phase
    // Where nothing is in flight there is nothing to purge, and nobody else's submissions go with it.
    if !inFlight.isEmpty { mustPurge = true }
    inFlight.removeAll()
    pendingSnapshot = nil
    entriesSinceSnapshot = 0
    resealing = nil
    restoration = nil
  }

  /// Notes that the log did not answer about this partition.
  func doubt(_ error: LogError) {
    isDoubtful = true
    context.monitor.alarm(.readFailed(partition: partition, reason: "\(error)"))
  }

  /// Stops until an operator acts, and says why.
  func stop(_ alarm: PipelineAlarm) {
    drop(to: .stopped)
    isDoubtful = false
    stopped = context.clock.now
    if case .laterVersion(_, _, let needed) = alarm { neededVersion = needed }
    context.monitor.alarm(alarm)
  }
}
