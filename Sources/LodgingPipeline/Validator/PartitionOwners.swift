/// The partitions that one validator owns: a step goes through them many times, looks few of them up, and seldom gets or loses one.
struct PartitionOwners {
  /// The owners in the order of their partitions, so that the same history gives the same calls.
  private(set) var inOrder: [PartitionOwner] = []
  private var first = 0

  var isEmpty: Bool { inOrder.isEmpty }

  /// The owners, beginning with another one after each ``takeTurns()``.
  var inTurn: [PartitionOwner] { Array(inOrder[first...] + inOrder[..<first]) }

  /// The owner of a partition; nil where it is not owned here.
  subscript(partition: Int) -> PartitionOwner? {
    let index = index(of: partition)
    return index < inOrder.count && inOrder[index].partition == partition ? inOrder[index] : nil
  }

  /// Adds the owner of a partition that has none here.
  mutating func add(_ owner: PartitionOwner) {
    inOrder.insert(owner, at: index(of: owner.partition))
  }

  /// Takes the owner of a partition out; nil where there is none.
  mutating func remove(_ partition: Int) -> PartitionOwner? {
    guard let owner = self[partition] else { return nil }
    inOrder.remove(at: index(of: partition))
    first = inOrder.isEmpty ? 0 : first % inOrder.count
    return owner
  }

  mutating func removeAll() {
    inOrder.removeAll()
    first = 0
  }

  /// Lets the next one be the first.
  mutating func takeTurns() {
    first = inOrder.isEmpty ? 0 : (first + 1) % inOrder.count
  }

  /// The index of a partition's owner, or of the first one behind it.
  private func index(of partition: Int) -> Int {
    var (low, high) = (0, inOrder.count)
    while low < high {
      let middle = (low + high) / 2
      if inOrder[middle].partition < partition { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
