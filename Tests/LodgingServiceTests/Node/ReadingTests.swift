import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import Testing

@testable import LodgingService

@Suite("A register that is only read")
struct ReadingTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  /// A register with a guest and a resident, which nobody has open.
  private func fill() throws -> ReceiptID {
    let register = try bench.open()
    let file = try bench.residents(RegisterBench.row())
    _ = try ResidentLoadOutput(register, file: file, startingAnew: false) { _, _, _ in }
    let sender = try EventSender(register)
    defer { sender.close() }
    _ = try sender.send([try sender.encode(bench.opening(), identity: nil)], of: bench.inn)
    let row = try #require(try sender.send([try sender.encode(bench.checkIn(), identity: RegisterBench.guest())], of: bench.inn).first)
    return try #require(try register.receiptID(of: row))
  }

  /// Asks everything that can be asked, and returns how many guests the register says there are.
  private func askAll(_ register: Register, _ receipt: ReceiptID) throws -> Int {
    #expect(try StayDesk(register).stays(of: bench.inn, purpose: nil).count == 1)
    #expect(try StayDesk(register).stays(document: "001190000001", purpose: nil).count == 1)
    #expect(try AlertOutput.all(register, unit: .nation).isEmpty)
    #expect(try ReceiptDesk(register).fetch(receipt) != nil)
    #expect(try LedgerDesk(register).tail(partition: register.partition(of: bench.inn), count: 9).count == 3)
    #expect(try QuarantineDesk(register).list().isEmpty)
    #expect(try EstablishmentOutput.all(register).count == 1)
    #expect(try KeyDesk(register).list().count == 1)
    #expect(try ResidentLookupOutput(register, number: PersonalNumber("001190000001")).found)
    #expect(try EventRetention(register).days() == 14)
    #expect(try EventRetention(register).show().count == 64)
    _ = try Freshness(register)
    let audit = try AuditOutput(register) { _, _ in }
    #expect(audit.ok, "\(audit.differences)")
    return try #require(try OccupancyOutput(register, unit: .nation, at: nil)).guests
  }

  @Test("Every question is answered and no byte of the folder changes, nor is anything made, also months later")
  func nothingChanges() throws {
    let receipt = try fill()
    try bench.move(to: "2027-03-01T00:00:00+07:00")
    let before = try bench.contents()
    #expect(before.keys.allSatisfy { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
    do {
      let register = try bench.openToRead()
      #expect(try askAll(register, receipt) == 1)
      #expect(throws: ServiceError.openedForReading) { try register.validatorContext(ValidatorSettings()) }
      #expect(throws: LogError.self) { try StayDesk(register).stays(of: bench.inn, purpose: "to be recorded") }
    }
    #expect(try bench.contents() == before)
  }

  @Test("What a killed process left behind is read and stays as it is")
  func afterKill() throws {
    let register = try bench.open()
    try bench.append(try bench.opening(), by: register)
    let copy = try RegisterBench()
    try FileManager.default.copyItem(atPath: bench.path, toPath: copy.path)
    let before = try copy.contents().filter { !$0.key.hasSuffix("-shm") }
    do { #expect(try Freshness(try copy.openToRead()).waiting == 1) }
    #expect(try copy.contents().filter { !$0.key.hasSuffix("-shm") } == before)
  }

  @Test("Beside a running process every question is answered with what is there by now")
  func besideRunning() throws {
    let receipt = try fill()
    let reading = try bench.openToRead()
    #expect(try askAll(reading, receipt) == 1)
    let sender = try EventSender(try bench.open())
    defer { sender.close() }
    for guests in 2...4 {
      let record = try sender.encode(bench.checkIn(), identity: RegisterBench.guest("00119000000\(guests)"))
      _ = try sender.send([record], of: bench.inn)
      #expect(try OccupancyOutput(reading, unit: .nation, at: nil)?.guests == guests)
      #expect(try OccupancyOutput(try bench.openToRead(), unit: .nation, at: nil)?.guests == guests)
    }
  }

  @Test("A folder without keys, or without a register, is not made to be read")
  func missing() throws {
    #expect(throws: ServiceError.noRegister(bench.path)) { try bench.openToRead() }
    #expect(!FileManager.default.fileExists(atPath: bench.path))
    _ = try bench.open()
    try FileManager.default.removeItem(atPath: bench.folder.keys)
    #expect(throws: ServiceError.keysMissing(bench.folder.keys)) { try bench.openToRead() }
  }

  @Test("A damaged directory hinders nobody but whoever asks for a resident")
  func damagedDirectory() throws {
    _ = try fill()
    try Data("nothing of ours".utf8).write(to: URL(fileURLWithPath: bench.folder.directory + "/CURRENT"))
    let register = try bench.openToRead()
    #expect(try OccupancyOutput(register, unit: .nation, at: nil)?.guests == 1)
    #expect(throws: DirectoryError.self) { try ResidentLookupOutput(register, number: PersonalNumber("001190000001")) }
  }
}
