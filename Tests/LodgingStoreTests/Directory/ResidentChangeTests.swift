import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Changes of residents as records")
struct ResidentChangeTests {
  private func read(_ record: NewRecord) -> ResidentChange? {
    let key = record.key ?? []
    guard let value = record.value else { return key.withUnsafeBytes { ResidentChange(key: $0, value: nil) } }
    return key.withUnsafeBytes { key in value.withUnsafeBytes { ResidentChange(key: key, value: $0) } }
  }

  @Test("a change is read back as it was written")
  func roundTrip() {
    for entry in DirectoryBench.entries(200, seed: 1) {
      let change = ResidentChange.put(entry)
      #expect(read(change.record) == change)
      #expect(change.record.key?.count == 8)
      #expect(read(ResidentChange.delete(key: entry.key).record) == .delete(key: entry.key))
    }
  }

  @Test("the form of a record stays what it is")
  func golden() {
    var person = PersonFingerprints()
    person.exactName = 0x0403_0201
    person.words.7 = 0x0605
    person.sex = 0x0807
    let entry = DirectoryEntry(key: 0x1122_3344_5566_7788, person: person, status: .lost, document: .init(key: 0x0A, person: person))
    let record = ResidentChange.put(entry).record
    let stored: [UInt8] = [1, 2, 3, 4] + [UInt8](repeating: 0, count: 22) + [5, 6, 0, 0, 0, 0, 0, 0, 7, 8]
    #expect(record.key == [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])
    #expect(record.value == [1] + [0x0A, 0, 0, 0, 0, 0, 0, 0] + stored + [4, 0, 0, 0] + stored)
  }

  @Test("a record of any other form is passed over")
  func garbage() {
    let entries = DirectoryBench.entries(20, seed: 2)
    for entry in entries {
      let record = ResidentChange.put(entry).record
      guard let value = record.value else { continue }
      for count in 0..<value.count where count != 49 || entry.document != nil {
        #expect(read(NewRecord(key: record.key, value: Array(value[..<count]))) == nil)
      }
      #expect(read(NewRecord(key: record.key, value: value + [0])) == nil)
      #expect(read(NewRecord(key: record.key, value: [2] + value.dropFirst())) == nil)
      #expect(read(NewRecord(key: Array((record.key ?? []).dropLast()), value: value)) == nil)
      #expect(read(NewRecord(key: [0, 0, 0, 0, 0, 0, 0, 0], value: value)) == nil)
      var status = value
      status[45] = 9
      #expect(read(NewRecord(key: record.key, value: status)) == nil)
    }
    #expect(ResidentChange(key: nil, value: nil) == nil)
  }
}
