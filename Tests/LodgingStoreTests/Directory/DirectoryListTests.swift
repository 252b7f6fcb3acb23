import Testing

@testable import LodgingStore

@Suite("List of directory files")
struct DirectoryListTests {
  @Test(
    "a list is written and read back",
    arguments: [DirectoryList(version: 1, base: 1, delta: nil), DirectoryList(version: .max, base: 12, delta: .max)])
  func roundTrip(list: DirectoryList) throws {
    #expect(try DirectoryList(bytes: list.bytes) == list)
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
