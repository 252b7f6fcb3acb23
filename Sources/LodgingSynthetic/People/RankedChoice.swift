/// A table that turns eight uniform bits into a choice by weight.
struct RankedChoice: Sendable {
  /// What each of the 256 entries chooses.
  let choices: [UInt8]
  /// Which of the entries of its choice an entry is, from 0.
  let ranks: [UInt8]
  /// How many entries each choice has.
  let shares: [Int]

  /// Spreads 256 entries over the choices in proportion to their weights; every choice with a weight gets at least one.
  init(weights: [Int]) {
    let total = max(1, weights.reduce(0, +))
    var shares = weights.map { $0 == 0 ? 0 : max(1, $0 * 256 / total) }
    // What rounding left over or took too much goes to the choices with the largest weights.
    let byWeight = weights.indices.sorted { weights[$0] > weights[$1] }
    var difference = 256 - shares.reduce(0, +)
    var turn = 0
    while difference != 0, !byWeight.isEmpty {
      let choice = byWeight[turn % byWeight.count]
      turn += 1
      if difference > 0 {
        shares[choice] += 1
        difference -= 1
      } else if shares[choice] > 1 {
        shares[choice] -= 1
        difference += 1
      }
    }
    self.shares = shares
    choices = shares.enumerated().flatMap { Array(repeating: UInt8($0.offset), count: $0.element) }
    ranks = shares.flatMap { share in (0..<share).map(UInt8.init) }
  }
}
