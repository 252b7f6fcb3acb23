import LodgingPipeline
import Testing

@testable import LodgingStore

@Suite("List of directory files")
struct DirectoryListTests {
  private static let all = (0..<ResidentLoads.countMax).map { UInt64.max - UInt64($0) }

  private static let full = holding(all, due: all)

  private static func holding(_ held: [UInt64], due: [UInt64]) -> ResidentLoads {
    var loads = ResidentLoads()
    (loads.held, loads.due) = (held, due)
    return loads
  }

  @Test(
    "a list is written and read back",
    arguments: [
      DirectoryList(version: 1, base: 1, delta: nil), DirectoryList(version: .max, base: 12, delta: .max),
      DirectoryList(version: 3, base: 3, delta: nil, loads: DirectoryListTests.holding([5, 9], due: [5, .max])),
      DirectoryList(version: .max, base: .max, delta: .max, loads: DirectoryListTests.full),
    ])
  func roundTrip(list: DirectoryList) throws {
    #expect(try DirectoryList(bytes: list.bytes) == list)
    #expect(list.bytes.count <= DirectoryList.bytesMax)
  }

  @Test("a load is held and due; one that replaces is alone; the oldest are forgotten where there are too many")
  func loads() {
    var loads = Self.holding([1], due: [1, 2])
    #expect(loads.lacking == 1)
    loads.add(3, replacing: false)
    loads.add(3, replacing: false)
    #expect(loads.held == [1, 3] && loads.due == [1, 2, 3])
    for load in Self.all { loads.add(load, replacing: false) }
    #expect(loads.held == Self.all && loads.due == Self.all && loads.lacking == 0)
    loads.add(7, replacing: true)
    #expect(loads.held == [7] && loads.due == [7])
  }

  @Test("the record that says which loads are due is read back, and nothing else is taken for it")
  func record() throws {
    // Nobody writes a list of none, and whoever could make others believe it would let validators decide that have no residents.
    let none = ResidentLoadsRecord.record(due: [])
    let (word, empty) = (try #require(none.key), try #require(none.value))
    #expect(word.withUnsafeBytes { key in empty.withUnsafeBytes { ResidentLoadsRecord.loads(key: key, value: $0) } } == nil)
    for due in [[1], Self.all] {
      let record = ResidentLoadsRecord.record(due: due)
      let (key, value) = (try #require(record.key), try #require(record.value))
      key.withUnsafeBytes { key in
        value.withUnsafeBytes { value in
          #expect(ResidentLoadsRecord.loads(key: key, value: value) == due)
          #expect(ResidentLoadsRecord.loads(key: key, value: nil) == nil)
          #expect(ResidentLoadsRecord.loads(key: nil, value: value) == nil)
          #expect(ResidentLoadsRecord.loads(key: value, value: value) == nil)
          #expect(ResidentLoadsRecord.loads(key: key, value: UnsafeRawBufferPointer(rebasing: value.dropFirst())) == nil)
          #expect(ResidentChange(key: key, value: value) == nil)
        }
      }
    }
  }

  @Test("a change of any byte is told")
  func damage() throws {
    let bytes = DirectoryList(version: 15, base: 12, delta: 15).bytes
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: DirectoryError.self) { try DirectoryList(bytes: changed) }
      #expect(throws: DirectoryError.self) { try DirectoryList(bytes: Array(bytes[..<index])) }
    }
    #expect(throws: DirectoryError.foreign(file: "CURRENT")) { try DirectoryList(bytes: Array("something else".utf8)) }
    #expect(throws: DirectoryError.damaged(file: "CURRENT", part: .list)) { try DirectoryList(bytes: bytes + bytes) }
  }
}
