import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@Suite("File key ring")
struct FileKeyRingTests {
  private let folder: KeyFolder

  init() throws { folder = try KeyFolder() }

  private static let july = KeyMonth(index: 2026 * 12 + 6)

  @Test("a new ring is read back as it was made, and its owner alone may read it")
  func roundTrip() throws {
    let made = try FileKeyRing.create(at: folder.ring)
    let month = try made.currentMonth(at: try at("2026-07-15T12:00:00+07:00"))
    let read = try FileKeyRing(opening: folder.ring)
    #expect(read.ledgerID == made.ledgerID && read.currentChainKey == made.currentChainKey && read.directoryKey == made.directoryKey)
    #expect(read.eventIDKey == made.eventIDKey && read.receiptKey.id == made.receiptKey.id && read.receiptKeySet == made.receiptKeySet)
    #expect(read.chainKey(made.currentChainKey.id) == made.currentChainKey.key && read.chainKey(77) == nil)
    #expect(read.months == [month])
    let (first, second) = (try #require(made.keys(of: Self.july)), try #require(read.keys(of: Self.july)))
    #expect(first.privateBytes == second.privateBytes && first.fingerprint == second.fingerprint && first.digest == second.digest)
    #expect(first.publicBytes == month.publicKey)
    for name in try folder.files { #expect(try folder.mode(of: name) == 0o600, "\(name)") }
    #expect(try folder.files == ["keys.json", "keys.json.lock"])
  }

  @Test("a ring is never made over another one, and never out of nothing")
  func existence() throws {
    #expect(throws: KeyRingError.notFound(path: folder.ring)) { try FileKeyRing(opening: folder.ring) }
    _ = try FileKeyRing.create(at: folder.ring)
    let before = try folder.text
    #expect(throws: KeyRingError.exists(path: folder.ring)) { try FileKeyRing.create(at: folder.ring) }
    #expect(try folder.text == before)
  }

  @Test("opening or making gives one ring to all who do it at the same time")
  func openOrCreate() async throws {
    let path = folder.ring
    let ledgers = try await withThrowingTaskGroup(of: LedgerID.self) { group in
      for _ in 0..<4 { group.addTask { try FileKeyRing.openOrCreate(at: path).ledgerID } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ledgers.count == 1)
    try folder.write("{")
    #expect(throws: KeyRingError.self) { try FileKeyRing.openOrCreate(at: path) }
  }

  @Test("a file that others may read or write is refused", arguments: [0o640, 0o604, 0o620, 0o644, 0o601, 0o666])
  func permissions(mode: Int) throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    try folder.setMode(mode)
    let expected = KeyRingError.openToOthers(path: folder.ring, mode: UInt16(mode))
    #expect(throws: expected) { try FileKeyRing(opening: folder.ring) }
    #expect(throws: expected) { try ring.currentMonth(at: try at("2026-07-15T12:00:00+07:00")) }
    try folder.setMode(0o400)
    #expect(throws: Never.self) { try FileKeyRing(opening: folder.ring) }
  }

  @Test("a file that was opened to others while it is in use is noticed, and so is that it was closed again")
  func rightsThatChange() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    #expect(try !ring.reloadIfChanged())
    try folder.setMode(0o644)
    for _ in 0..<2 { #expect(throws: KeyRingError.openToOthers(path: folder.ring, mode: 0o644)) { try ring.reloadIfChanged() } }
    try folder.setMode(0o600)
    #expect(throws: Never.self) { try ring.reloadIfChanged() }
  }

  @Test("months are local ones")
  func localMonths() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    let june = try ring.currentMonth(at: try at("2026-06-30T16:59:59.999Z"))
    let july = try ring.currentMonth(at: try at("2026-06-30T17:00:00Z"))
    #expect(june.month.description == "2026-06" && july.month.description == "2026-07")
    #expect(june.publicKey != july.publicKey)
    #expect(june.sealUntil == (try at("2026-07-01T00:00:00+07:00")))
    #expect(june.acceptUntil == (try at("2026-07-08T00:00:00+07:00")))
    #expect(try ring.currentMonth(at: try at("2026-06-01T00:00:00+07:00")) == june, "made once")
  }

  @Test("a month's standing changes at its dates")
  func standings() throws {
    let ring = try FileKeyRing.create(at: folder.ring, offlineAllowanceDays: 3)
    #expect(ring.standing(of: Self.july, at: try at("2026-07-15T00:00:00Z")) == .unknown)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let expected: [(String, MonthStanding)] = [
      ("2026-06-01T00:00:00Z", .sealing), ("2026-07-31T23:59:59.999+07:00", .sealing), ("2026-08-01T00:00:00+07:00", .accepting),
      ("2026-08-03T23:59:59.999+07:00", .accepting), ("2026-08-04T00:00:00+07:00", .expired), ("2030-01-01T00:00:00Z", .expired),
    ]
    for (time, standing) in expected { #expect(ring.standing(of: Self.july, at: try at(time)) == standing, "\(time)") }
    #expect(ring.keys(of: Self.july) != nil, "what is registered can be read")
  }

  @Test("rotating makes the next month's key early, once")
  func rotation() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    let december = try at("2026-12-15T00:00:00Z")
    let next = try ring.rotate(at: december)
    #expect(next.month.description == "2027-01")
    #expect(ring.months.map(\.month.description) == ["2026-12", "2027-01"])
    #expect(try ring.rotate(at: december) == next)
    #expect(try ring.currentMonth(at: try at("2027-01-02T00:00:00Z")) == next)
    #expect(ring.standing(of: next.month, at: december) == .sealing)
  }

