import Testing

@testable import LodgingSynthetic

@Suite("Synthetic random numbers")
struct SyntheticRandomTests {
  @Test("the finaliser gives the published numbers of SplitMix64")
  func vectors() {
    // The first outputs of SplitMix64 for the seed 1234567.
    let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    var state: UInt64 = 1_234_567
    for value in expected {
      state &+= 0x9E37_79B9_7F4A_7C15
      #expect(SyntheticRandom.mix(state) == value)
    }
  }

  @Test("seed, stream and index each make another sequence, and the same three make the same")
  func sequences() {
    func first(_ seed: UInt64, _ stream: RandomStream, _ index: UInt64) -> UInt64 {
      var random = SyntheticRandom(seed: seed, stream: stream, index: index)
      return random.next()
    }
    #expect(first(1, "a", 0) == first(1, "a", 0))
    #expect(Set([first(1, "a", 0), first(2, "a", 0), first(1, "b", 0), first(1, "a", 1)]).count == 4)
  }

  @Test("numbers stay within their bounds and reach both ends")
  func bounds() {
    var random = SyntheticRandom(seed: 1, stream: "bounds")
    let drawn = Set((0..<1000).map { _ in random.within(-2...3) })
    #expect(drawn == Set(-2...3))
    #expect((0..<100).allSatisfy { _ in random.below(1) == 0 })
    #expect((0..<100).allSatisfy { _ in !random.chance(0, of: 10) && random.chance(10, of: 10) })
    #expect(random.bytes(0).isEmpty)
    #expect(Set(random.bytes(4096)).count == 256)
  }

  @Test("an affine permutation takes each number once and then begins again", arguments: [1, 2, 3, 10, 64, 997, 1000])
  func affine(count: Int) {
    var random = SyntheticRandom(seed: 3, stream: "affine")
    let order = AffinePermutation(count: count, random: &random)
    #expect(Set((0..<count).map { order($0) }) == Set(0..<count))
    #expect(order(count) == order(0))
  }

  @Test("an affine permutation of nothing gives 0")
  func affineOfNothing() {
    var random = SyntheticRandom(seed: 3, stream: "affine")
    #expect(AffinePermutation(count: 0, random: &random)(5) == 0)
  }

  @Test("an alias table draws in proportion to the weights, and never what weighs nothing")
  func alias() {
    let table = AliasTable(weights: [1, 0, 3, 6])
    var random = SyntheticRandom(seed: 5, stream: "alias")
    var counts = [0, 0, 0, 0]
    for _ in 0..<100_000 { counts[table.draw(&random)] += 1 }
    #expect(counts[1] == 0)
    #expect((9_500...10_500).contains(counts[0]))
    #expect((29_000...31_000).contains(counts[2]))
    #expect((59_000...61_000).contains(counts[3]))
  }

  @Test("weights that are all zero count as equal")
  func aliasWithoutWeights() {
    let table = AliasTable(weights: [0, 0])
    var random = SyntheticRandom(seed: 5, stream: "alias")
    #expect(Set((0..<100).map { _ in table.draw(&random) }) == [0, 1])
  }
}
