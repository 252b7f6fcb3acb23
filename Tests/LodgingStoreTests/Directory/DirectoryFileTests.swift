import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Resident directory files")
struct DirectoryFileTests {
  let bench: DirectoryBench

  init() throws { bench = try DirectoryBench() }

  @Test("every resident and every document is found again, and nobody else", arguments: [0, 1, 2, 15, 16, 17, 1000, 40_000])
  func roundTrip(count: Int) throws {
    let entries = DirectoryBench.entries(count, seed: UInt64(count))
    let build = try bench.load(entries)
    #expect(build.persons == count)
    #expect(build.documents == entries.count { $0.document != nil })
    let file = try DirectoryFile.open(path: bench.file(version: 1), key: bench.key, verifying: .full)
    #expect(file.personCount == count)
    for entry in entries {
      #expect(file.persons.row(of: entry.key) == entry.personRow)
      if let row = entry.documentRow { #expect(file.documents.row(of: row.key) == row) }
    }
    var random = SeededGenerator(seed: 99)
    for _ in 0..<1000 { #expect(file.persons.row(of: random.next() & ~1) == nil) }
  }

  @Test("the smallest and the greatest key, and many keys with one home, are found")
  func crowded() throws {
    var random = SeededGenerator(seed: 3)
    var keys: [UInt64] = [1, 2, .max, .max - 1]
    for index in 0..<300 { keys.append(0x7777_0000_0000_0000 + UInt64(index)) }
    let entries = keys.map { DirectoryBench.entry(&random, key: $0) }
    try bench.load(entries)
    let file = try DirectoryFile.open(path: bench.file(version: 1), key: bench.key)
    for entry in entries { #expect(file.persons.row(of: entry.key) == entry.personRow) }
    let absentKeys: [UInt64] = [3, 0x7777_0000_0000_0000 + 300, 0x7776_FFFF_FFFF_FFFF, .max - 2]
    for absent in absentKeys { #expect(file.persons.row(of: absent) == nil) }
    #expect(file.persons.row(of: 0) == nil)
  }

  @Test("a greatest key alone, whose slot is the last home, is found")
  func lastHome() throws {
    var random = SeededGenerator(seed: 4)
    let entries = (0..<40).map { DirectoryBench.entry(&random, key: .max - UInt64($0)) }
    try bench.load(entries)
    let file = try DirectoryFile.open(path: bench.file(version: 1), key: bench.key)
    for entry in entries { #expect(file.persons.row(of: entry.key) == entry.personRow) }
  }

  @Test("a changed byte anywhere in the file is told when the file is opened, and is never a crash")
  func damage() throws {
    let entries = DirectoryBench.entries(2000, seed: 5)
    try bench.load(entries)
    let path = bench.file(version: 1)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = try DirectoryFile.open(path: path, key: bench.key).header
    let questions = entries.map(\.question) + entries.compactMap(\.documentQuestion)
    let starts = [
      0, 8, 12, 16, DirectoryLimits.pageBytes - 16, DirectoryLimits.pageBytes - 8, Int(header.persons.rowsOffset),
      Int(header.persons.slotsOffset),
      Int(header.persons.ranksOffset), Int(header.documents.rowsOffset), Int(header.documents.slotsOffset),
      Int(header.documents.ranksOffset),
      Int(header.sumsOffset),
    ]
    var random = SeededGenerator(seed: 6)
    let places = starts + starts.map { $0 + random.below(4) } + (0..<20).map { _ in random.below(whole.count) }
    for place in places {
      var changed = whole
      changed[place] ^= UInt8(1 << random.below(8))
      try changed.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: DirectoryError.self) { try DirectoryFile.open(path: path, key: bench.key, verifying: .full) }
      #expect(error != nil && !"\(error?.description ?? "")".isEmpty)
      if let file = try? DirectoryFile.open(path: path, key: bench.key, verifying: .header) {
        let list = DirectoryList(version: 1, base: 1, delta: nil)
        let view = ResidentView(files: DirectorySnapshot(list: list, base: file, delta: nil), overlay: ResidentOverlay())
        var answers: [ResidentAnswer] = []
        view.answer(questions, into: &answers) { questions[$0].person }
        #expect(answers.count == questions.count)
      }
    }
  }

  @Test("each kind of wrong file has its own error")
  func kinds() throws {
    try bench.load(DirectoryBench.entries(100, seed: 7))
    let path = bench.file(version: 1)
    let name = DirectoryFolder.fileName(version: 1)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    func open(_ data: Data, key: DirectoryBench? = nil) throws -> DirectoryFile {
      try data.write(to: URL(fileURLWithPath: path))
      return try DirectoryFile.open(path: path, key: (key ?? bench).key, verifying: .full)
    }
    #expect(throws: DirectoryError.wrongKey(file: name)) { try open(whole, key: try DirectoryBench(seed: 2)) }
    #expect(throws: DirectoryError.foreign(file: name)) { try open(Data("number,full_name".utf8)) }
    #expect(throws: DirectoryError.foreign(file: name)) { try open(Data(repeating: 65, count: 100_000)) }
    #expect(throws: DirectoryError.truncated(file: name, bytes: 0, expected: 4096)) { try open(Data()) }
    for count in [5, 4095, 4096, 5000, whole.count - 1] {
      let error = #expect(throws: DirectoryError.self) { try open(whole.prefix(count)) }
      guard case .truncated(name, count, _) = error else {
        Issue.record("\(count) bytes: \(String(describing: error))")
        continue
      }
    }
    #expect(throws: DirectoryError.damaged(file: name, part: .checksums)) { try open(whole + Data([0])) }
    var other = whole
    other[8] = 9
    #expect(throws: DirectoryError.unknownFormat(file: name, format: 9)) { try open(other) }
    var header = whole
    header[40] ^= 1
    #expect(throws: DirectoryError.damaged(file: name, part: .header)) { try open(header) }
    var row = whole
    row[5000] ^= 1
    #expect(throws: DirectoryError.damaged(file: name, part: .block(0))) { try open(row) }
    #expect(try open(whole).personCount == 100)
  }

  @Test("a missing file is the system's error, with its number")
  func missing() {
    #expect(throws: DirectoryError.system(operation: "open", file: "none.dir", errno: ENOENT)) {
      try DirectoryFile.open(path: "\(bench.path)/none.dir", key: bench.key)
    }
  }

  @Test("files are readable for their owner only")
  func permissions() throws {
    try bench.load(DirectoryBench.entries(10, seed: 8))
    for file in bench.files + ["CURRENT"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(bench.path)/\(file)")
      #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0)
    }
  }
}
