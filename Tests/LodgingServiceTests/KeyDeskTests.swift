import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingWire
import Logging
import Testing

@Suite("Destroying a month's key")
struct KeyDeskTests {
  private let november = KeyMonth(index: 2026 * 12 + 10)

  private func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

  // MARK: The chain's key

  @Test("A rotation of the chain key that was interrupted goes on with the key that it made, and everything holds afterwards")
  func chain() throws {
    try KeyedRegister.run { keyed in
      let stay = try keyed.checkIn(until: "2026-11-25T12:00:00+07:00")
      let receipt = try keyed.receipt(of: stay)
      let made = try keyed.register.keys.rotateChainKey(after: keyed.register.keys.currentChainKey.id)
      let desk = KeyDesk(keyed.register)
      let first = try desk.rotateChain()
      #expect(first.chainKey == made.id && first.rekeyed == first.partitions)
      _ = try keyed.checkIn(number: "001190000002", until: "2026-11-25T12:00:00+07:00")
      #expect(try desk.rotateChain().chainKey == made.id + 1)
      _ = try keyed.checkIn(number: "001190000003", until: "2026-11-25T12:00:00+07:00")
      #expect(try keyed.register.ledgerEnd(of: keyed.partition).keyID == made.id + 1)
      #expect(try keyed.receipt(of: stay) == receipt && receipt != nil)
      try keyed.expectAuditOK(reseals: 0)
    }
  }

  // MARK: Refusals

  @Test("It is refused while the month takes events, and while its identities are to be kept, unless that is said")
  func refusals() throws {
    try KeyedRegister.run { keyed in
      _ = try keyed.checkIn(until: "2026-11-21T12:00:00+07:00")
      let desk = KeyDesk(keyed.register)
      let until = try instant("2026-12-08T00:00:00+07:00")
      for flag in [false, true] {
        #expect(throws: KeyRingError.stillAccepting(november, until: until)) { try desk.destroy(november, beforeRetentionEnds: flag) }
      }
      #expect(throws: KeyRingError.monthUnknown(november.previous)) { try desk.destroy(november.previous) }
      keyed.clock.move(to: until)
      let refused = #expect(throws: ServiceError.self) { try desk.destroy(november) }
      #expect(refused.map { "\($0)".contains("2029-12-01") && "\($0)".contains("--before-retention-ends") } == true)
      #expect(try desk.list().first?.standing == "expired")
      #expect(try desk.destroy(november, beforeRetentionEnds: true).standing == "destroyed")
    }
  }

  @Test("It is not refused once retention has ended")
  func retention() throws {
    try KeyedRegister.run { keyed in
      _ = try keyed.checkIn(until: "2026-11-21T12:00:00+07:00")
      keyed.clock.move(to: try instant("2029-12-01T00:00:00+07:00"))
      #expect(try KeyDesk(keyed.register).destroy(november).standing == "destroyed")
    }
  }

