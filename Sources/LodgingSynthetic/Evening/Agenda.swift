import LodgingDomain

/// What is to be sent, by the time it is due; what is due at one time comes out in the order in which it was put in.
struct Agenda: Sendable {
  private struct Entry: Sendable {
    let due: Int64
    let order: UInt64
    let slot: Int

    func precedes(_ other: Entry) -> Bool { due == other.due ? order < other.order : due < other.due }
  }

  private var heap: [Entry] = []
  private var slots: [PlannedAction?] = []
  private var free: [Int] = []
  private var order: UInt64 = 0

  /// How much waits.
  var count: Int { heap.count }

  /// Puts an action in.
  mutating func add(_ action: PlannedAction, due: Instant) {
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
      slots[slot] = action
    } else {
      slot = slots.count
      slots.append(action)
    }
    heap.append(Entry(due: due.milliseconds, order: order, slot: slot))
    order += 1
    rise(heap.count - 1)
  }

  /// Takes out what is due first, if it is due at `now`.
  mutating func next(at now: Instant) -> PlannedAction? {
    guard let first = heap.first, first.due <= now.milliseconds else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    free.append(first.slot)
    return slots[first.slot].take()
  }

  private mutating func rise(_ place: Int) {
    var child = place
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func sink(_ place: Int) {
    var parent = place
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
