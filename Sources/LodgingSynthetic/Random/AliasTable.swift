/// Draws indices with given weights in constant time (Walker's alias method in Vose's form), in whole numbers only.
package struct AliasTable: Sendable {
  private let total: UInt64
  private let thresholds: [UInt64]
  private let aliases: [Int32]

  /// Builds a table; weights that are all zero count as equal.
  ///
  /// - Parameter weights: One weight for each index, at least one; their sum times their count must stay below 2⁶³.
  package init(weights: [UInt32]) {
    let sum = weights.reduce(0) { $0 + UInt64($1) }
    total = sum == 0 ? 1 : sum
    var scaled = weights.map { sum == 0 ? 1 : UInt64($0) * UInt64(weights.count) }
    var aliases = (0..<Int32(weights.count)).map(\.self)
    var small: [Int] = []
    var large: [Int] = []
    for index in scaled.indices {
      if scaled[index] < total { small.append(index) } else { large.append(index) }
    }
    while let light = small.popLast(), let heavy = large.last {
      aliases[light] = Int32(heavy)
      scaled[heavy] -= total - scaled[light]
      if scaled[heavy] < total {
        large.removeLast()
        small.append(heavy)
      }
    }
    thresholds = scaled
    self.aliases = aliases
  }

  /// Draws an index.
  package func draw(_ random: inout SyntheticRandom) -> Int {
    let column = random.below(thresholds.count)
    let height = UInt64(random.below(Int(total)))
    return height < thresholds[column] ? column : Int(aliases[column])
  }
}
