import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore
import LodgingWire

/// The bytes of an event that stand in a file.
package enum ReplayInput {
  /// Reads a file; throws `ImportError` where it cannot be read, and ``ServiceError/badInput(_:)`` where it is larger than any event.
  package static func read(_ path: String) throws -> [UInt8] { try InputFile.bytes(path, max: LogLimits.eventBytesMax) }
}

/// What became of a quarantined record that was sent again.
package struct ReplayOutput: Encodable, Sendable {
  package var partition: Int
  package var source: Int64
  package var establishment: String?
  package var eventID: String?
  /// That of an event's verdict; `undecodable` where the record is still none that can be sent.
  package var outcome: String
  package var codes: [String]
  package var fields: [String]
  package var receipt: String?
  /// Where the new event stands; nil where nothing was sent.
  package var replay: Place?
  /// Why nothing was sent, in words.
  package var reason: String?
  /// That its identity can no longer be opened, in English.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  /// A place on the events topic.
  package struct Place: Encodable, Sendable, Hashable {
    package var partition: Int
    package var source: Int64
  }

  enum CodingKeys: String, CodingKey {
    case partition, source, establishment, outcome, codes, fields, receipt, replay, reason, note
    case eventID = "event_id"
    case noteVietnamese = "note_vi"
  }

  /// Whether the event is registered now, or would be.
  package var isDone: Bool {
    [Outcome.accepted, .flagged, .duplicate].contains { $0.name == outcome }
  }
}

