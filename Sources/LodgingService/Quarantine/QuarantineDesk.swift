import LodgingDomain
import LodgingPipeline
import LodgingStore

/// A quarantined record.
package struct QuarantineOutput: Encodable, Sendable {
  package var partition: Int
  package var source: Int64
  package var code: String
  package var reason: String
  package var size: Int
  package var digest: String
  package var at: String
  /// The events that were made of it.
  package var replays: [Replay]
  /// The bytes as they stand on the events topic, in hexadecimal and cut off after a while; only when one record is shown.
  package var bytes: String?
  /// That its identity can no longer be opened, in English; only when one record is shown.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case partition, source, code, reason, size, digest, at, replays, bytes, note
    case noteVietnamese = "note_vi"
  }

  /// An event that was made of a quarantined record, and what became of it.
  package struct Replay: Encodable, Sendable {
    package var partition: Int
    package var source: Int64
    package var outcome: String
    package var receipt: String?
  }

  /// Whether one of the events is registered, by its own verdict or an earlier one.
  package var isRegistered: Bool { replays.contains { $0.receipt != nil } }
}

/// Shows records that are no events.
package struct QuarantineDesk {
  private let register: Register

  /// The most bytes of a record that are shown.
  package static let shownBytesMax = 256

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// All of them, by partition and offset.
  package func list() throws -> [QuarantineOutput] {
    try register.store.read { view in
      let replays = try view.replays()
      return try view.quarantine().map { row in
        try output(row, replays: replays[QuarantinePlace(row)] ?? [], view)
      }
    }
  }

  private func output(_ row: QuarantineRow, replays: [ReplayRow], _ view: RegisterView) throws -> QuarantineOutput {
    QuarantineOutput(
      partition: row.partition, source: row.source, code: row.code.name, reason: row.reason, size: row.size,
      digest: row.digest.description, at: row.now.rfc3339(),
      replays: try replays.compactMap { replay in
        try view.receipt(partition: replay.partition, source: replay.source).map {
          QuarantineOutput.Replay(
            partition: replay.partition, source: replay.source, outcome: $0.decision.outcome.name,
            receipt: try register.receiptID(of: $0, in: view)?.description)
        }
      }, bytes: nil)
  }

  /// One of them with the beginning of its bytes; nil where it is not in quarantine.
  package func show(partition: Int, source: Int64) throws -> QuarantineOutput? {
    guard var output = try list().first(where: { $0.partition == partition && $0.source == source }) else { return nil }
    // Of an earlier incarnation nothing is shown: something else may stand at its offset now.
    let number = SourceNumber(source)
    guard try register.sources(of: partition).resets == number.resets else { return output }
    let shown = try register.log.fetch(TopicPartition(.events, partition), at: number.offset) { record -> (String, DestroyedNote?) in
      guard let bytes = record.value else { return ("", nil) }
      return (bytes.prefix(Self.shownBytesMax).map { Self.hexadecimal($0) }.joined(), register.note(onEvent: bytes))
    }
    output.bytes = shown?.0
    (output.note, output.noteVietnamese) = (shown?.1?.english, shown?.1?.vietnamese)
    return output
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }
}

extension QuarantinePlace {
  /// The place of a row.
  init(_ row: QuarantineRow) {
    let source = SourceNumber(row.source)
    self.init(partition: UInt32(clamping: row.partition), incarnation: source.incarnation, source: source.offset)
  }
}
