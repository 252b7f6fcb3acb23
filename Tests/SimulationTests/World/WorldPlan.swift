import LodgingPipeline
import LodgingTesting

/// What a seed makes of a world before it begins: its size, and which faults there are in it at all.
///
/// A world with few kinds of faults gets further into each than one in which everything fails at once.
struct WorldPlan {
  /// The kinds of faults that a world may have or not.
  enum Fault: String, CaseIterable, Hashable {
    case crashes, crashesInSteps, sleep, deafness, moves
    case badDelivery, eventsTail, ledgerTail, bothTails
    case appendTimes, injectedErrors, brokers, holes, retention
    case snapshots, directory, deadlyGuests, readerCrashes, longJumps
    // What operators decide meanwhile.
    case rekeys, upgrades, sourceResets
  }

  var partitions: Int
  var records: Int
  var validators: Int
  var faults: Set<Fault> = []
  var isPlainAllowed: Bool
  var workload: Workload.Plan
  var settings = ValidatorSettings()
  /// Whether the validators that are alive at the end must get everything decided, instead of one that begins anew.
  var isHealedByTheLiving: Bool
  /// How many records the first read from an offset hands out at most.
  var firstReadRecordsMax = Int.max

  init(_ random: inout SeededGenerator) {
    partitions = random.pick([1, 1, 2, 2, 3, 4]) ?? 1
    records = random.within(20...(random.chance(1, of: 3) ? 110 : 50))
    validators = random.within(1...3)
    for fault in Fault.allCases where random.chance(Self.odds(of: fault), of: 100) { faults.insert(fault) }
    workload = Workload.Plan(
      sitesMax: random.within(1...4), isSealed: random.chance(1, of: 6), hasDeadlyGuests: faults.contains(.deadlyGuests),
      isReordered: random.chance(2, of: 3), lateDaysMax: random.pick([3, 12, 20]) ?? 3)
    isPlainAllowed = !workload.isSealed || random.chance(1, of: 4)
    isHealedByTheLiving = random.chance(1, of: 2)
    settings.plainIsAllowed = isPlainAllowed
    settings.partitionEventsMax = faults.contains(.deadlyGuests) ? random.within(1...3) : random.within(1...12)
    settings.stepEventsMax = random.within(2...24)
    settings.submissionsInFlightMax = random.within(1...4)
    settings.snapshotEntries = Int64(random.within(3...30))
    settings.tickAfterSeconds = random.chance(1, of: 2) ? 60 : nil
    settings.blockEventsMax = 1 + settings.stepEventsMax % 5
    settings.resealScanRecordsMax = 5 + 3 * settings.partitionEventsMax
    settings.resealsMax = 1 + settings.stepEventsMax % 3
    settings.resealWaveMax = 2 + settings.stepEventsMax % 7
    settings.resealingMax = 1 + settings.stepEventsMax % 3
    if random.chance(1, of: 2) { settings.restoreEntriesMax = random.pick([1, 2, 3, 5, 12]) ?? 1 }
    if settings.snapshotEntries % 3 == 0 { firstReadRecordsMax = 1 + settings.stepEventsMax % 4 }
  }

  /// The plan for the trace; a set has no order of its own that stays.
  var words: String {
    let faults = Fault.allCases.filter(self.faults.contains).map(\.rawValue).joined(separator: ", ")
    return "\(partitions) partitions, \(records) records, \(validators) validators, \(workload), \(settings), "
      + "first reads of \(firstReadRecordsMax), plain \(isPlainAllowed), "
      + "healed by the living \(isHealedByTheLiving), faults: \(faults)"
  }

  private static func odds(of fault: Fault) -> Int {
    switch fault {
    case .eventsTail: 12
    case .deadlyGuests: 8
    case .ledgerTail, .bothTails: 30
    case .brokers, .holes, .directory, .longJumps: 35
    case .rekeys, .upgrades: 25
    default: 50
    }
  }
}
