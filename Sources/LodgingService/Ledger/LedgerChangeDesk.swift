import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// What a reset of a partition's source does, or would do.
package struct SourceResetOutput: Encodable, Sendable, Hashable {
  package var partition: Int
  /// The incarnation that begins, and the first offset that is decided in it.
  package var incarnation: UInt32
  package var nextSource: Int64
  /// The offset that was decided last on the events log as it was.
  package var decidedThrough: Int64
  /// Decisions of records that the events log does not hold any more; they keep counting.
  package var orphaned: Int64
  /// Offsets that left the events log undecided.
  package var expired: Int64
  /// Whether it is done; else this is what would be.
  package var done: Bool

  enum CodingKeys: String, CodingKey {
    case partition, incarnation, orphaned, expired, done
    case nextSource = "next_source"
    case decidedThrough = "decided_through"
  }
}

/// What an upgrade of a ledger does, or would do.
package struct UpgradeOutput: Encodable, Sendable, Hashable {
  /// The version that the ledger comes to.
  package var format: UInt32
  package var rules: UInt32
  /// Partitions that are of an earlier version now.
  package var partitions: [Int]
  /// Partitions whose owner is not known to know that version; nothing is done while there are any.
  package var unready: [UnreadyPartition]
  /// Whether it is done; else this is what would be.
  package var done: Bool
}

/// Changes what a ledger is made of, by an operator's decision.
package struct LedgerChangeDesk {
  private let register: Register

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// Lets a partition go on whose events log lost what is decided, or begins anew.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - reason: Why, in words; it stands in the ledger for good.
  ///   - isDecided: Whether to do it; else it is only told what would be done.
  /// - Returns: What is or would be done; nil where the events log holds what was decided last, so that there is nothing to do.
  /// - Throws: ``ServiceError/notFound(_:)`` for a partition that there is not, and what reading and appending throw; nothing is done then,
  ///   but an append that failed may have landed.
  package func resetSource(of partition: Int, reason: String, isDecided: Bool) throws -> SourceResetOutput? {
    let partitions = try register.log.partitions(of: .ledger)
    guard (0..<partitions).contains(partition) else {
      throw ServiceError.notFound("there is no partition \(partition); there are 0 to \(partitions - 1)")
    }
    let end = try register.ledgerEnd(of: partition)
    guard var plan = try plan(partition, at: end) else { return nil }
    guard isDecided else { return SourceResetOutput(plan, done: false) }
    var writer = try OperatorWriter(log: register.log, keys: register.keys, version: register.version)
    let written = try writer.append(to: partition, after: end.position) { end in
      guard let again = try self.plan(partition, at: end) else { return nil }
      plan = again
      return again.body(reason: reason)
    }
    guard written != nil else { return nil }
    try waitUntilFolded(partition, through: plan.incarnation)
    return SourceResetOutput(plan, done: true)
  }

  private func plan(_ partition: Int, at end: LedgerEnd) throws -> SourceReset? {
    try SourceReset(of: register.log, keys: register.keys, partition: partition, at: end, version: register.version)
  }

  /// Decides and folds until the register knows the new incarnation, or whoever decides takes too long.
  private func waitUntilFolded(_ partition: Int, through incarnation: UInt32) throws {
    let worker = try Worker(register)
    defer { worker.close() }
    _ = try worker.work { try register.store.read { try $0.sources() }[partition].map { SourceNumber($0).incarnation } == incarnation }
  }

  /// Brings the ledger of every partition to the newest version that this program knows.
  ///
  /// Every program that reads the ledger must know that version by then: one that does not stops in front of the entry. On a cluster the
  /// owners of partitions are asked what they noted with their last commits; nobody can be asked about processes that own nothing.
  ///
  /// - Parameters:
  ///   - isDecided: Whether to do it; else it is only told what would be done.
  ///   - isForced: Whether to do it whatever the owners of partitions know; then nobody is asked.
  /// - Returns: What is or would be done.
  /// - Throws: ``ServiceError/upgradeTooEarly(_:)`` where some owner is not known to know the version and nothing is forced, with nothing done;
  ///   `LedgerStop` where a ledger is of a later version already, and what asking and appending throw; partitions that are done stay so.
  package func upgrade(isDecided: Bool, isForced: Bool = false) throws -> UpgradeOutput {
    let version = register.version
    let partitions = try register.log.partitions(of: .ledger)
    let earlier = try (0..<partitions).filter { try register.ledgerEnd(of: $0).terms.version != version }
    let notes = earlier.isEmpty || isForced ? nil : try register.log.ownersNotes()
    let owners = UpgradeGuard(to: version, notes: notes ?? [])
    if isDecided {
      if let refusal = owners.refusal { throw ServiceError.upgradeTooEarly(refusal) }
      var writer = try OperatorWriter(log: register.log, keys: register.keys, version: register.version)
      for partition in earlier {
        _ = try writer.append(to: partition) { $0.terms.version == version ? nil : .upgrade(format: version.format, rules: version.rules) }
      }
    }
    return UpgradeOutput(
      format: version.format, rules: version.rules.number, partitions: earlier, unready: owners.unready, done: isDecided)
  }
}

extension SourceResetOutput {
  fileprivate init(_ plan: SourceReset, done: Bool) {
    self.init(
      partition: plan.partition, incarnation: plan.incarnation, nextSource: plan.nextSource, decidedThrough: plan.decidedThrough,
      orphaned: plan.orphaned, expired: plan.expired, done: done)
  }
}
