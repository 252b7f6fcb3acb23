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
    heap.withUnsafeMutableBufferPointer { heap in
      var hole = heap.count - 1
      while hole > 0, case let parent = (hole - 1) / 2, item.isBefore(heap[parent]) {
        heap[hole] = heap[parent]
        hole = parent
      }
      heap[hole] = item
    }
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap.withUnsafeMutableBufferPointer { heap in
      var hole = 0
      while case var child = 2 * hole + 1, child < heap.count {
        if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
        guard heap[child].isBefore(last) else { break }
        heap[hole] = heap[child]
        hole = child
      }
      heap[hole] = last
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
