package import LodgingDomain
package import LodgingPipeline
import LodgingStore

/// The verdict on one event with its receipt, where there is one.
struct Verdict {
  var decision: Decision
  var receipt: ReceiptID?

  /// Whether the event is registered, by this decision or an earlier one.
  var isRegisteredSomehow: Bool { decision.outcome.isRegistered || decision.outcome == .duplicate }
}

/// Where events get their verdicts, and where rows learn what the events before them came to.
protocol VerdictDesk {
  /// Brings up to date what questions are answered from.
  func prepare() throws
  /// The stays that a row may be about: same establishment, document and local day of arrival; the one reported first comes first.
  ///
  /// What was decided at this desk before is in them.
  func stays(like row: DraftedRow) throws -> [RegisteredStay]
  /// The verdicts of events of one establishment, in order.
  func decide(_ events: [(StayEvent, GuestIdentity?)]) throws -> [Verdict]
  /// Gives back what the desk holds.
  func close()
}

/// Sends events and waits for what becomes of them.
struct SendingDesk: VerdictDesk {
  private let register: Register
  private let sender: EventSender

  init(_ register: Register) throws {
    self.register = register
    sender = try EventSender(register)
  }

  func prepare() throws { try sender.settleAll() }

  func stays(like row: DraftedRow) throws -> [RegisteredStay] { try register.store.read { try $0.registeredStays(like: row) } }

  func decide(_ events: [(StayEvent, GuestIdentity?)]) throws -> [Verdict] {
    guard let establishment = events.first?.0.establishment else { return [] }
    let records = try events.map { try sender.encode($0.0, identity: $0.1) }
    return try sender.send(records, of: establishment).map { Verdict(decision: $0.decision, receipt: try register.receiptID(of: $0)) }
  }

  func close() { sender.close() }
}

extension Register {
  /// The receipt of a verdict: its own, or for a duplicate the first one; none for what is not registered.
  ///
  /// The first one is looked up: a stay that was sealed anew is remembered with another digest, and its receipt keeps the first.
  package func receiptID(of row: ReceiptRow) throws -> ReceiptID? { try store.read { try receiptID(of: row, in: $0) } }

  /// The same, for whoever reads the register already.
  func receiptID(of row: ReceiptRow, in view: RegisterView) throws -> ReceiptID? {
    if let first = row.decision.first {
      return try view.receipt(partition: row.partition, source: first.source).map {
        ReceiptID(partition: $0.partition, source: SourceNumber($0.source), digest: $0.digest)
      }
    }
    guard row.decision.outcome.isRegistered else { return nil }
    return ReceiptID(partition: row.partition, source: SourceNumber(row.source), digest: row.digest)
  }
}
