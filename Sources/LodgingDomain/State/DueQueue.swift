/// The moments at which stays change by the passing of time, earliest first.
///
/// A binary heap in which superseded moments stay until they come up; whoever takes one out compares it with the stay's own `due`.
/// The order is total (moment, establishment's index, stay), so that what comes out does not depend on what went in first.
struct DueQueue: Sendable {
  struct Item: Hashable, Comparable, Sendable {
    var due: Instant
    var establishment: UInt32
    var stay: EventID

    static func < (left: Item, right: Item) -> Bool {
      if left.due != right.due { return left.due < right.due }
      if left.establishment != right.establishment { return left.establishment < right.establishment }
      return left.stay < right.stay
    }
  }

  private var heap: [Item] = []

  /// The earliest item.
  var first: Item? { heap.first }

  mutating func insert(_ item: Item) {
    heap.append(item)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < heap.count, heap[left] < heap[least] { least = left }
      if left + 1 < heap.count, heap[left + 1] < heap[least] { least = left + 1 }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
