package import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// A month's key as `lodging keys` shows it, without secrets.
package struct KeyOutput: Encodable, Sendable {
  package var month: String
  package var standing: String
  package var sealUntil: String
  package var acceptUntil: String
  /// Until when the month's identities are to be kept.
  package var keepUntil: String
  package var destroyed: String?
  package var openStays: Int
  /// What the standing means, in English.
  package var note: String?
  /// What the standing means, in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case month, standing, destroyed, note
    case sealUntil = "seal_until"
    case acceptUntil = "accept_until"
    case keepUntil = "keep_until"
    case openStays = "open_stays"
    case noteVietnamese = "note_vi"
  }
}

/// What rotating the chain key did.
package struct ChainRotation: Encodable, Sendable, Hashable {
  /// The id of the key that the ledger goes on under.
  package var chainKey: UInt32
  /// How many partitions there are, and in how many the ledger came to the key now.
  package var partitions: Int
  package var rekeyed: Int

  enum CodingKeys: String, CodingKey {
    case partitions, rekeyed
    case chainKey = "chain_key"
  }
}

/// Lists, makes and destroys the months' keys.
package struct KeyDesk {
  private let register: Register

  /// What destroying a key is doing.
  package enum Progress: Sendable, Equatable {
    /// Lets ledger time pass the end of acceptance in so many partitions.
    case passing(partitions: Int)
    /// Seals open stays to a later month's key; so many are left.
    case resealing(left: Int, of: Int)
    /// Destroys the key.
    case destroying
  }

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// All months, the oldest first, with the open stays that are under each.
  package func list() throws -> [KeyOutput] {
    let open = try register.store.read { try $0.openStaysByMonth() }
    return register.keys.months.map { output($0, openStays: open[$0.month] ?? 0) }
  }

  /// Makes this month's and the next month's key.
  package func rotate() throws -> KeyOutput {
    output(try register.keys.rotate(at: register.clock.now), openStays: 0)
  }

  /// Makes a new chain key and lets every partition's ledger go on under it.
  ///
  /// The key is in the key ring before any ledger names it. Interrupted, the command is run again and goes on with the key that it made.
  /// Whoever decides takes the new key from the key ring; what it has in flight under the old one does not count and is made again.
  ///
  /// - Returns: The key's id, and in how many partitions the ledger came to it now.
  /// - Throws: `LedgerStop` where a ledger cannot be read to its end, ``ServiceError/chainKeyMissing(path:id:)`` where it goes on under a key
  ///   that this key ring does not have, `KeyRingError`, and what appending throws; partitions that are done stay so.
  package func rotateChain() throws -> ChainRotation {
    let partitions = try register.log.partitions(of: .ledger)
    var oldest = UInt32.max
    for partition in 0..<partitions {
      let end = try register.ledgerEnd(of: partition)
      // A key that is made in an old copy of the key ring would have the number of one that is in use.
      guard register.keys.chainKey(end.keyID) != nil else {
        throw ServiceError.chainKeyMissing(path: register.folder.keys, id: end.keyID)
      }
      oldest = min(oldest, end.keyID)
    }
    let made = try register.keys.rotateChainKey(after: oldest)
    var writer = try OperatorWriter(log: register.log, keys: register.keys, version: register.version)
    var rekeyed = 0
    for partition in 0..<partitions {
      let entry = try writer.append(to: partition) { end in end.keyID >= made.id ? nil : .rekey(keyID: made.id) }
      if entry != nil { rekeyed += 1 }
    }
    return ChainRotation(chainKey: made.id, partitions: partitions, rekeyed: rekeyed)
  }

  /// Seals the stays that outlive a month to the current month's key, then destroys the month's secret keys for good.
  ///
  /// Every step may be interrupted and is gone on with by the next call; a month that is destroyed already stays so. Who decides seals the
  /// stays: a running process, or this one where none runs.
  /// - Parameters:
  ///   - month: The month.
  ///   - beforeRetentionEnds: Whether it is destroyed although its identities should be kept for longer (``RuleBook/identityKeptMonths``).
  ///   - progress: Told what is being done.
  /// - Returns: What is left of the month.
  /// - Throws: `KeyRingError` for a month that was never made or still takes events, which nothing overrides; ``ServiceError/keyInUse(_:)``
  ///   before retention ends, and while open stays are left under the month. The key is still there then.
  package func destroy(
    _ month: KeyMonth, beforeRetentionEnds: Bool = false, progress: (Progress) -> Void = { _ in }
  ) throws -> KeyOutput {
    guard let known = register.keys.month(month) else { throw KeyRingError.monthUnknown(month) }
    guard known.destroyed == nil else { return output(known, openStays: 0) }
    let now = register.clock.now
    guard now >= known.acceptUntil else { throw KeyRingError.stillAccepting(month, until: known.acceptUntil) }
    guard beforeRetentionEnds || now >= month.keptUntil else {
      let day = LocalZone.vietnam.date(at: month.keptUntil)
      throw ServiceError.keyInUse(
        "identities of \(month) are to be kept until \(day) (\(RuleBook.identityKeptMonths) months after its end); to destroy the key all the same, add --before-retention-ends"
      )
    }
    // What outlives the month is sealed to this one.
    _ = try register.keys.currentMonth(at: now)
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settle(try register.lastSources())
    try passAcceptance(of: known, worker, progress)
    try waitForReseals(of: known, worker, progress)
    progress(.destroying)
    let destroyed = try register.keys.destroy(month, at: register.clock.now)
    endNotices(worker)
    return output(destroyed, openStays: 0)
  }

  /// Notices end with their key, and so does what fitted under it; where that cannot be worked out now, whoever folds next does so.
  private func endNotices(_ worker: Worker) {
    _ = try? register.notices.follow(register.log)
    try? worker.settle(register.lastSources())
  }

  /// Ledger time passes by records only: partitions where nothing happened get a tick.
  private func passAcceptance(of month: KeyRingMonth, _ worker: Worker, _ progress: (Progress) -> Void) throws {
    let times = try register.store.read { try $0.ledgerTimes() }
    let behind = (0..<register.log.partitionCount).filter { times[$0].map { $0 < month.acceptUntil } ?? true }
    guard !behind.isEmpty else { return }
    progress(.passing(partitions: behind.count))
    try worker.tick(behind)
    try worker.settle(try register.lastSources())
  }

  /// Waits until no open stay is under the month, at ledger times when nothing can come under it any more.
  private func waitForReseals(of month: KeyRingMonth, _ worker: Worker, _ progress: (Progress) -> Void) throws {
    var left = 0
    var most = 0
    let isDone = try worker.work {
      let (times, open) = try register.store.read { (try $0.ledgerTimes(), try $0.openStaysByMonth()) }
      let count = open[month.month] ?? 0
      most = max(most, count)
      if count != left { progress(.resealing(left: count, of: most)) }
      left = count
      return count == 0 && times.count == register.log.partitionCount && times.values.allSatisfy { $0 >= month.acceptUntil }
    }
    guard isDone else {
      throw ServiceError.keyInUse(
        "\(left) open stays are still sealed to \(month.month): whoever decides has not sealed them anew, or their identities do not open; the log says why. Run the command again; stays of guests who never check out end eight days after their planned departure"
      )
    }
  }

  private func output(_ month: KeyRingMonth, openStays: Int) -> KeyOutput {
    let standing = month.standing(at: register.clock.now)
    return KeyOutput(
      month: month.month.description, standing: "\(standing)", sealUntil: month.sealUntil.rfc3339(),
      acceptUntil: month.acceptUntil.rfc3339(), keepUntil: month.month.keptUntil.rfc3339(), destroyed: month.destroyed?.rfc3339(),
      openStays: openStays,
      note: standing == .destroyed ? destroyedNote.english : nil, noteVietnamese: standing == .destroyed ? destroyedNote.vietnamese : nil)
  }

  /// What is left to be done after a month was destroyed where nodes may have copies of the key ring; nil where this is the only one.
  package var copiesWarning: String? {
    guard !register.log.isEmbedded else { return nil }
    return "the key is gone from \(register.folder.keys) AND FROM NO OTHER COPY OF THAT FILE: whoever has one can still read the month. "
      + "Copy the file over every node's own now, unless all nodes look at this one, and destroy or replace its backups"
  }

  /// What a destroyed month means, as far as it is known here.
  private var destroyedNote: (english: String, vietnamese: String) {
    guard register.log.isEmbedded else {
      return (
        "identities, fingerprints and digests of this month can no longer be read with this key ring; other copies of it must be replaced",
        "không còn đọc được danh tính, dấu vân và giá trị băm của tháng này bằng vòng khóa này; phải thay mọi bản sao khác của nó"
      )
    }
    return (
      "identities, fingerprints and digests of this month can no longer be read by anybody",
      "không ai còn đọc được danh tính, dấu vân và giá trị băm của tháng này"
    )
  }
}
