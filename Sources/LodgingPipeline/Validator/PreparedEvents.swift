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
  mutating func add(_ content: PreparedEvent.Content) {
    if count == places.count { places.append(PreparedEvent()) }
    places[count].content = content
    count += 1
  }

  /// Takes everything out; opened identities end with it.
  mutating func removeAll() {
    for index in 0..<count { places[index].content = .tick }
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
  @exclusivity(unchecked) var content = Content.tick
  /// What was looked up for an event; where the record is none, facts of an earlier one.
  @exclusivity(unchecked) var facts = Facts(month: KeyMonth(index: 0), digest: .zero)
}

@available(*, unavailable)
extension PreparedEvent: Sendable {}

/// An event as it was read, with its opened identity for as long as the step lasts.
///
/// An object, because it is large and passes through many hands; see ``PreparedEvent``.
final class ReadEvent {
  let event: StayEvent
  /// Where the identity lies in the record.
  let sealed: IdentityBytes
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
