import Foundation
import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("Residents in the folders of a cluster's nodes")
struct ResidentSpreadTests {
  let bench: RegisterBench
  let register: Register

  init() throws {
    bench = try RegisterBench()
    register = try bench.open()
  }

  /// A node's own folder, with what it knows of the topic that all share.
  private struct Node {
    let path: String
    let key: SipKey
    let log: RegisterLog
    let replica: ResidentReplica

    init(_ name: String, _ bench: RegisterBench, _ register: Register) throws {
      path = bench.path + "/" + name
      (key, log) = (register.keys.directoryKey, register.log)
      replica = try ResidentReplica(folder: DirectoryFolder(path: path, key: key), isOneOfMany: true)
      try replica.follow(log)
    }

    /// Loads rows and tells the others, as the command does.
    func load(_ rows: String, replacing: Bool = false) throws {
      var options = ResidentLoader.Options()
      options.startingAnew = replacing
      options.spread = replacing ? .replacing : .adding
      options.changes = { [log] in try replacing ? ResidentOverlay(atEndOf: log) : ResidentOverlay(of: log, from: $0) }
      let text = "number,full_name,birth_date,sex,status,document_number,document_expiry\n" + rows
      let report = try ResidentLoader(directory: path, key: key).load(MemoryByteSource(Array(text.utf8)), options: options)
      try replica.tellLoad(try #require(report.number), replacing: replacing, on: log)
    }

    func standing() throws -> ResidentStanding {
      try replica.refresh()
      try replica.follow(log)
      return replica.standing
    }

    func knows(_ number: String) throws -> Bool {
      var lookup = ResidentLookup(replica: replica, key: key)
      return lookup.lookUp(try PersonalNumber(number)) != nil
    }

    /// What the police would be told of a guest of this number, who is as the rows say.
    func codes(_ number: String) throws -> CodeSet {
      var lookup = ResidentLookup(replica: replica, key: key)
      return lookup.codes(
        number: try PersonalNumber(number), name: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female)
    }
  }

  private func change(_ rows: String...) throws {
    _ = try ResidentChangeDesk(register).change(try bench.residents(rows.joined()))
  }

  private static let (first, second, third) = (
    RegisterBench.row("001190000001"), RegisterBench.row("001190000002"), RegisterBench.row("001190000003")
  )

  @Test("Where nobody loaded residents nobody lacks any; after the first load whoever has none does, until it has loaded them too")
  func missing() throws {
    let (one, other) = (try Node("one", bench, register), try Node("other", bench, register))
    #expect(try one.standing() == .complete && other.standing() == .complete)
    try one.load(Self.first)
    #expect(try one.standing() == .complete && other.standing() == .missing)
    #expect(try Node("late", bench, register).replica.standing == .missing)
    try other.load(Self.first)
    #expect(try one.standing() == .complete && other.standing() == .complete)
    #expect(try Node("other", bench, register).standing() == .complete)
  }

  @Test("A change without the residents that it was made for makes nobody unknown, and the change itself does not answer either")
  func changesAlone() throws {
    let (one, other) = (try Node("one", bench, register), try Node("other", bench, register))
    try one.load(Self.first)
    try change(Self.second)
    for node in [one, other] { #expect(try node.standing() == (node.path == one.path ? .complete : .missing)) }
    #expect(try one.codes("001190000003") == CodeSet(.directoryUnknownNumber))
    for number in ["001190000001", "001190000002", "001190000003"] { #expect(try other.codes(number) == []) }
    #expect(other.replica.version == 0)
    try other.load(Self.first)
    #expect(try other.knows("001190000002") && other.codes("001190000003") == CodeSet(.directoryUnknownNumber))
  }

  @Test("A node whose files lack a load is told apart, in whatever order nodes and files are gone through, also after it began again")
  func lacking() throws {
    let (one, other) = (try Node("one", bench, register), try Node("other", bench, register))
    try one.load(Self.first)
    try one.load(Self.second)
    try other.load(Self.first)
    #expect(try one.standing() == .complete && other.standing() == .lacking(loads: 1))
    #expect(try Node("other", bench, register).standing() == .lacking(loads: 1))
    try change(Self.third)
    try other.load(Self.second)
    #expect(try one.standing() == .complete && other.standing() == .complete)
    for node in [one, other] {
      for number in ["001190000001", "001190000002", "001190000003"] { #expect(try node.knows(number)) }
    }
  }

  @Test("What is loaded in the place of all before is due alone, node by node")
  func replacing() throws {
    let (one, other) = (try Node("one", bench, register), try Node("other", bench, register))
    for node in [one, other] { try node.load(Self.first) }
    try one.load(Self.second, replacing: true)
    #expect(try one.standing() == .complete && other.standing() == .lacking(loads: 1))
    #expect(try other.knows("001190000001"))
    try other.load(Self.second, replacing: true)
    #expect(try one.standing() == .complete && other.standing() == .complete)
    #expect(try !other.knows("001190000001"))
  }

  @Test("A folder that is copied holds what the one that it was copied from holds")
  func copied() throws {
    let one = try Node("one", bench, register)
    try one.load(Self.first)
    try one.load(Self.second)
    try FileManager.default.copyItem(atPath: one.path, toPath: bench.path + "/copy")
    #expect(try Node("copy", bench, register).standing() == .complete)
  }

  @Test("On the embedded log there is one folder: nothing is told, and changes answer by themselves as before")
  func embedded() throws {
    try change(Self.first)
    #expect(register.directory.standing == .complete && register.directory.version > 0)
    let file = try bench.residents(Self.second)
    let output = try ResidentLoadOutput(register, file: file, startingAnew: false) { _, _, _ in }
    #expect(output.spread == nil && register.directory.loads == ResidentLoads())
    #expect(try register.log.bounds(of: ResidentTopic.place).end == 1)
  }
}
