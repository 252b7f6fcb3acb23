import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("Granting, replacing and revoking access keys")
struct AccessDeskTests {
  private let bench: RegisterBench
  private let holder: AccessHolder

  init() throws {
    bench = try RegisterBench()
    holder = try #require(AccessHolder("hue-dashboard"))
  }

  /// A node that follows the topic.
  private func node() throws -> (Register, AccessBook) {
    let register = try bench.open()
    return (register, AccessBook(hasher: register.keys.accessHasher, clock: bench.clock))
  }

  private func answer(_ text: String?, _ node: (Register, AccessBook)) throws -> AccessAnswer {
    try node.1.follow(node.0.log)
    return node.1.examine(try #require(text))
  }

  private func id(_ output: AccessKeyOutput) throws -> AccessKeyID { try #require(AccessKeyID(output.id)) }

  @Test("What one process grants and revokes, others that follow the topic know, and so does one that begins later")
  func following() throws {
    let (desk, nodes) = (AccessDesk(try bench.open()), try [node(), node()])
    let granted = try desk.grant(to: holder, scopes: [.readAlerts, .readReceipts])
    #expect(granted.standing == "valid" && granted.scopes == ["read.alerts", "read.receipts"] && granted.ends == nil)
    for node in nodes { #expect(try answer(granted.key, node) == .valid([.readAlerts, .readReceipts])) }
    let revoked = try desk.revoke(id(granted))
    #expect(revoked.standing == "revoked" && revoked.revoked == bench.clock.now.rfc3339() && revoked.key == nil)
    for node in try nodes + [node()] { #expect(try answer(granted.key, node) == .refused(.revoked)) }
    let end = try bench.open().log.end(of: AccessBook.place)
    #expect(try desk.revoke(id(granted)).standing == "revoked")
    #expect(try bench.open().log.end(of: AccessBook.place) == end, "nothing more to say")
  }

  @Test("A key in the place of another one has its holder, scopes and end; the one before goes on for the hours that were said")
  func rotation() throws {
    let (desk, node) = (AccessDesk(try bench.open()), try node())
    let end = bench.clock.now.adding(days: 30)
    let former = try desk.grant(to: holder, scopes: [.readAlerts], expires: end)
    let next = try desk.rotate(id(former), overlapHours: 24)
    #expect(next.replaces == former.id && next.holder == former.holder && next.scopes == former.scopes && next.ends == end.rfc3339())
    #expect(next.id != former.id && next.key != former.key)
    #expect(try answer(former.key, node) == .valid([.readAlerts]) && answer(next.key, node) == .valid([.readAlerts]))
    let listed = try desk.list()
    #expect(listed.map(\.id).sorted() == [former.id, next.id].sorted() && listed.allSatisfy { $0.key == nil })
    #expect(listed.first { $0.id == former.id }?.ends == bench.clock.now.adding(hours: 24).rfc3339())
    #expect(throws: ServiceError.self) { try desk.rotate(id(former), overlapHours: 24) }
    bench.clock.move(to: bench.clock.now.adding(hours: 24))
    #expect(try answer(former.key, node) == .refused(.replaced) && answer(next.key, node) == .valid([.readAlerts]))
    let last = try desk.rotate(id(next), overlapHours: 0, expires: bench.clock.now.adding(days: 60))
    #expect(try answer(next.key, node) == .refused(.replaced))
    #expect(try answer(last.key, node) == .valid([.readAlerts]) && last.ends == bench.clock.now.adding(days: 60).rfc3339())
  }

  @Test("What cannot be granted, replaced or revoked is said, and nothing is appended")
  func refused() throws {
    let register = try bench.open()
    let desk = AccessDesk(register)
    let stranger = try #require(AccessKeyID("0000000000"))
    #expect(throws: ServiceError.self) { try desk.grant(to: holder, scopes: [.read], expires: bench.clock.now) }
    for body in [{ try desk.revoke(stranger) }, { try desk.rotate(stranger, overlapHours: 1) }] {
      guard case .notFound = #expect(throws: ServiceError.self, performing: { _ = try body() }) else {
        Issue.record("found")
        return
      }
    }
    #expect(try register.log.end(of: AccessBook.place) == 0)
    let short = try desk.grant(to: holder, scopes: [.read], expires: bench.clock.now.adding(minutes: 1))
    let gone = try desk.grant(to: holder, scopes: [.read])
    _ = try desk.revoke(id(gone))
    bench.clock.move(to: bench.clock.now.adding(minutes: 1))
    #expect(try desk.list().map(\.standing) == ["expired", "revoked"] || desk.list().map(\.standing) == ["revoked", "expired"])
    for key in [short, gone] { #expect(throws: ServiceError.self) { try desk.rotate(id(key), overlapHours: 1) } }
    #expect(try desk.revoke(id(short)).standing == "revoked", "an expired key too, so that no clock brings it back")
  }

  @Test("No file of the folder holds the secret of a key")
  func secret() throws {
    let granted = try AccessDesk(try bench.open()).grant(to: holder, scopes: [.read])
    let text = try #require(granted.key)
    let secret = try #require(text.split(separator: ".").last.flatMap { Base64URL.decode($0) })
    var found = 0
    for (name, data) in try bench.contents() {
      guard let data else { continue }
      #expect(data.range(of: secret) == nil && data.range(of: Data(text.suffix(43).utf8)) == nil, "\(name)")
      if data.range(of: Data(granted.id.utf8)) != nil { found += 1 }
    }
    #expect(found > 0)
  }

  @Test("A list of a folder that is only read shows all keys and changes nothing; without the topic there are none")
  func reading() throws {
    let register = try bench.open()
    #expect(try AccessDesk(try bench.openToRead()).list().isEmpty)
    let granted = try AccessDesk(register).grant(to: holder, scopes: [.read])
    let before = try bench.contents()["log.sqlite"]
    #expect(try AccessDesk(try bench.openToRead()).list().map(\.id) == [granted.id])
    #expect(try bench.contents()["log.sqlite"] == before)
  }

  @Test("A log that was made before there were access keys gets its topic from the first who writes")
  func olderLog() throws {
    try bench.folder.make()
    _ = try FileKeyRing.openOrCreate(at: bench.folder.keys)
    let settings = LogSettings(topics: [.events, .ledger, .residents, .disclosures])
    _ = try EmbeddedLog(directory: bench.path, clock: bench.clock, settings: settings)
    #expect(try AccessDesk(try bench.openToRead()).list().isEmpty)
    let granted = try AccessDesk(try bench.open()).grant(to: holder, scopes: [.read])
    #expect(try AccessDesk(try bench.openToRead()).list().map(\.id) == [granted.id])
  }

  @Test("The key under which keys are hashed is one for all copies of a key ring, and another for every register")
  func hasher() throws {
    let (register, other) = (try bench.open(), try RegisterBench().open())
    var generator = SystemRandomNumberGenerator()
    let presented = PresentedAccessKey(using: &generator)
    let digests = [register.keys, try FileKeyRing(reading: bench.folder.keys), other.keys].map {
      $0.accessHasher.digest(of: presented, scopes: ["read"])
    }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
  }
}
