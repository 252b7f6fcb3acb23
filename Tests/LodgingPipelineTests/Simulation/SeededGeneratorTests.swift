import LodgingTesting
import Testing

@Suite("The seeded generator repeats itself")
struct SeededGeneratorTests {
  @Test("SplitMix64 gives the numbers of its authors' code for the seed 1234567")
  func splitMixVectors() {
    var random = SplitMix64(seed: 1_234_567)
    let found = (0..<5).map { _ in random.next() }
    #expect(
      found == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }

  @Test("xoshiro256** gives the numbers of its authors' code for the state 1, 2, 3, 4")
  func xoshiroVectors() {
    var random = SeededGenerator(state: (1, 2, 3, 4))
    let found = (0..<10).map { _ in random.next() }
    #expect(
      found == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600, 16_172_922_978_634_559_625,
        8_476_171_486_693_032_832, 10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
      ])
  }

  @Test("Numbers stay below their bound and reach every number below it")
  func bounds() {
    var random = SeededGenerator(seed: 0)
    for bound in [1, 2, 3, 10] {
      let found = Set((0..<500).map { _ in random.below(bound) })
      #expect(found == Set(0..<bound))
    }
    #expect(random.below(0) == 0)
    #expect(random.below(-3) == 0)
    #expect(Set((0..<200).map { _ in random.within(-1...1) }) == [-1, 0, 1])
    #expect(random.pick([Int]()) == nil)
    #expect((0..<100).allSatisfy { _ in !random.chance(0, of: 5) && random.chance(5, of: 5) })
  }

  @Test("A fork goes on alike whatever is drawn from its parent later")
  func forks() {
    var one = SeededGenerator(seed: 9)
    var two = SeededGenerator(seed: 9)
    var forkOfOne = one.fork()
    var forkOfTwo = two.fork()
    _ = one.next()
    #expect(forkOfOne.bytes(20) == forkOfTwo.bytes(20))
    #expect(one.next() != two.next())
  }
}
