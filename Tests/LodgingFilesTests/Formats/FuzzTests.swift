import LodgingDomain
import Testing

@testable import LodgingFiles

/// Damaged files must end with rows or an error and nothing else; there is nothing to expect but that they end.
@Suite struct FuzzTests {
  static let files: [(name: String, format: ImportFormat, bytes: [UInt8])] = [
    ("csv", .citizensCSV, Array(citizensCSV([2: "\"Trần; Văn\"", 19: "\"a\nb\""]).utf8)), ("utf16", .citizensCSV, utf16(citizensCSV())),
    ("xlsx", .citizensXLSX, citizensWorkbook([3: .number("31120", format: 1)]).bytes()),
    ("xml", .foreignersXML, Array(((try? String(decoding: sample("foreigners.xml"), as: UTF8.self)) ?? "").prefix(1500).utf8)),
    ("qr", .qr, Array(((try? sample("qr.txt")) ?? []).prefix(600))), ("mrz", .mrz, Array(((try? sample("mrz.txt")) ?? []).prefix(600))),
  ]

  @Test(arguments: files.indices) func `Cut off at every length`(_ index: Int) {
    let file = Self.files[index]
    #expect(file.bytes.count > 300)
    for length in 0..<file.bytes.count {
      let read = ReadFile(Array(file.bytes[..<length]), format: file.format)
      #expect(read.rows.count < 1000)
      if file.format == .citizensXLSX { #expect(read.error != nil) }
    }
  }

  @Test(arguments: files.indices) func `With bytes changed at random`(_ index: Int) {
    let file = Self.files[index]
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var bytes = file.bytes
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      let read = ReadFile(bytes, format: seed.isMultiple(of: 2) ? file.format : nil)
      #expect(read.rows.count < 1000, "seed \(seed)")
    }
  }

  @Test(arguments: files.indices) func `With pieces taken out, doubled and exchanged`(_ index: Int) {
    let file = Self.files[index]
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var bytes = file.bytes
      for _ in 0..<3 where bytes.count > 2 {
        let start = Int.random(in: 0..<bytes.count - 1, using: &generator)
        let range = start..<Int.random(in: start + 1...bytes.count, using: &generator)
        switch UInt8.random(in: 0...2, using: &generator) {
        case 0: bytes.removeSubrange(range)
        case 1: bytes.insert(contentsOf: bytes[range], at: Int.random(in: 0...bytes.count, using: &generator))
        default: bytes.replaceSubrange(range, with: bytes[range].reversed())
        }
      }
      #expect(ReadFile(bytes, format: file.format).rows.count < 10_000, "seed \(seed)")
    }
  }

  @Test(arguments: ImportFormat.allCases) func `Random bytes of every size`(_ format: ImportFormat) {
    for seed in 0..<100 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let bytes = (0..<Int.random(in: 0...2000, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(ReadFile(bytes, format: format).rows.count < 2000, "seed \(seed)")
      #expect(ReadFile(bytes.map { $0 % 96 + 32 }, format: format).rows.count < 2000, "seed \(seed)")
    }
  }
}
