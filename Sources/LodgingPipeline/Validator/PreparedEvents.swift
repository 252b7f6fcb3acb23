import LodgingDomain
import LodgingWire

/// What is known of the staged records of one step before their partitions' states are asked, in the records' order.
///
/// Places stay from step to step and keep the memory of their lists.
struct PreparedEvents {
  private var places: [PreparedEvent] = []
  private var count = 0

  subscript(index: Int) -> PreparedEvent { places[index] }

  /// Adds a record; the facts of an event are gathered afterwards.
  mutating func add(_ record: RecordReader.Reading) {
    if count == places.count { places.append(PreparedEvent()) }
    places[count].take(record)
    count += 1
  }

  /// Takes everything out; opened identities end with it.
  mutating func removeAll() {
    for index in 0..<count { places[index].clear() }
    count = 0
  }
}

/// What is known of one staged record before its partition's state is asked.
///
/// An object, because it is large and passes through many hands; it belongs to one thread, and nobody holds a part of it while another is
/// written.
final class PreparedEvent {
  enum Content {
    case event(ReadEvent)
    case tick
    case undecodable(Code, String)
  }

  /// What the record is.
  @exclusivity(unchecked) private(set) var content = Content.tick
  /// What was looked up for an event; where the record is none, facts of an earlier one.
  @exclusivity(unchecked) var facts = Facts(month: KeyMonth(index: 0), digest: .zero)
  /// The event that was here last, whose memory the next one takes.
  private var last: ReadEvent?

  fileprivate func take(_ record: RecordReader.Reading) {
    switch record {
    case .event(let event, let sealed):
      guard let last else {
        let first = ReadEvent(event, sealed)
        (last, content) = (first, .event(first))
        return
      }
      (last.event, last.sealed, last.opened) = (event, sealed, nil)
      content = .event(last)
    case .tick: content = .tick
    case .undecodable(let code, let reason): content = .undecodable(code, reason)
    }
  }

  fileprivate func clear() {
    content = .tick
    last?.opened = nil
  }
}

@available(*, unavailable)
extension PreparedEvent: Sendable {}

/// An event as it was read, with its opened identity for as long as the step lasts.
///
/// An object, because it is large and passes through many hands; the events of later steps are put into the same. See ``PreparedEvent``.
final class ReadEvent {
  @exclusivity(unchecked) fileprivate(set) var event: StayEvent
  /// Where the identity lies in the record.
  @exclusivity(unchecked) fileprivate(set) var sealed: IdentityBytes
  /// The opened identity; nil where there is none, or none that can be read.
  @exclusivity(unchecked) var opened: OpenedIdentity?

  init(_ event: StayEvent, _ sealed: IdentityBytes) { (self.event, self.sealed) = (event, sealed) }

  /// The digest of what the event says, with its identity as far as that was opened.
  func contentDigest(key: SipKey) -> Digest128 {
    var digest: Digest128?
    try? opened?.read { digest = ContentDigest().make(event: event, identity: $0, key: key) }
    return digest ?? ContentDigest().make(event: event, identity: nil, key: key)
  }
}

@available(*, unavailable)
extension ReadEvent: Sendable {}
