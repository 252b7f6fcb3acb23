/// How many open stays are sealed to each month's key; there are a few months at a time.
struct MonthCounts: Sendable {
  private var counts: [(month: KeyMonth, stays: Int)] = []

  /// The months that any stay is sealed to.
  var months: Set<KeyMonth> { Set(counts.map(\.month)) }

  /// Counts a stay that was sealed to one month and now is to another; nil for one that opens or closes.
  mutating func move(from old: KeyMonth?, to new: KeyMonth?) {
    guard old != new else { return }
    if let old { add(-1, to: old) }
    if let new { add(1, to: new) }
  }

  private mutating func add(_ stays: Int, to month: KeyMonth) {
    guard let index = counts.firstIndex(where: { $0.month == month }) else { return counts.append((month, stays)) }
    counts[index].stays += stays
    if counts[index].stays == 0 { counts.remove(at: index) }
  }
}
