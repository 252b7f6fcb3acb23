import LodgingDomain
import LodgingWire

/// Brings the id index of one partition up to the end of the ledger by reading the entries that count, as every reader does.
struct IdIndexFeeder {
  let partition: Int
  let context: ValidatorContext

  private static let batchMax = 4096

  /// Reads on from the index's position and returns the new one; nil before genesis.
  ///
  /// Where the ledger no longer holds what the index stands on, the index is emptied and built anew.
  func catchUp() throws -> ChainPosition? {
    let ledger = TopicPartition(.ledger, partition)
    var cursor = ChainCursor(partition: partition, version: context.version)
    if let position = try context.index.position(partition: partition) {
      if try context.log.holds(position, of: partition) {
        cursor = ChainCursor(partition: partition, after: position, version: context.version)
      } else {
        try context.index.clear(partition: partition)
      }
    }
    var news = News()
    let end = try context.log.bounds(of: ledger).end
    var from: Int64 = -1
    while cursor.next > from, cursor.next < end {
      from = cursor.next
      var isStopped = false
      let next = try context.log.walk(ledger, from: from) { record in
        switch cursor.take(record.value, at: record.offset) {
        case .ignored: break
        case .counts: news.take(record)
        case .unknown, .later, .noGenesis:
          isStopped = true
          return false
        }
        return news.count < Self.batchMax
      }
      cursor.skip(to: next)
      if let position = cursor.position { try context.index.add(try registrations(of: news), partition: partition, position: position) }
      news = News()
      if isStopped { break }
    }
    return cursor.position
  }

  /// What a batch of entries tells.
  private struct News {
    var registrations: [IndexedRegistration] = []
    /// The digests of check-ins under later months' keys, in order.
    var reseals: [(stay: StayReference, month: KeyMonth, digest: Digest128)] = []

    var count: Int { registrations.count + reseals.count }

    mutating func take(_ record: borrowing LogRecord) {
      guard let value = record.value, let entry = try? LedgerReader.entry(value) else { return }
      switch entry.body {
      case .decided(let decision, let facts):
        guard decision.outcome.isRegistered, let event = entry.decidedEvent(in: value) else { return }
        let registered = RegisteredEvent(
          event, facts: facts, decision: decision, source: entry.header.source, registered: entry.header.now)
        registrations.append(IndexedRegistration(establishment: event.establishment, event: event.id, record: registered))
      case .reseal(let reseal):
        guard let digest = reseal.digest else { return }
        reseals.append((StayReference(establishment: reseal.establishment, stay: reseal.stay), reseal.sealed.month, digest))
      case .genesis, .ticked, .undecodable, .missing, .sourceReset, .upgrade, .rekey: return
      }
    }
  }

  /// The registrations that are to be written: new ones, and earlier ones whose digest is under a later month's key now.
  private func registrations(of news: News) throws -> [IndexedRegistration] {
    guard !news.reseals.isEmpty else { return news.registrations }
    var all = news.registrations
    var places: [StayReference: Int] = [:]
    for (place, registration) in all.enumerated() {
      places[StayReference(establishment: registration.establishment, stay: registration.event)] = place
    }
    for (stay, month, digest) in news.reseals {
      if places[stay] == nil, let known = try context.index.find(stay.stay, at: stay.establishment, partition: partition) {
        places[stay] = all.count
        all.append(IndexedRegistration(establishment: stay.establishment, event: stay.stay, record: known))
      }
      guard let place = places[stay] else { continue }
      all[place].record.month = month
      all[place].record.digest = digest
    }
    return all
  }
}
