import LodgingDomain
import LodgingWire

/// Judges what a chain's own producers send, before it may stand on the events topic.
///
/// Kafka puts no principal on a record: whoever may write a chain's topic is the chain, and may speak for the chain's establishments only.
struct IngressExaminer {
  private let reader: RecordReader
  private var value: [UInt8] = []

  init(partitions: Int) { reader = RecordReader(partitions: partitions) }

  enum Judgement {
    /// What is to be appended to the same partition of the events topic.
    case taken(NewRecord)
    /// It stays where it is.
    case refused(code: String, reason: String)
  }

  /// The code of what the chain has no right to send.
  static let forbidden = "access.forbidden"

  /// Looks at one record; `appended` becomes the time when the event was received.
  mutating func judge(_ record: borrowing LogRecord, partition: Int, establishments: Set<EstablishmentID>) -> Judgement {
    guard let bytes = record.value, let key = record.key else {
      return .refused(code: Code.eventUndecodable.name, reason: "the record has no key or no value")
    }
    let event: StayEvent
    switch reader.read(key: key, value: bytes, partition: partition) {
    case .undecodable(let code, let reason): return .refused(code: code.name, reason: reason)
    case .tick: return .refused(code: Self.forbidden, reason: "a tick is not a chain's to send")
    case .event(let found, _): event = found
    }
    guard establishments.contains(event.establishment) else {
      return .refused(code: Self.forbidden, reason: "the establishment is not the chain's")
    }
    if let reason = event.foreignToChains { return .refused(code: Self.forbidden, reason: reason) }
    value.removeAll(keepingCapacity: true)
    value.append(contentsOf: bytes)
    WireEvent.append(received: record.appended, to: &value)
    guard value.count <= LogLimits.eventBytesMax else {
      return .refused(
        code: Code.eventTooLarge.name, reason: "with its time of receipt the value has more than \(LogLimits.eventBytesMax) bytes")
    }
    return .taken(NewRecord(key: Array(key), value: value, headers: CarriedHeaders.of(record.headers)))
  }
}

extension StayEvent {
  /// Why a chain may not send it, nil where it may.
  fileprivate var foreignToChains: String? {
    if replayOf != nil { return "only operators send records again out of quarantine" }
    switch body {
    case .establishmentOpened, .establishmentChanged, .establishmentClosed:
      return "establishments are opened, changed and closed by the authority"
    default: return nil
    }
  }
}
