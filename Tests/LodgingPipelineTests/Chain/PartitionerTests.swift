import LodgingPipeline
import Testing

@testable import LodgingPipeline

@Suite("Partitions are Java clients' partitions")
struct PartitionerTests {
  // Apache Kafka, UtilsTest.testMurmur2.
  @Test(
    "murmur2 gives the values of Kafka's own test",
    arguments: [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829),
      ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
  func murmur2(text: String, hash: Int) {
    let found = Array(text.utf8).withUnsafeBytes { Partitioner.murmur2($0) }
    #expect(Int(Int32(bitPattern: found)) == hash)
  }

  @Test("The sign is cut off before the remainder is taken, as `toPositive` does")
  func negativeHash() {
    let key = Array("21".utf8)
    let expected = (-973_932_308 & 0x7FFF_FFFF) % 64
    #expect(key.withUnsafeBytes { Partitioner.partition(of: $0, among: 64) } == expected)
    #expect(key.withUnsafeBytes { Partitioner.partition(of: $0, among: 1) } == 0)
  }

  @Test("An empty key has a partition")
  func emptyKey() {
    #expect((0..<7).contains([UInt8]().withUnsafeBytes { Partitioner.partition(of: $0, among: 7) }))
  }
}
