/// The moments at which stays change by the passing of time, earliest first.
///
/// A binary heap in which superseded moments stay until they come up; whoever takes one out compares it with the stay's own `due`.
/// The order is that of moments and then of establishments; slots are not the same on every node, so stays that are due at one moment in one
/// establishment come out together.
struct DueQueue: Sendable {
  struct Item: Sendable {
    var due: Instant
    var establishment: UInt32
    /// The stay's slot among those of its establishment.
    var slot: UInt32

    func isBefore(_ other: Item) -> Bool { due != other.due ? due < other.due : establishment < other.establishment }
  }

  private var heap: [Item] = []

  /// The earliest item.
  var first: Item? { heap.first }

  mutating func insert(_ item: Item) {
    // By a quarter: a country has five million moments, and doubling would leave room for as many again.
    if heap.count == heap.capacity { heap.reserveCapacity(heap.count + max(16, heap.count / 4)) }
    heap.append(item)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
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
      if left < heap.count, heap[left].isBefore(heap[least]) { least = left }
      if left + 1 < heap.count, heap[left + 1].isBefore(heap[least]) { least = left + 1 }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  /// Takes out everything that is due together with the first item: the slots, of which one may come up twice.
  mutating func removeFirstMoment() -> [UInt32] {
    guard let moment = first else { return [] }
    var slots: [UInt32] = []
    while let next = first, next.due == moment.due, next.establishment == moment.establishment {
      slots.append(next.slot)
      removeFirst()
    }
    return slots
  }
}
