import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

/// A way in which a part of the register misbehaves; in some world the judge must find it out.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
  var name: String
  /// What the judge may say; one of these must be in its words.
  var words: [String]
  var make: @Sendable (Sealers) -> Sabotage
  /// What the worlds are like in which it shows.
  var change: @Sendable (inout WorldPlan) -> Void = { _ in }

  var testDescription: String { name }

  static let all: [Misbehaviour] = [
    Misbehaviour(
      name: "a reader that does not compare chain values", words: ["differs from a fresh one"],
      make: { _ in Sabotage(readerLog: { unchained($0, $1) }) }),
    Misbehaviour(
      name: "a reader that never looks again whether what it read is still there", words: ["differs from a fresh one"],
      make: { _ in Sabotage(readerLog: { mirrored($0, $1) }) }, change: { $0.faults = [.ledgerTail, .bothTails] }),
    Misbehaviour(
      name: "a read model that loses what a batch says of stays", words: ["differs from a fresh one in its stays"],
      make: { _ in Sabotage(readModel: { LossyModel(model: $0) }) }),
    Misbehaviour(
      name: "a validator that does not compare chain values", words: ["is decided last", "is of no event", "two states were published"],
      make: { _ in Sabotage(validatorLog: { unchained($0, $1) }) }),
    Misbehaviour(
      name: "an owner that does not read the ledger again after its appends", words: ["is decided last", "two states were published"],
      make: { _ in Sabotage(validatorLog: { unread($0, $1) }) },
      change: {
        $0.faults = [.moves, .deafness, .sleep, .badDelivery]
        $0.isHealedByTheLiving = true
      }),
    Misbehaviour(
      name: "an owner that never looks again whether its last entry is still there",
      words: ["is decided last", "two states were published"],
      make: { _ in Sabotage(validatorLog: { mirrored($0, $1) }) },
      change: {
        $0.faults = [.ledgerTail]
        $0.isHealedByTheLiving = true
      }),
    Misbehaviour(
      name: "a validator that passes over events", words: ["went on although the record", "is decided last", "still stands"],
      make: { _ in Sabotage(validatorLog: { hiding($0, $1) }) }),
    Misbehaviour(
      name: "a validator that decides twice", words: ["follows"],
      make: { sealers in Sabotage(validatorLog: { log, _ in doubling(log, key: sealers.ring.currentChainKey.key) }) }),
    Misbehaviour(
      name: "a validator that forgets what it registered long ago", words: ["expected"],
      make: { _ in Sabotage(index: { ForgetfulIndex(index: $0) }) }, change: { $0.faults = [.longJumps] }),
    Misbehaviour(
      name: "a validator that does not hear of residents' changes", words: ["of the directory after"],
      make: { _ in
        Sabotage(directory: { _ in
          MemoryDirectory { ResidentsOverTime.findings(key: $0.key, version: $1) }
        })
      }),
    Misbehaviour(
      name: "a snapshot of another state than its name says",
      words: ["expected", "two states were published", "gives other bytes", "deciding again"],
      make: { _ in Sabotage(snapshots: { StaleSnapshots(snapshots: $0) }) },
      change: {
        $0.faults = [.crashes, .moves]
        $0.settings.snapshotEntries = 3
      }),
    Misbehaviour(
      name: "a validator that takes plain identities where they are refused", words: ["expected"],
      make: { _ in Sabotage(settings: { $0.plainIsAllowed.toggle() }) }),
    Misbehaviour(
      name: "a validator that gives up too soon on an event", words: ["undecodable with code"],
      make: { _ in Sabotage(settings: { ($0.deathsMax, $0.claimsBeforeCautionMax) = (1, 0) }) },
      change: { $0.faults = [.crashesInSteps, .moves] }),
  ]

  // MARK: Logs

  /// Every entry seems made on the one before it.
  private static func unchained(_ log: any EventLog, _ truth: SimulatedLog) -> any EventLog {
    ViewedLog(
      log, .ledger,
      view: { place in
        var previous = [UInt8](repeating: 0, count: 16)
        return truth.contents(of: place).map { record in
          var record = record
          guard let value = record.value, value.count >= ChainFields.byteCount else { return record }
          record.value?.replaceSubrange(2..<18, with: previous)
          previous = Array(value[20..<36])
          return record
        }
      })
  }

  /// What was seen once stays there for ever.
  private static func mirrored(_ log: any EventLog, _ truth: SimulatedLog) -> any EventLog {
    let seen = Guarded<[TopicPartition: [SimulatedRecord]]>([:])
    return ViewedLog(
      log, .ledger,
      view: { place in
        let now = truth.contents(of: place)
        return seen.with { seen in
          let last = seen[place]?.last?.offset ?? -1
          seen[place, default: []] += now.filter { $0.offset > last }
          return seen[place] ?? []
        }
      })
  }

  /// After the first look the ledger holds what this process appended, and nothing else.
  private static func unread(_ log: any EventLog, _ truth: SimulatedLog) -> any EventLog {
    let seen = Guarded<[TopicPartition: [SimulatedRecord]]>([:])
    let sent = Guarded<[UInt64: [NewRecord]]>([:])
    return ViewedLog(
      log, .ledger,
      view: { place in
        let now = truth.contents(of: place)
        return seen.with { seen in
          if seen[place] == nil { seen[place] = now }
          return seen[place] ?? []
        }
      },
      appender: { appender in
        HandledAppender(
          appender,
          outgoing: { records, place, tag in
            if place.topic == .ledger { sent.with { $0[tag] = records } }
            return records
          },
          incoming: { answer in
            guard let records = sent.with({ $0.removeValue(forKey: answer.tag) }), case .success = answer.result else { return answer }
            var believed = answer
            believed.result = .success(seen.with { append(records, to: &$0[answer.place, default: []]) })
            return believed
          })
      })
  }

  private static func append(_ records: [NewRecord], to seen: inout [SimulatedRecord]) -> [Int64] {
    guard var copy = seen.last else { return [] }
    return records.map { record in
      copy.offset += 1
      (copy.key, copy.value) = (record.key, record.value)
      seen.append(copy)
      return copy.offset
    }
  }

  /// Some events are never shown.
  private static func hiding(_ log: any EventLog, _ truth: SimulatedLog) -> any EventLog {
    ViewedLog(log, .events, view: { place in truth.contents(of: place).filter { $0.offset % 8 != 5 } })
  }

  /// The last decision of each submission is appended a second time, on the history that the first one made.
  private static func doubling(_ log: any EventLog, key: SipKey) -> any EventLog {
    ViewedLog(
      log, Topic("none"), view: { _ in [] },
      appender: { appender in
        HandledAppender(
          appender,
          outgoing: { records, place, _ in
            guard place.topic == .ledger, let last = records.last?.value else { return records }
            return records + [NewRecord(key: records.last?.key, value: Forger.chained(last, on: Array(last[20..<36]), key: key))]
          },
          incoming: { answer in
            guard answer.place.topic == .ledger, case .success(let offsets) = answer.result else { return answer }
            var believed = answer
            believed.result = .success(offsets.dropLast())
            return believed
          })
      })
  }
}

