import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// What operators decide while a world lives: their entries take their chances like everybody else's.
extension World {
  /// The version that the newest programs of this world know.
  var newestVersion: LedgerVersion { has(.upgrades) ? Self.nextVersion : .newest }

  /// The version of a program that begins now.
  var versionOfNewcomers: LedgerVersion { isRolledOut ? newestVersion : .newest }

  private static let nextVersion = LedgerVersion(format: LedgerVersion.newest.format + 1, rules: .newest)

  /// Does one of the things that operators do, if there is reason to.
  func operate() {
    _ = try? desk.acknowledgements(timeout: .zero)
    let partition = random.below(plan.partitions)
    if has(.sourceResets), heardOfLostEvents(partition), random.chance(2, of: 3) { return resetSource(of: partition) }
    switch random.below(2) {
    case 0 where has(.rekeys): write(to: partition) { $0.keyID < 4 ? .rekey(keyID: $0.keyID + 1) : nil }
    case 1 where has(.upgrades):
      guard isRolledOut else {
        isRolledOut = true
        return trace.add("the next version is rolled out")
      }
      let version = newestVersion
      write(to: partition) { $0.terms.version == version ? nil : .upgrade(format: version.format, rules: version.rules) }
    default: return
    }
  }

  private func heardOfLostEvents(_ partition: Int) -> Bool {
    heard.contains { if case .eventsTailLost(partition, _) = $0 { true } else { false } }
  }

  private func resetSource(of partition: Int) {
    write(to: partition) { end in
      try SourceReset(of: self.log, keys: self.ring, partition: partition, at: end, version: self.newestVersion)?.body(reason: "lost")
    }
  }

  /// Submits an entry behind the end of a ledger as it is now; whether it lands there is not the operator's to know.
  private func write(to partition: Int, _ make: (LedgerEnd) throws -> LedgerBody?) {
    do {
      let end = try LedgerEnd(of: log, partition: partition, version: newestVersion)
      guard let body = try make(end) else { return }
      try desk.submit([try end.entry(body, keys: ring)], to: TopicPartition(.ledger, partition), tag: 1)
      trace.add("an operator writes \(body) to \(partition)")
    } catch {
      trace.add("an operator cannot write to \(partition): \(error)")
    }
  }

  // MARK: The end

  /// Ends all programs of the version before, where there is a next one.
  func rollOut() {
    guard has(.upgrades) else { return }
    isRolledOut = true
    validators.removeAll { $0.version != newestVersion }
    for reader in readers where reader.version != newestVersion { reader.drop() }
  }

  /// Lets every partition go on that stands still for lost events; what was lost is sent again by those who know that it had landed.
  func resetSources() throws {
    guard has(.sourceResets) else { return }
    for _ in 0..<Self.resetsMax {
      let stuck = (0..<plan.partitions).filter { heardOfLostEvents($0) && !History($0, of: self).conflicts.isEmpty }
      guard !stuck.isEmpty else { break }
      for partition in stuck { resetSource(of: partition) }
      log.land()
      _ = try? desk.acknowledgements(timeout: .zero)
      advance(milliseconds: 61_000)
      try decideAll()
    }
    let lost = sender.landed.filter { offset, record in
      offset >= losses[TopicPartition(.events, record.partition)] ?? .max
        && log.contents(of: TopicPartition(.events, record.partition)).first { $0.offset == offset }?.value != record.value
    }
    guard !lost.isEmpty else { return }
    trace.add("\(lost.count) lost records are sent again")
    for (_, record) in lost { sender.send(record) }
    try decideAll()
  }

  private static let resetsMax = 4
}
