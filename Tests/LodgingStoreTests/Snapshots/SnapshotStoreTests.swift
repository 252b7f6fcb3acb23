import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("A snapshot is published whole, and never changes under its name")
struct SnapshotStoreTests {
  /// The stores that the suite holds to the same promises.
  enum Subject: CaseIterable, CustomTestStringConvertible {
    case files
    case memory

    var testDescription: String { self == .files ? "as files" : "in memory" }

    func make() throws -> any SnapshotStore {
      switch self {
      case .files: try FileSnapshotStore(folder: try StoreFolder.kept().path + "/snapshots")
      case .memory: MemorySnapshotStore()
      }
    }
  }

  static func name(_ offset: Int64, partition: Int = 3, chain: UInt64 = 0xFEDC_BA98_7654_3210) -> SnapshotName {
    SnapshotName(
      partition: partition, position: ChainPosition(offset: offset, chain: Digest128(first: chain, second: 1), source: offset - 1))
  }

  @Test("What was published is listed and loaded", arguments: Subject.allCases)
  func loads(_ subject: Subject) throws {
    let store = try subject.make()
    #expect(try store.list(partition: 3).isEmpty)
    #expect(try store.load(Self.name(5)) == nil)
    try store.publish([1, 2, 3], as: Self.name(5))
    try store.publish([], as: Self.name(0))
    try store.publish([9], as: Self.name(7, partition: 4))
    #expect(try store.list(partition: 3) == [Self.name(5), Self.name(0)])
    #expect("\(SnapshotConflict(name: Self.name(5)))".hasPrefix("another state was published for partition "))
    #expect(try store.load(Self.name(5)) == [1, 2, 3])
    #expect(try store.load(Self.name(0)) == [])
    #expect(try store.load(Self.name(5, chain: 2)) == nil)
  }

  @Test("The newest three of a partition are kept, by offset and not by text", arguments: Subject.allCases)
  func keepsNewest(_ subject: Subject) throws {
    let store = try subject.make()
    try store.publish([0], as: Self.name(1, partition: 4))
    for offset in [2, 9, 10, 11] as [Int64] { try store.publish([UInt8(offset)], as: Self.name(offset)) }
    #expect(try store.list(partition: 3).map(\.position.offset) == [11, 10, 9])
    #expect(try store.list(partition: 4).count == 1)
  }

  @Test("The same again changes nothing, other bytes under the name are a conflict", arguments: Subject.allCases)
  func refusesOtherBytes(_ subject: Subject) throws {
    let store = try subject.make()
    try store.publish([1, 2, 3], as: Self.name(5))
    try store.publish([1, 2, 3], as: Self.name(5))
    #expect(throws: SnapshotConflict(name: Self.name(5))) { try store.publish([1, 2, 4], as: Self.name(5)) }
    #expect(throws: SnapshotConflict(name: Self.name(5))) { try store.publish([1, 2], as: Self.name(5)) }
    #expect(try store.load(Self.name(5)) == [1, 2, 3])
    #expect(try store.list(partition: 3).count == 1)
  }

  // MARK: Files