/// A read model that loses every second batch's news of stays.
private struct LossyModel: ReadModel {
  let model: any ReadModel
  let commits = Guarded(0)

  func positions() throws -> [Int: ProjectionPosition] { try model.positions() }

  func commit(_ batch: ProjectionBatch) throws {
    var batch = batch
    let count = commits.with { count in
      count += 1
      return count
    }
    if count % 2 == 0 { batch.stays = [] }
    try model.commit(batch)
  }

  func reset() throws { try model.reset() }
}

/// An id index that never finds anything.
private struct ForgetfulIndex: IdIndex {
  let index: any IdIndex

  func position(partition: Int) throws -> ChainPosition? { try index.position(partition: partition) }
  func add(
    _ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    try index.add(news, partition: partition, after: before, position: position)
  }
  func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent? { nil }
  func clear(partition: Int, standingAt position: ChainPosition) throws {
    try index.clear(partition: partition, standingAt: position)
  }
}

/// Snapshots of which every one is given out as the oldest of its partition.
private struct StaleSnapshots: SnapshotStore {
  let snapshots: any SnapshotStore

  func list(partition: Int) throws -> [SnapshotName] { try snapshots.list(partition: partition) }
  func load(_ name: SnapshotName) throws -> [UInt8]? {
    try snapshots.list(partition: name.partition).last.flatMap { try snapshots.load($0) }
  }
  func publish(_ bytes: [UInt8], as name: SnapshotName) throws { try snapshots.publish(bytes, as: name) }
}
