/// What happened in simulated worlds, counted, so that a simulation that tests nothing shows.
struct Coverage: Sendable {
  /// Things that must happen.
  enum Thing: String, CaseIterable, Hashable, Sendable {
    // Faults that the world brings about.
    case crashedBetweenSteps, crashedInStep, leftInOrder, slept, deaf, moved, deadlyGuest
    case readerCrashed, readerCrashedInStep, commitFailed
    case landedTwice, landedUnheard, landedInPart, dropped
    case eventsTailLost, ledgerTailLost, bothTailsLost
    case eventsLostUnderOwner, ledgerLostUnderOwner, ledgerLostUnderSteadyReader, ledgerLostUnderReader
    case timesAhead, timesStanding, longJump
    case errorInjected, brokerDown, brokerUp, hole, retention, snapshotDamaged, publishingFailed, directoryFailed, directoryChanged
    // What senders do.
    case sentAgain, sentReused, sealedAnew, fileSealedAnew, sentAfterFailure
    // Ways through the pipeline, told by alarms and by what was published.
    case alarmLedgerTailLost, alarmEventsTailLost, alarmMissing, alarmDeposed, alarmClockBehind, alarmAppendFailed, alarmPoisoned
    case alarmSnapshotFailed, alarmReadFailed, foldedBesideSilent
    case snapshotPublished, snapshotRestored, restoredInSlices, restoringGivenUp, ledgerLostUnderRestoring
    // What the ledger holds.
    case registered, flagged, rejected, duplicate, idReused, afterMissing, stayClosed, sealExpired, unreadable, establishmentClosed
    case undecodable, wrongKey, wrongPartition, tooLarge, ticked, missing, entryIgnored
    case overCapacity, receiptKept, receiptDecidedAgain
    case lookedUp, lookedUpAnew
    case indexAsked, indexFoundDuplicate, priorMonth, presumedLeft, overdue, expired
    case resealed, resealedDuplicate
    // What operators decide.
    case rekeyed, upgraded, sourceReset, duplicateAcrossReset, alarmLaterVersion
    // How worlds end.
    case healedByNewcomer, healedByTheLiving, restartedByOperator, stoppedForLostEvents

    /// Whether it happens too seldom to be asked for.
    var isRare: Bool { [.restartedByOperator, .resealedDuplicate].contains(self) }
  }

  private(set) var counts: [Thing: Int] = [:]

  mutating func note(_ thing: Thing, times: Int = 1) { counts[thing, default: 0] += times }

  mutating func add(_ other: Coverage) { counts.merge(other.counts, uniquingKeysWith: +) }

  /// All counts, for people.
  var words: String { Thing.allCases.map { "\($0.rawValue) \(count($0))" }.joined(separator: ", ") }

  func count(_ thing: Thing) -> Int { counts[thing] ?? 0 }
}