  @Test("Every damaged byte and every length that is cut off makes the file unusable, and it can be published again")
  func findsDamage() throws {
    let folder = try StoreFolder()
    let store = try FileSnapshotStore(folder: folder.path + "/snapshots")
    let name = Self.name(5)
    let file = "snapshots/\(name.fileName)"
    try store.publish(Array(0..<40), as: name)
    let whole = try folder.bytes(of: file)
    #expect(whole.count == SnapshotFile.headerBytes + 40)
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 0x10
      try folder.write(damaged, to: file)
      #expect(try store.load(name) == nil, "byte \(index)")
      try folder.write(Array(whole.prefix(index)), to: file)
      #expect(try store.load(name) == nil, "length \(index)")
    }
    try folder.write(whole + [0], to: file)
    #expect(try store.load(name) == nil)
    try store.publish(Array(0..<40), as: name)
    #expect(try folder.bytes(of: file) == whole)
    #expect(try store.load(name) == Array(0..<40))
  }

  @Test("A snapshot under another's name is not taken for it")
  func comparesName() throws {
    let folder = try StoreFolder()
    let store = try FileSnapshotStore(folder: folder.path + "/snapshots")
    try store.publish([1], as: Self.name(5))
    let bytes = try folder.bytes(of: "snapshots/\(Self.name(5).fileName)")
    for other in [Self.name(6), Self.name(5, partition: 2), Self.name(5, chain: 9)] {
      try folder.write(bytes, to: "snapshots/\(other.fileName)")
      #expect(try store.load(other) == nil)
    }
  }

  @Test("Files that are none of ours are passed over and left alone")
  func ignoresOthers() throws {
    let folder = try StoreFolder()
    let store = try FileSnapshotStore(folder: folder.path + "/snapshots")
    let odd = ["ids.sqlite", "3_5_4.snapshot", "3_5_4_xyz.snapshot", "03_5_4_\(Self.name(5).position.chain).snapshot", ".snapshot"]
    for file in odd { try folder.write([1, 2], to: "snapshots/\(file)") }
    for offset in 0...5 as ClosedRange<Int64> { try store.publish([1], as: Self.name(offset)) }
    #expect(try store.list(partition: 3).count == 3)
    for file in odd { #expect(try folder.bytes(of: "snapshots/\(file)") == [1, 2]) }
  }

  @Test("A name reads back from its file's name")
  func namesFiles() {
    let names = [Self.name(0), Self.name(.max), Self.name(17, partition: 4095, chain: .max), Self.name(17, chain: 0)]
    for name in names { #expect(SnapshotName(fileName: name.fileName) == name) }
    #expect(Self.name(5).fileName == "3_5_4_1032547698badcfe0100000000000000.snapshot")
  }

  @Test("Nothing unfinished is left, and another's fresh work is not disturbed")
  func leavesNothing() throws {
    let folder = try StoreFolder()
    let store = try FileSnapshotStore(folder: folder.path + "/snapshots")
    let unfinished = "snapshots/\(Self.name(4).fileName).abc.unfinished"
    try folder.write([1], to: unfinished)
    try store.publish([1], as: Self.name(5))
    #expect(throws: SnapshotConflict.self) { try store.publish([2], as: Self.name(5)) }
    #expect(try folder.names("snapshots") == [Self.name(5).fileName, "\(Self.name(4).fileName).abc.unfinished"].sorted())
    try folder.makeOld(unfinished, seconds: FileSnapshotStore.unfinishedMaxSeconds + 60)
    try store.publish([1], as: Self.name(6))
    #expect(try folder.names("snapshots") == [Self.name(5).fileName, Self.name(6).fileName].sorted())
  }

  @Test("Where the folder is gone, the error says so and names the file")
  func failsWithoutFolder() throws {
    let folder = try StoreFolder()
    let store = try FileSnapshotStore(folder: folder.path + "/snapshots")
    try folder.remove("snapshots")
    let error = #expect(throws: SnapshotFileError.self) { try store.publish([1], as: Self.name(5)) }
    #expect(error?.operation == .write)
    #expect(throws: SnapshotFileError.self) { try store.list(partition: 3) }
    #expect(try store.load(Self.name(5)) == nil)
  }

  // MARK: Memory

  @Test("The faults of the store in memory are those that were switched on")
  func simulatesFaults() throws {
    let store = MemorySnapshotStore()
    try store.publish([1, 2, 3], as: Self.name(5))
    store.setFaults { $0.damagesBytes = true }
    #expect(try store.load(Self.name(5)) == [1, 3, 3])
    store.setFaults { $0 = .init() }
    #expect(try store.load(Self.name(5)) == [1, 2, 3])
    store.setFaults { $0.losesSnapshots = true }
    #expect(try store.load(Self.name(5)) == nil)
    store.setFaults { $0.failsPublishing = true }
    #expect(throws: MemorySnapshotStore.PublishingFailed.self) { try store.publish([1], as: Self.name(6)) }
    #expect(store.snapshots.count == 1)
  }
}