  @Test("On a destroyed month it does nothing, and says so")
  func again() throws {
    try KeyedRegister.run { keyed in
      _ = try keyed.checkIn(until: "2026-11-21T12:00:00+07:00")
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      let first = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)
      keyed.clock.move(to: try instant("2026-12-11T00:00:00+07:00"))
      let second = try KeyDesk(keyed.register).destroy(november)
      #expect(second.destroyed == first.destroyed && second.note != nil && second.noteVietnamese != nil)
    }
  }

  // MARK: What is left

  @Test("Whoever still stays is sealed to the current month's key first; whoever left cannot be read by anybody")
  func destroyed() throws {
    try KeyedRegister.run { keyed in
      let left = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00")
      let stays = try keyed.checkIn(number: "001190000002", until: "2027-02-20T12:00:00+07:00")
      #expect(try keyed.stay(left, purpose: "test").identity.fullName == "Nguyễn Thị Mẫu")
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      var progress: [KeyDesk.Progress] = []
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true) { progress.append($0) }
      #expect(progress.last == .destroying && progress.contains(.resealing(left: 1, of: 1)))

      let gone = try keyed.stay(left, purpose: "test").identity
      #expect(gone.state == "destroyed" && gone.fullName == nil)
      #expect(gone.note?.contains("2026-11 is destroyed") == true && gone.noteVietnamese?.contains("đã bị hủy") == true)
      #expect(try keyed.stay(left, purpose: nil).identity == gone, "it is said without a purpose too")
      let kept = try keyed.stay(stays, purpose: "test").identity
      #expect(kept.state == "opened" && kept.documentNumber == "001190000002")
      #expect(try keyed.stay(stays, purpose: nil).identity.state == "masked")

      let desk = StayDesk(keyed.register)
      #expect(try desk.stays(document: "001190000001", purpose: nil).isEmpty)
      #expect(try desk.stays(document: "001190000002", purpose: nil).map(\.stay) == [stays.description])
      #expect(desk.unsearchable.map(\.english).first?.contains("2026-11") == true)
      #expect(try KeyDesk(keyed.register).list().map(\.openStays) == [0, 1])
      try keyed.expectAuditOK(reseals: 1)
    }
  }

  @Test("With the remaining ring nothing of the month opens in any store, and no name or number lies in any file")
  func everyStore() throws {
    try KeyedRegister.run { keyed in
      let left = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00")
      let stays = try keyed.checkIn(number: "001190000002", until: "2027-02-20T12:00:00+07:00")
      let secret = try #require(keyed.register.keys.keys(of: november))
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)
      let boxes = try keyed.sealedIdentities()
      let months = { (stay: EventID) in Set(boxes.filter { $0.stay == stay }.map(\.sealed.month)) }
      #expect(months(left) == [november] && months(stays) == [november, november.next], "the ledger keeps every box")
      let ring = try FileKeyRing(opening: keyed.register.keys.path)
      let remaining = ring.months.compactMap { ring.keys(of: $0.month) }
      #expect(remaining.map(\.month) == [november.next])
      let opener = IdentityOpener()
      for box in boxes {
        let opened = remaining.compactMap { opener.open(box.sealed, establishment: keyed.inn, event: box.stay, keys: $0) }
        #expect(opened.count == (box.stay == stays && box.sealed.month == november.next ? 1 : 0))
      }
      let (open, prints) = try keyed.register.store.read { view in
        (try view.openStaysByMonth(), try view.stays(of: keyed.inn).flatMap(\.fingerprints))
      }
      #expect(open == [november.next: 1])
      let known = remaining.map {
        DirectoryFingerprints.sameDocument(kind: .chipCard, nationality: .vietnam, number: "001190000001", key: $0.fingerprint)
      }
      #expect(prints.allSatisfy { !known.contains($0.value) }, "no fingerprint of who left can be made again")
      let secrets = [secret.privateBytes, secret.fingerprint.withBytes { Array($0) }, secret.digest.withBytes { Array($0) }]
      let words = ["001190000001", "001190000002", "Nguyễn Thị Mẫu", "NGUYEN THI MAU"].map { Array($0.utf8) }
      for (name, bytes) in try keyed.files() {
        for word in words + secrets + secrets.map({ Array(Data($0).base64EncodedString().utf8) }) {
          #expect(bytes.firstRange(of: word) == nil, "\(name)")
        }
      }
    }
  }

  @Test("Receipts, alerts and the ledger say in words what can no longer be read behind them")
  func words() throws {
    try KeyedRegister.run { keyed in
      let left = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00")
      _ = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00", at: keyed.otherInn)
      let receipt = try #require(try keyed.receipt(of: left))
      let before = try #require(try ReceiptDesk(keyed.register).fetch(receipt))
      let alerts = try AlertOutput.all(keyed.register, unit: .nation)
      #expect(!alerts.isEmpty && alerts.allSatisfy { $0.note == nil })
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)

      var after = try #require(try ReceiptDesk(keyed.register).fetch(receipt))
      #expect(after.note?.contains("2026-11") == true && after.noteVietnamese?.contains("2026-11") == true)
      let keys = ReceiptDesk(keyed.register).keySet
      let signed = try [before, after].map { try ReceiptDesk.verify(try #require($0.signed), keySet: keys).get() }
      #expect(signed[0].receipt == before.receipt, "a receipt from before still verifies")
      #expect(signed[1].note == nil, "the note is not part of what is signed")
      (after.note, after.noteVietnamese, after.signed) = (nil, nil, before.signed)
      #expect(after == before)

      let overlap = try #require(try AlertOutput.all(keyed.register, unit: .nation).first { $0.otherStay == left.description })
      #expect(overlap.note?.contains("destroyed") == true && !overlap.reasons.isEmpty)
      let entries = try LedgerDesk(keyed.register).tail(partition: keyed.partition, count: 100)
      let decided = try #require(entries.first { $0.event == left.description })
      #expect(decided.month == "2026-11" && decided.note?.contains("destroyed") == true && decided.noteVietnamese != nil)
      #expect(entries.filter { $0.month == nil }.allSatisfy { $0.note == nil })
      let audit = try AuditOutput(keyed.register) { _, _ in }
      #expect(audit.ok && audit.destroyedMonths == ["2026-11"] && audit.note?.contains("2026-11") == true)
    }
  }

  @Test("A register folded anew after the key is gone is the same one")
  func rebuilt() throws {
    try KeyedRegister.run { keyed in
      let left = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00")
      let stays = try keyed.checkIn(number: "001190000002", until: "2027-02-20T12:00:00+07:00")
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)
      let before = try keyed.register.store.read { try $0.stays(of: keyed.inn) }
      try keyed.reopen { folder, clock, logger in _ = try Rebuild.run(folder, clock: clock, logger: logger) }
      #expect(try keyed.register.store.read { try $0.stays(of: keyed.inn) } == before)
      #expect(try keyed.stay(left, purpose: "test").identity.state == "destroyed")
      #expect(try keyed.stay(stays, purpose: "test").identity.state == "opened")
    }
  }

  @Test("The same check-in sent again afterwards is a duplicate with the first receipt where the guest still stays, else refused in words")
  func sentAgain() throws {
    try KeyedRegister.run { keyed in
      let left = try keyed.checkIn(number: "001190000001", until: "2026-11-21T12:00:00+07:00")
      let stays = try keyed.checkIn(number: "001190000002", until: "2027-02-20T12:00:00+07:00")
      let receipt = try #require(try keyed.receipt(of: stays))
      keyed.clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)
      let rows = try keyed.sendAgain()
      #expect(rows.map(\.decision.outcome) == [.rejected, .duplicate])
      #expect(rows[0].event == left && rows[0].decision.codes == CodeSet(.eventIDReused))
      #expect(Code.eventIDReused.texts.english.contains("destroyed") && Code.eventIDReused.texts.vietnamese.contains("hủy"))
      #expect(try keyed.register.receiptID(of: rows[1]) == receipt)
      #expect(try ReceiptDesk(keyed.register).fetch(receipt)?.event == stays.description)
      try keyed.expectAuditOK(reseals: 1)
    }
  }

  @Test("A record in quarantine that nobody can open any more says so, shown or sent again")
  func quarantine() throws {
    try KeyedRegister.run { keyed in
      let source = try keyed.misplace(77)
      let desk = QuarantineDesk(keyed.register)
      #expect(try desk.show(partition: keyed.partition, source: source)?.note == nil)
      // Nothing but ticks comes afterwards, and the events log keeps what was decided for some days.
      keyed.clock.move(to: try instant("2026-12-08T00:00:00+07:00"))
      _ = try KeyDesk(keyed.register).destroy(november, beforeRetentionEnds: true)
      let shown = try #require(try desk.show(partition: keyed.partition, source: source))
      #expect(shown.note?.contains("2026-11") == true && shown.noteVietnamese?.contains("2026-11") == true)
      let replay = try QuarantineReplay(keyed.register, isDryRun: true)
      defer { replay.close() }
      let outcome = try #require(try replay.replay(partition: keyed.partition, source: source))
      #expect(outcome.outcome == "rejected" && outcome.codes.contains("event.seal-expired") && outcome.note == shown.note)
    }
  }

  @Test("A demo that is run again reports what was done, and says what of it nobody can read any more")
  func demo() throws {
    let folder = DataFolder(NSTemporaryDirectory() + "lodging-keys-" + String(UInt64.random(in: 0 ... .max), radix: 36))
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    var settings = DemoSettings()
    (settings.residents, settings.establishments, settings.events) = (500, 60, 300)
    let logger = Logger(label: "test")
    let first = try Demo(settings: settings, folder: folder, logger: logger).run { _ in }
    #expect(first.note == nil)
    let clock = SimulatedClock(try instant("2026-12-20T00:00:00+07:00"))
    do {
      let register = try Register(folder, clock: clock, logger: logger, making: false)
      _ = try KeyDesk(register).destroy(november.previous.previous, beforeRetentionEnds: true)
    }
    let second = try Demo(settings: settings, folder: folder, logger: logger).run { _ in }
    #expect(second.result == first.result && second.note == nil, "nothing of the evening is under that month")
    do {
      let register = try Register(folder, clock: clock, logger: logger, making: false)
      _ = try KeyDesk(register).destroy(november, beforeRetentionEnds: true)
    }
    let third = try Demo(settings: settings, folder: folder, logger: logger).run { _ in }
    #expect(third.result.audit.ok && third.result.decisions == first.result.decisions && third.result.codes == first.result.codes)
    #expect(third.note?.contains("2026-11") == true && third.noteVietnamese?.contains("2026-11") == true)
  }

  @Test("Opening an identity is recorded before it happens, with its purpose")
  func disclosures() throws {
    try KeyedRegister.run { keyed in
      let stay = try keyed.checkIn(until: "2026-11-21T12:00:00+07:00")
      #expect(try keyed.stay(stay, purpose: nil).identity.state == "masked")
      #expect(try keyed.register.log.bounds(of: TopicPartition(.disclosures, 0)).end == 0)
      _ = try keyed.stay(stay, purpose: "missing person 17")
      var note = ""
      _ = try keyed.register.log.read(TopicPartition(.disclosures, 0), from: 0, limit: ReadLimit(records: 1)) { record in
        note = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
      }
      #expect(note.contains("missing person 17") && !note.contains("Mẫu"))
    }
  }
}
