import Foundation
import LodgingDomain
import LodgingFiles
import LodgingStore
import LodgingSynthetic
import LodgingWire
import Testing

@testable import LodgingService

@Suite("Loading of residents")
struct ResidentLoaderTests {
  let bench: ResidentBench

  init() throws { bench = try ResidentBench() }

  @Test("good rows are loaded, bad ones reported, and the last of the same number counts")
  func counts() throws {
    let report = try bench.load(
      """
      079190000001,Nguyễn Thị An,1990-02-03,F,alive,,
      079190000002,Lê Ba,1990,X,alive,,
      079190000001,Nguyễn Thị An,1990-02-03,F,lost,,
      ,,,,,,
      12,,1990,M,alive,,
      079190000003,Trần Tư,1990-02-03,M,alive,C7654321,2031-01-01
      """)
    #expect(report.rows == 5)
    #expect(report.loaded == 3)
    #expect(report.bad == 2)
    #expect(report.problems.map(\.row) == [2, 5, 5])
    #expect(report.problems.map(\.column) == [.sex, .number, .fullName])
    #expect(report.problems.map(\.code) == [.fieldInvalid, .documentNumberMalformed, .fieldMissing])
    #expect(report.problemCounts == [.fieldInvalid: 1, .documentNumberMalformed: 1, .fieldMissing: 1])
    #expect(report.build?.duplicates == 1)
    #expect(report.build?.added == 2)
    #expect(report.build?.documents == 1)
    var lookup = try bench.lookup()
    #expect(lookup.lookUp(try PersonalNumber("079190000001"))?.status == .lost)
    #expect(lookup.lookUp(try PersonalNumber("079190000003"))?.hasDocument == true)
    #expect(lookup.lookUp(try PersonalNumber("079190000002")) == nil)
  }

  @Test("no row is lost and the last of a number counts, however many rows lie between", arguments: [1, 1023, 1024, 1025, 20_000])
  func manyRows(count: Int) throws {
    let statuses = ResidentStatus.allCases
    let number = { (row: Int) in "0791900" + String(10_000 + row % 700) }
    let rows = (0..<count).map { "\(number($0)),An Ba,1990,F,\(statuses[$0 / 700 % statuses.count].name),,\n" }
    let report = try bench.load(rows.joined())
    #expect(report.loaded == count)
    #expect(report.build?.duplicates == max(0, count - 700))
    var lookup = try bench.lookup()
    for row in max(0, count - 700)..<count {
      #expect(lookup.lookUp(try PersonalNumber(number(row)))?.status == statuses[row / 700 % statuses.count], "row \(row)")
    }
  }

  @Test("what taking an entry over throws ends the reading of rows")
  func failure() throws {
    let rows =
      "number,full_name,birth_date,sex,status,document_number,document_expiry\n"
      + String(repeating: "079190000001,An Ba,1990,F,alive,,\n", count: 3000)
    var taken = 0
    let line = EntryLine(key: bench.key) { _ in
      taken += 1
      if taken == 2000 { throw DirectoryError.tooManyRows }
    }
    #expect(throws: DirectoryError.tooManyRows) {
      _ = try ResidentTable(source: MemoryByteSource(Array(rows.utf8))).read(onRow: { try line.add($0) }, onProblem: { _ in })
      try line.finish()
    }
    #expect(taken == 2000)
  }

  @Test("only so many problems are listed, all are counted")
  func boundedProblems() throws {
    var options = ResidentLoader.Options()
    options.problemsMax = 3
    let report = try bench.load(String(repeating: "1,,,,,,\n", count: 10), options: options)
    #expect(report.problems.count == 3)
    #expect(report.bad == 10)
    #expect(report.problemCounts == [.documentNumberMalformed: 10, .fieldMissing: 40])
  }

  @Test("a file without a good row, or one that breaks off, leaves the directory as it was")
  func nothingGood() throws {
    try bench.load("079190000001,An Ba,1990,F,alive,,\n")
    var options = ResidentLoader.Options()
    options.startingAnew = true
    #expect(try bench.load("1,,,,,,\n", options: options).build == nil)
    #expect(throws: ImportError.truncated(row: nil)) {
      try bench.load("079190000002,An Ba,1990,F,alive,,\n079190000003,\"An", options: options)
    }
    var lookup = try bench.lookup()
    #expect(lookup.lookUp(try PersonalNumber("079190000001")) != nil)
    #expect(lookup.lookUp(try PersonalNumber("079190000002")) == nil)
    #expect(lookup.counts.base == 1)
  }

  @Test("a second load adds and replaces; one that starts anew forgets")
  func again() throws {
    try bench.load("079190000001,An Ba,1990,F,alive,,\n079190000002,An Ba,1990,F,alive,,\n")
    try bench.load("079190000002,An Ba,1990,F,deceased,,\n079190000003,An Ba,1990,F,alive,,\n")
    var lookup = try bench.lookup()
    #expect(lookup.counts.base == 3)
    #expect(lookup.lookUp(try PersonalNumber("079190000002"))?.status == .deceased)
    var options = ResidentLoader.Options()
    options.startingAnew = true
    try bench.load("079190000003,An Ba,1990,F,alive,,\n", options: options)
    #expect(try bench.lookup().counts.base == 1)
  }

  @Test("another key does not open the directory")
  func otherKey() throws {
    try bench.load("079190000001,An Ba,1990,F,alive,,\n")
    let other = try ResidentBench()
    var random = SystemRandomNumberGenerator()
    #expect(throws: DirectoryError.wrongKey(file: "residents-1.dir")) {
      try ResidentLookup(directory: bench.directory, key: .random(using: &random))
    }
    #expect(other.key == bench.key)
  }

  @Test("a generated file is the same for the same seed, loads without a bad row, and nothing of it is readable in the directory")
  func generated() throws {
    let summary = try ResidentGenerator.write(rows: 3000, seed: 5, to: bench.csv)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.csv))
    #expect(summary == ResidentGenerator.Summary(rows: 3000, bytes: bytes.count))
    _ = try ResidentGenerator.write(rows: 3000, seed: 5, to: bench.csv)
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.csv)) == bytes)
    var steps: [ResidentLoader.Progress] = []
    let report = try bench.loader.load(bench.csv) { steps.append($0) }
    #expect(report.loaded == 3000)
    #expect(report.bad == 0)
    #expect(steps.contains(.reading(rows: 3000, bytes: bytes.count, of: bytes.count)))
    #expect(steps.last == .writing(residents: 3000))
    for person in (0..<50).map(SyntheticPeople(seed: 5, count: 3000).person) {
      for text in [person.number, person.fullName, person.documentNumber].compactMap(\.self) {
        #expect(try !bench.directoryContains(text))
      }
    }
  }
}
