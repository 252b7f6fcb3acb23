import LodgingDomain
import LodgingWire

/// What of some keys must be written.
extension Publisher {
  /// What follows from what is published under a key.
  private enum Judgement {
    case nothing
    case wait
    case write(PublishedContent, [PublishedPosition])
  }

  /// The records to be written under these keys; keys that must wait are remembered.
  func drafts(for keys: [PublishedKey], next: [Int: Int64]) throws -> [PublisherDraft] {
    let alerts = try source.alerts(keys.compactMap { if case .alert(let id) = $0 { id } else { nil } })
    var drafts: [PublisherDraft] = []
    for key in keys {
      let seen = view.entries[key]
      switch try judge(key, seen, alerts, next) {
      case .nothing: break
      case .wait: ahead.insert(key)
      case .write(let content, let positions):
        drafts.append(PublisherDraft(content, under: key, at: positions, isOverForeign: seen.map { !$0.isOwn } ?? false))
      }
    }
    return drafts
  }

  private func judge(
    _ key: PublishedKey, _ seen: PublishedView.Entry?, _ alerts: [Digest128: PublishedAlert], _ next: [Int: Int64]
  ) throws -> Judgement {
    guard let (content, partitions) = content(of: key, seen, alerts), content.fingerprint != seen?.fingerprint else { return .nothing }
    let positions = partitions.compactMap(position)
    // Nothing of the partition is folded: whoever wrote this knew more.
    guard positions.count == partitions.count else { return .wait }
    guard let seen, !seen.isOwn else { return .write(content, positions) }
    for stand in seen.stands where try isAhead(stand, next) { return .wait }
    for partition in partitions where try !isHeld(partition) { return .wait }
    return .write(content, positions)
  }

  /// The own content of a key with the partitions that it stands on; nil where there is nothing to say, and nothing was said.
  private func content(
    of key: PublishedKey, _ seen: PublishedView.Entry?, _ alerts: [Digest128: PublishedAlert]
  ) -> (PublishedContent, partitions: [Int])? {
    switch key {
    case .occupancy(let unit, let partition):
      let occupancy = occupancy(of: unit, partition: partition)
      return seen == nil && occupancy == Occupancy() ? nil : (.occupancy(unit, occupancy), [partition])
    case .alert(let id):
      if let standing = alerts[id] { return (.standing(standing), partitions(of: standing.alert)) }
      guard let seen else { return nil }
      return (.withdrawn(id), seen.stands.map(\.partition).filter { (0..<ledgerPartitions).contains($0) })
    }
  }

  /// The partitions of an alert's establishments.
  private func partitions(of alert: Alert) -> [Int] {
    var partitions: [Int] = []
    for id in [alert.establishment, alert.other?.establishment] {
      guard let partition = id.map({ $0.withUTF8 { Partitioner.partition(of: $0, among: ledgerPartitions) } }) else { continue }
      if !partitions.contains(partition) { partitions.append(partition) }
    }
    return partitions
  }

  private func position(of partition: Int) -> PublishedPosition? {
    positions[partition].map {
      PublishedPosition(partition: partition, offset: $0.position.offset, chain: $0.position.chain, now: $0.now)
    }
  }

  /// Whether the ledger holds an entry at this place that is not folded here, or may hold one because it does not answer.
  private func isAhead(_ stand: PublishedView.Stand, _ next: [Int: Int64]) throws -> Bool {
    let partition = stand.partition
    guard (0..<ledgerPartitions).contains(partition), stand.offset >= next[partition] ?? 0 else { return false }
    let known = try ends[partition] ?? askLedger(partition) { () throws(LogError) in try log.end(of: TopicPartition(.ledger, partition)) }
    guard let known else { return true }
    ends[partition] = known
    return known > stand.offset
  }

  /// Whether the ledger holds what a partition's fold stands on; where it does not answer, nobody knows.
  private func isHeld(_ partition: Int) throws -> Bool {
    if let known = isHeld[partition] { return known }
    guard let position = positions[partition]?.position else { return false }
    let isHeld = try askLedger(partition) { () throws(LogError) in try log.holds(position, of: partition) } ?? false
    self.isHeld[partition] = isHeld
    return isHeld
  }
}