  @Test("a chain key is made once behind the one that is in use, earlier ones stay, and another process finds it by its id")
  func chainRotation() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    let other = try FileKeyRing(opening: folder.ring)
    let first = ring.currentChainKey
    let second = try ring.rotateChainKey(after: first.id)
    #expect(second.id == first.id + 1 && second.key != first.key)
    #expect(try ring.rotateChainKey(after: first.id) == second, "interrupted, the same is gone on with")
    #expect(other.chainKey(second.id) == second.key && other.chainKey(first.id) == first.key)
    #expect(other.currentChainKey == second && other.firstChainKey == first && other.chainKeyIDs == [first.id, second.id])
    #expect(try FileKeyRing(opening: folder.ring).currentChainKey == second)
  }

  @Test("a key is not destroyed before the end of acceptance, by nobody")
  func tooEarly() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let until = try at("2026-08-08T00:00:00+07:00")
    #expect(throws: KeyRingError.stillAccepting(Self.july, until: until)) {
      try ring.destroy(Self.july, at: until.adding(milliseconds: -1))
    }
    #expect(ring.keys(of: Self.july) != nil)
    #expect(throws: KeyRingError.monthUnknown(Self.july.next)) { try ring.destroy(Self.july.next, at: until) }
    #expect(throws: Never.self) { try ring.destroy(Self.july, at: until) }
    #expect(throws: KeyRingError.monthDestroyed(Self.july)) { try ring.destroy(Self.july, at: until) }
    #expect(throws: KeyRingError.monthDestroyed(Self.july)) { try ring.currentMonth(at: try at("2026-07-15T00:00:00Z")) }
  }

  @Test("after destroying, the secret keys are in no file of the folder and the old file's bytes are gone")
  func destruction() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let august = try ring.currentMonth(at: try at("2026-08-15T00:00:00Z"))
    let secret = try #require(ring.keys(of: Self.july))
    let texts = [
      Data(secret.privateBytes), secret.fingerprint.withBytes { Data($0) }, secret.digest.withBytes { Data($0) },
    ].map { $0.base64EncodedString() }
    for text in texts { #expect(try folder.text.contains(text)) }
    // The old file stays reachable by this handle after it has lost its name.
    let old = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.ring))
    let now = try at("2026-09-01T00:00:00Z")
    let left = try ring.destroy(Self.july, at: now)
    #expect(left.destroyed == now && left.publicKey == secret.publicBytes)
    let oldBytes = try #require(try old.readToEnd())
    #expect(!oldBytes.isEmpty && oldBytes.allSatisfy { $0 == 0 })
    for text in texts { #expect(try !folder.text.contains(text)) }
    #expect(try folder.files == ["keys.json", "keys.json.lock"])

    for checked in [ring, try FileKeyRing(opening: folder.ring)] {
      #expect(checked.keys(of: Self.july) == nil)
      #expect(checked.standing(of: Self.july, at: try at("2026-07-15T00:00:00Z")) == .destroyed)
      #expect(checked.months == [left, august])
      #expect(checked.keys(of: august.month)?.publicBytes == august.publicKey)
    }
  }

  @Test("another process's changes are taken over when asked for")
  func reloading() throws {
    let writer = try FileKeyRing.create(at: folder.ring)
    let reader = try FileKeyRing(opening: folder.ring)
    #expect(try !reader.reloadIfChanged())
    let july = try writer.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    #expect(reader.keys(of: july.month) == nil)
    #expect(try reader.reloadIfChanged())
    #expect(reader.keys(of: july.month)?.publicBytes == july.publicKey)
    #expect(try !reader.reloadIfChanged() && !writer.reloadIfChanged())
    _ = try writer.destroy(july.month, at: try at("2027-01-01T00:00:00Z"))
    #expect(try reader.reloadIfChanged())
    #expect(reader.keys(of: july.month) == nil)
  }

  @Test("a ring that became another ledger's, or unreadable, is not taken over")
  func badReload() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    let (ledgerID, good) = (ring.ledgerID, try folder.text)
    try FileManager.default.removeItem(atPath: folder.ring)
    _ = try FileKeyRing.create(at: folder.ring)
    #expect(throws: KeyRingError.malformed(path: folder.ring, reason: "it belongs to another ledger")) { try ring.reloadIfChanged() }
    try folder.write("{")
    #expect(throws: KeyRingError.self) { try ring.reloadIfChanged() }
    #expect(ring.ledgerID == ledgerID)
    try folder.write(good)
    #expect(try ring.reloadIfChanged())
  }

  @Test("rings that write at the same time agree on every month's key")
  func concurrentWriters() async throws {
    _ = try FileKeyRing.create(at: folder.ring)
    let path = folder.ring
    let times = try (1...6).map { try at("2026-0\($0)-15T00:00:00Z") }
    let made = try await withThrowingTaskGroup(of: [KeyRingMonth].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let ring = try FileKeyRing(opening: path)
          return try times.map { try ring.currentMonth(at: $0) }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let read = try FileKeyRing(opening: path)
    #expect(made.allSatisfy { $0 == read.months })
  }

  @Test("what an interrupted writer left is wiped and replaced")
  func interrupted() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    let left = folder.ring + ".new"
    try Data("a key that was destroyed since".utf8).write(to: URL(fileURLWithPath: left))
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: left))
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    #expect(try handle.readToEnd()?.allSatisfy { $0 == 0 } == true)
    #expect(try folder.files == ["keys.json", "keys.json.lock"])
  }

  @Test("a destruction that was interrupted before the new file took its name has not happened, and leaves nothing behind")
  func interruptedBefore() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let text = try folder.text
    try Data("half of a new file".utf8).write(to: URL(fileURLWithPath: folder.ring + ".new"))
    #expect(link(folder.ring, folder.ring + ".old") == 0)
    let again = try FileKeyRing(opening: folder.ring)
    #expect(try folder.text == text && again.keys(of: Self.july) != nil)
    #expect(try folder.files == ["keys.json", "keys.json.lock"])
    #expect(throws: Never.self) { try again.destroy(Self.july, at: try at("2026-09-01T00:00:00Z")) }
  }

  @Test("a destruction that was interrupted before the old file was overwritten is ended by whoever opens the ring next")
  func interruptedAfter() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let old = try Data(contentsOf: URL(fileURLWithPath: folder.ring))
    _ = try ring.destroy(Self.july, at: try at("2026-09-01T00:00:00Z"))
    try old.write(to: URL(fileURLWithPath: folder.ring + ".old"))
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.ring + ".old"))
    #expect(try FileKeyRing(opening: folder.ring).keys(of: Self.july) == nil)
    #expect(try handle.readToEnd()?.allSatisfy { $0 == 0 } == true)
    #expect(try folder.files == ["keys.json", "keys.json.lock"])
  }

  @Test("a damaged file is refused with the field that is wrong, and left alone")
  func damaged() throws {
    let ring = try FileKeyRing.create(at: folder.ring)
    _ = try ring.currentMonth(at: try at("2026-07-15T00:00:00Z"))
    let good = try folder.text
    let damages: [(String, String, String)] = [
      (#""format" : 1"#, #""format" : 2"#, "format 2 is not known"),
      (ring.ledgerID.description, "x", "ledger is not as it must be"),
      (#""offline_allowance_days" : 7"#, #""offline_allowance_days" : -1"#, "offline_allowance_days is not as it must be"),
      (#""month" : "2026-07""#, #""month" : "2026-7""#, "months is not as it must be"),
      (#""private_key""#, #""other""#, "months is not as it must be"),
      (#""directory_key""#, #""other""#, "a field is missing or of another kind"),
      ("{", "[", "no JSON object of that kind"),
    ]
    for (part, replacement, reason) in damages {
      let text = good.replacingOccurrences(of: part, with: replacement)
      #expect(text != good)
      try folder.write(text)
      #expect(throws: KeyRingError.malformed(path: folder.ring, reason: reason)) { try FileKeyRing(opening: folder.ring) }
      #expect(throws: KeyRingError.self) { try ring.rotate(at: try at("2026-07-15T00:00:00Z")) }
      #expect(try folder.text == text)
    }
  }
}
