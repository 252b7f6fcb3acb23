import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import Testing

@testable import LodgingService

@Suite("What a data folder lacks, and who may look into it")
struct DataFolderTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  // MARK: Keys

  @Test("Keys that are missing beside a log are asked back in words and never made anew")
  func missingKeys() throws {
    _ = try bench.open()
    try FileManager.default.removeItem(atPath: bench.folder.keys)
    let before = try bench.contents()
    for making in [true, false] {
      let error = #expect(throws: ServiceError.self) {
        try Register(bench.folder, clock: bench.clock, logger: TestLog().logger, making: making)
      }
      let words = error?.description ?? ""
      #expect(words.contains(bench.folder.keys) && words.contains("copy") && words.contains("othing was changed"), "\(words)")
      #expect(error.map { ErrorKind($0) } == .inputOrData)
    }
    #expect(try bench.contents() == before)
  }

  // MARK: Permission

  @Test("A folder that cannot be looked into is not called one without a register")
  func unreachable() throws {
    // A link to itself is what the system refuses to everybody, root included.
    try FileManager.default.createSymbolicLink(atPath: bench.path, withDestinationPath: bench.path)
    let error = #expect(throws: ServiceError.self) {
      try Register(bench.folder, clock: bench.clock, logger: TestLog().logger, making: false)
    }
    let words = error?.description ?? ""
    #expect(words.contains(String(cString: strerror(ELOOP))) && !words.contains("load establishments"), "\(words)")
  }

  @Test("Where there is no folder, or a file in its place, there is no register")
  func nothingThere() throws {
    #expect(throws: ServiceError.noRegister(bench.path)) {
      try Register(bench.folder, clock: bench.clock, logger: TestLog().logger, making: false)
    }
    try Data().write(to: URL(fileURLWithPath: bench.path))
    #expect(throws: ServiceError.noRegister(bench.path)) {
      try Register(bench.folder, clock: bench.clock, logger: TestLog().logger, making: false)
    }
  }

  @Test("Nobody but the owner may look into any file or folder of a register, while it is used and afterwards")
  func modes() throws {
    func open() throws -> [String] {
      let register = try bench.open()
      _ = try ResidentLoadOutput(register, file: try outside(RegisterBench.row()), startingAnew: false) { _, _, _ in }
      let worker = try Worker(register)
      defer { worker.close() }
      try bench.append(try bench.opening(), by: register)
      try worker.settleAll()
      try register.store.makeCopy(at: bench.clock.now)
      let names = try readableByOthers()
      #expect(FileManager.default.fileExists(atPath: bench.path + "/log.sqlite-wal"))
      return names
    }
    #expect(try open() == [])
    #expect(try readableByOthers() == [])
  }

  /// A `residents.csv` that lies elsewhere.
  private func outside(_ row: String) throws -> String {
    let other = try RegisterBench()
    let file = bench.path + "-residents.csv"
    try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
    let written = try other.residents(row)
    try? FileManager.default.removeItem(atPath: file)
    try FileManager.default.moveItem(atPath: written, toPath: file)
    return file
  }

  private func readableByOthers() throws -> [String] {
    try (["."] + FileManager.default.subpathsOfDirectory(atPath: bench.path)).filter { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: bench.path + "/" + name)
      return try #require(attributes[.posixPermissions] as? NSNumber).intValue & 0o077 != 0
    }
  }

  // MARK: Residents

  private func load(_ rows: String..., startingAnew: Bool = false) throws -> ResidentLoadOutput {
    let register = try bench.openForLoad(startingAnew: startingAnew)
    return try ResidentLoadOutput(register, file: try bench.residents(rows.joined()), startingAnew: startingAnew) { _, _, _ in }
  }

  private func status(_ number: String) throws -> String? {
    try ResidentLookupOutput(try bench.open(), number: PersonalNumber(number)).status
  }

  enum Damage: CaseIterable {
    case list, base, cutOff, missingBase, missingList, missingFolder
  }

  private func damage(_ damage: Damage) throws {
    let folder = bench.folder.directory
    let base = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".dir") })
    func write(_ bytes: Data, to name: String) throws { try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    switch damage {
    case .list: try write(Data("nothing of ours".utf8), to: "CURRENT")
    case .base: try write(Data(repeating: 0x5A, count: 50_000), to: base)
    case .cutOff: try write(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(base)")).prefix(5000), to: base)
    case .missingBase: try FileManager.default.removeItem(atPath: "\(folder)/\(base)")
    case .missingList: try FileManager.default.removeItem(atPath: "\(folder)/CURRENT")
    case .missingFolder: try FileManager.default.removeItem(atPath: folder)
    }
  }

  @Test("Residents are loaded over a directory that is damaged or gone, and single changes stay", arguments: Damage.allCases)
  func damagedDirectory(kind: Damage) throws {
    _ = try load(RegisterBench.row("001190000001"), RegisterBench.row("001190000002"))
    _ = try ResidentChangeDesk(try bench.open()).change(try bench.residents(RegisterBench.row("001190000003", status: "deceased")))
    try damage(kind)
    #expect(try load(RegisterBench.row("001190000001")).counts.loaded == 1)
    #expect(try status("001190000001") == "alive")
    #expect(try status("001190000002") == nil, "nobody can read it any more")
    #expect(try status("001190000003") == "deceased", "the log holds it")
    try damage(kind)
    #expect(try load(RegisterBench.row("001190000004"), startingAnew: true).counts.loaded == 1)
    #expect(try status("001190000004") == "alive")
    #expect(try status("001190000003") == nil)
  }

  @Test("Whoever decides says once that nobody is compared where no residents are loaded, and nothing where they are")
  func nobodyCompared() throws {
    func decide() throws -> [String] {
      let log = TestLog()
      let register = try bench.open(logger: log.logger)
      let worker = try Worker(register)
      defer { worker.close() }
      try bench.append(try bench.opening(), by: register)
      for _ in 0..<3 {
        try bench.append(bench.checkIn(), RegisterBench.guest(), by: register)
        try worker.settleAll()
      }
      return log.lines.filter { $0.contains("no residents are loaded") }
    }
    let told = try decide()
    #expect(told.count == 1)
    let line = try #require(told.first)
    let (fault, remedy) = (line.range(of: "no residents are loaded"), line.range(of: "What to do: load them"))
    #expect(try #require(fault).lowerBound < #require(remedy).lowerBound, "the fault comes first: \(line)")
    #expect(!line.contains("do="))
    _ = try load(RegisterBench.row("001190000009"))
    #expect(try decide() == [])
    try FileManager.default.removeItem(atPath: bench.folder.directory)
    #expect(try decide().count == 1)
  }
}