/// Sends quarantined records again as events of their own, once they can be read: under their right key, after an upgrade, or repaired.
///
/// The bytes stay as they were, identity and seal included, and so does the event's id: what was registered in the meantime is a duplicate
/// with its first receipt, and sending the same record twice registers nothing twice. What is sent says which record it was. The record
/// itself stays in quarantine, as its entry stays in the ledger.
package final class QuarantineReplay {
  private let register: Register
  private let isDryRun: Bool
  private let sender: EventSender
  private var rehearsals: [Int: Rehearsal] = [:]

  /// Records of one transaction.
  package static let chunkRecords = 256

  /// Makes a desk; on a dry run nothing is appended.
  package init(_ register: Register, isDryRun: Bool) throws {
    self.register = register
    self.isDryRun = isDryRun
    sender = try EventSender(register)
  }

  /// Gives back what the desk holds.
  package func close() { sender.close() }

  /// Sends one record again, or `repaired` in its place; nil where it is not in quarantine.
  package func replay(partition: Int, source: Int64, repaired: [UInt8]? = nil) throws -> ReplayOutput? {
    if !isDryRun { try sender.settleAll() }
    let row = try register.store.read { try $0.quarantine() }.first { $0.partition == partition && $0.source == source }
    guard let row else { return nil }
    return try send([row]) { _ in repaired }.first
  }

  /// Sends every record again of which no event is registered yet, and hands out what became of each, in order.
  package func replayAll(onRow: (ReplayOutput) throws -> Void) throws {
    if !isDryRun { try sender.settleAll() }
    let done = Set(
      try QuarantineDesk(register).list().filter(\.isRegistered).map { ReplayOutput.Place(partition: $0.partition, source: $0.source) })
    let rows = try register.store.read { try $0.quarantine() }.filter {
      !done.contains(ReplayOutput.Place(partition: $0.partition, source: $0.source))
    }
    for start in stride(from: 0, to: rows.count, by: Self.chunkRecords) {
      let chunk = Array(rows[start..<min(start + Self.chunkRecords, rows.count)])
      for output in try send(chunk, repaired: { _ in nil }) { try onRow(output) }
    }
  }

  // MARK: One record

  /// A record that can be sent.
  private struct Candidate {
    var event: StayEvent
    var record: NewRecord
    var partition: Int
  }

  /// Why a record cannot be sent.
  private struct Refusal: Error {
    var code: Code
    var words: String

    init(_ code: Code, _ words: String) {
      self.code = code
      self.words = words
    }
  }

  private func send(_ rows: [QuarantineRow], repaired: (QuarantineRow) -> [UInt8]?) throws -> [ReplayOutput] {
    let candidates = rows.map { prepared($0, repaired: repaired($0)) }
    let ready = candidates.compactMap { try? $0.get() }
    var verdicts = try (isDryRun ? ready.map(rehearse) : decide(ready)).makeIterator()
    return zip(rows, candidates).map { row, candidate in
      switch candidate {
      case .failure(let refusal): ReplayOutput(row, refused: refusal.code, refusal.words)
      case .success(let candidate): ReplayOutput(row, candidate.event, verdicts.next(), note: note(on: candidate.record))
      }
    }
  }

  private func note(on record: NewRecord) -> DestroyedNote? {
    (record.value ?? []).withUnsafeBytes { register.note(onEvent: $0) }
  }

  private func prepared(_ row: QuarantineRow, repaired: [UInt8]?) -> Result<Candidate, Refusal> {
    Result { () throws(Refusal) in
      let bytes: [UInt8]
      if let repaired { bytes = repaired } else { bytes = try stored(row) }
      return try candidate(of: row, bytes: bytes)
    }
  }

  private func candidate(of row: QuarantineRow, bytes: [UInt8]) throws(Refusal) -> Candidate {
    let decoded: DecodedEvent
    do {
      decoded = try bytes.withUnsafeBytes { bytes throws(WireError) in try WireEvent.decode(bytes) }
    } catch {
      throw Refusal(.eventUndecodable, "it is no event for this version either: \(error); give the repaired event with --repaired")
    }
    guard case .event(let event) = decoded.content else { throw Refusal(.eventUndecodable, "it is a tick, which tells nothing") }
    var value = bytes
    WireEvent.append(replayOf: QuarantinePlace(row), to: &value)
    guard value.count <= LogLimits.eventBytesMax else {
      throw Refusal(.eventTooLarge, "it has \(value.count) bytes with its reference, more than \(LogLimits.eventBytesMax)")
    }
    let record = NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
    return Candidate(event: event, record: record, partition: register.partition(of: event.establishment))
  }

  /// The bytes that were put into quarantine, as long as the events log has them.
  private func stored(_ row: QuarantineRow) throws(Refusal) -> [UInt8] {
    var scratch: [UInt8] = []
    let keys = register.keys.chainKeyIDs.compactMap(register.keys.chainKey)
    let place = TopicPartition(.events, row.partition)
    let found: (isSame: Bool, value: [UInt8]?)?
    do {
      found = try register.log.fetch(place, at: SourceNumber(row.source).offset) { record in
        let isSame = keys.contains {
          RecordDigest.make(recordKey: record.key, value: record.value, key: $0, scratch: &scratch) == row.digest
        }
        return (isSame, record.value.map { Array($0) })
      }
    } catch {
      throw Refusal(row.code, "the events log cannot be read now (\(error)); try again")
    }
    guard let found else {
      throw Refusal(
        row.code, "the events log does not hold its bytes any more; ask the sender to send it again, or give them with --repaired")
    }
    guard found.isSame else { throw Refusal(row.code, "the bytes at its place are not those that were quarantined") }
    guard let value = found.value else { throw Refusal(.eventUndecodable, "it has no value") }
    return value
  }

  // MARK: Verdicts

  /// What became of an event: a verdict, or quarantine again.
  private func decide(_ candidates: [Candidate]) throws -> [ReplayVerdict] {
    let sources = try sender.deliver(candidates.map { ($0.partition, $0.record) })
    return try register.store.read { view in
      try zip(candidates, sources).map { candidate, source in
        let place = ReplayOutput.Place(partition: candidate.partition, source: source)
        guard let receipt = try view.receipt(partition: candidate.partition, source: source) else {
          return ReplayVerdict(decision: Decision(outcome: .undecodable, codes: CodeSet(.eventUndecodable)), receipt: nil, place: place)
        }
        return ReplayVerdict(decision: receipt.decision, receipt: try register.receiptID(of: receipt, in: view), place: place)
      }
    }
  }

  private func rehearse(_ candidate: Candidate) throws -> ReplayVerdict {
    let partition = candidate.partition
    let rehearsal = try rehearsals[partition] ?? Rehearsal(context: register.validatorContext(ValidatorSettings()), partition: partition)
    rehearsals[partition] = rehearsal
    return ReplayVerdict(decision: try rehearsal.decide(candidate.record, at: register.clock.now).decision, receipt: nil, place: nil)
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension QuarantineReplay: Sendable {}

/// The verdict on an event that was made of a quarantined record.
struct ReplayVerdict {
  var decision: Decision
  var receipt: ReceiptID?
  var place: ReplayOutput.Place?
}

extension ReplayOutput {
  fileprivate init(_ row: QuarantineRow, refused code: Code, _ words: String) {
    self.init(
      partition: row.partition, source: row.source, outcome: Outcome.undecodable.name, codes: [code.name], fields: [], reason: words)
  }

  fileprivate init(_ row: QuarantineRow, _ event: StayEvent, _ verdict: ReplayVerdict?, note: DestroyedNote?) {
    self.init(
      partition: row.partition, source: row.source, establishment: event.establishment.description, eventID: event.id.description,
      outcome: verdict?.decision.outcome.name ?? Outcome.undecodable.name, codes: verdict?.decision.codes.names ?? [],
      fields: verdict?.decision.fields.map(\.field.name) ?? [], receipt: verdict?.receipt?.description, replay: verdict?.place,
      note: note?.english, noteVietnamese: note?.vietnamese)
  }
}
