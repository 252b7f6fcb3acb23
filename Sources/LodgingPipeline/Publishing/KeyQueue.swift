import LodgingDomain

/// Keys that wait, each once, in the order in which they came.
struct KeyQueue {
  private var keys: [PublishedKey] = []
  private var known: Set<PublishedKey> = []
  /// Since when one of them has waited; nil where none does.
  private(set) var since: Instant?

  var isEmpty: Bool { keys.isEmpty }
  var count: Int { keys.count }

  /// Adds keys that are not there.
  mutating func add(_ more: some Sequence<PublishedKey>, at now: Instant) {
    for key in more where known.insert(key).inserted { keys.append(key) }
    if !keys.isEmpty { since = min(since ?? now, now) }
  }

  /// Takes the first so many out.
  mutating func take(_ count: Int) -> [PublishedKey] {
    let first = Array(keys.prefix(count))
    keys.removeFirst(first.count)
    if keys.isEmpty {
      self = KeyQueue()
    } else {
      for key in first { known.remove(key) }
    }
    return first
  }
}
