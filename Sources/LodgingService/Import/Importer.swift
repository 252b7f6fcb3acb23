import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore

/// Imports a file: each row becomes a check-in, or the amendment of the stay that it is about, and gets its verdict.
///
/// Rows are sent in chunks, so a file of any length takes bounded memory, and an interrupted import can be run again: what was registered
/// is a duplicate.
package struct Importer {
  private let register: Register
  private let options: ImportOptions

  /// Rows of one transaction.
  package static let chunkRows = 256

  /// Makes an importer.
  package init(_ register: Register, options: ImportOptions) {
    self.register = register
    self.options = options
  }

  /// Imports a file and hands out each row's verdict in the order of the file.
  ///
  /// Throws `ImportError` where the rest of the file cannot be read; the rows handed out before stand.
  package func run(_ path: String, onRow: (ImportRowResult) throws -> Void) throws {
    let source = try FileByteSource(path: path)
    let now = register.clock.now
    let reader = try ImportReader(source, format: options.format, today: LocalZone.vietnam.date(at: now), name: path)
    let drafter = RowDrafter(register, options: options, format: reader.format)
    let desk: any VerdictDesk = options.isDryRun ? try DryRunDesk(register) : try SendingDesk(register)
    defer { desk.close() }
    try desk.prepare()
    var chunk: [PendingRow] = []
    var subjects: Set<[String]> = []
    func flush() throws {
      for result in try ChunkImport(register: register, drafter: drafter, desk: desk).run(chunk) { try onRow(result) }
      chunk.removeAll()
      subjects.removeAll()
    }
    while let row = try next(reader, before: flush) {
      guard row.draft.problems.isEmpty else {
        chunk.append(.refused(ImportRowResult(refused: row, id: drafter.id(of: row, now: now))))
        if chunk.count >= Self.chunkRows { try flush() }
        continue
      }
      let drafted = drafter.draft(row, now: now)
      // Two rows about one stay must not share a chunk: the second one amends what the first one registered.
      if chunk.count >= Self.chunkRows || !subjects.insert(drafted.subject).inserted {
        try flush()
        subjects.insert(drafted.subject)
      }
      chunk.append(.drafted(drafted))
    }
    try flush()
  }

  /// The next row; what was read before a fault in the file is sent first.
  private func next(_ reader: ImportReader, before flush: () throws -> Void) throws -> ImportedRow? {
    do throws(ImportError) {
      return try reader.next()
    } catch {
      try flush()
      throw error
    }
  }
}

/// A row that waits for its verdict.
enum PendingRow {
  case refused(ImportRowResult)
  case drafted(DraftedRow)
}

/// The rows that are sent together.
struct ChunkImport {
  let register: Register
  let drafter: RowDrafter
  let desk: any VerdictDesk

  func run(_ rows: [PendingRow]) throws -> [ImportRowResult] {
    let drafted = rows.compactMap { row in if case .drafted(let drafted) = row { drafted } else { nil } }
    var results = try send(drafted)
    var again: [(Int, DraftedRow)] = []
    for (index, row) in drafted.enumerated() where results[index].codes == [Code.eventIDReused.name] {
      if let amended = try amendment(of: row) { again.append((index, amended)) }
    }
    for ((index, _), result) in zip(again, try send(again.map(\.1), amending: false)) { results[index] = result }
    var next = results.makeIterator()
    return rows.compactMap { row in if case .refused(let result) = row { result } else { next.next() } }
  }

  /// Sends check-ins, or the amendments that they come to, and the departures that follow them.
  private func send(_ rows: [DraftedRow], amending: Bool = true) throws -> [ImportRowResult] {
    guard !rows.isEmpty else { return [] }
    let events = try rows.map { amending ? try resolved($0) : $0 }
    let verdicts = try desk.decide(events.map { ($0.event, $0.identity) })
    let departures = zip(events, verdicts).compactMap { row, verdict in verdict.isRegisteredSomehow ? departure(of: row) : nil }
    _ = try desk.decide(departures.map { ($0, nil) })
    return zip(events, verdicts).map { row, verdict in ImportRowResult(row: row.row, event: row.event, verdict: verdict) }
  }

  /// The row as the amendment of the open stay that it is about, unless it is that stay's own check-in.
  private func resolved(_ row: DraftedRow) throws -> DraftedRow {
    guard let stay = try openStay(of: row), stay != row.event.id else { return row }
    return amending(row, stay: stay, id: row.event.id)
  }

  /// For a row whose id is registered with other content: the amendment under an id that follows from the content.
  private func amendment(of row: DraftedRow) throws -> DraftedRow? {
    guard let stay = try openStay(of: row) else { return nil }
    let details = row.event.stayDetails
    let content = [details?.room ?? "", "\(details?.reason ?? 0)", details?.departure.instant.rfc3339() ?? "", row.identity.fullName]
    return amending(row, stay: stay, id: drafter.id(after: row.event.id, content.joined(separator: "\u{1F}")))
  }

  private func amending(_ row: DraftedRow, stay: EventID, id: EventID) -> DraftedRow {
    guard let details = row.event.stayDetails else { return row }
    var amended = row
    amended.event = StayEvent(
      id: id, establishment: row.event.establishment, happened: row.event.captured, captured: row.event.captured,
      received: row.event.received,
      channel: row.event.channel, filledIn: row.event.filledIn, body: .amendment(stay: stay, details))
    return amended
  }

  private func openStay(of row: DraftedRow) throws -> EventID? {
    guard !row.fingerprints.isEmpty else { return nil }
    return try register.store.read { view in
      try view.openStay(at: row.event.establishment, fingerprints: row.fingerprints, arrivalDay: row.arrivalDay)?.reference.stay
    }
  }

  private func departure(of row: DraftedRow) -> StayEvent? {
    guard let departed = row.departed, let stay = row.event.stay else { return nil }
    return StayEvent(
      id: drafter.id(after: stay, "departure", departed.rfc3339()), establishment: row.event.establishment, happened: departed,
      captured: row.event.captured, received: row.event.received, channel: row.event.channel, body: .checkOut(stay: stay))
  }
}
