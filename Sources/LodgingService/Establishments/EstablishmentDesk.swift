package import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore

/// Registers, changes and closes establishments by events under their own keys.
package struct EstablishmentDesk {
  private let register: Register
  private let sender: EventSender

  /// Makes a desk.
  package init(_ register: Register) throws {
    self.register = register
    sender = try EventSender(register)
  }

  /// Gives back what the desk holds.
  package func close() { sender.close() }

  /// Loads a file: opens what is new, changes what differs, closes what is to be closed, and leaves the rest alone.
  ///
  /// Loading the same file again does nothing. Throws `ImportError` where the rest of the file cannot be read; what was sent before stands.
  package func load(_ path: String, onRow: (EstablishmentRowResult) throws -> Void) throws {
    try sender.settleAll()
    let table = try TableReader(FileByteSource(path: path), headings: Self.headings)
    while let row = try table.next() {
      switch EstablishmentRowReader(row, catalogue: register.catalogue).result {
      case .failure(let refused): try onRow(EstablishmentRowResult(refused, row: row.number))
      case .success(let wanted): try onRow(EstablishmentRowResult(wanted, row: row.number, outcome: try apply(wanted)))
      }
    }
  }

  private static let headings = EstablishmentRowReader.headings

  /// Sends what it takes to have an establishment as it is wanted; returns `opened`, `changed`, `closed` or `unchanged`.
  private func apply(_ wanted: WantedEstablishment) throws -> String {
    let known = try register.store.read { try $0.establishment(wanted.id) }?.row
    var outcome = "unchanged"
    if known == nil || (known?.status == .closed && wanted.status == .open) {
      _ = try send(.establishmentOpened(wanted.details), to: wanted.id)
      outcome = "opened"
    } else if known?.status == .open, known?.details != wanted.details {
      _ = try send(.establishmentChanged(wanted.details), to: wanted.id)
      outcome = "changed"
    }
    if wanted.status == .closed, known?.status != .closed {
      _ = try send(.establishmentClosed, to: wanted.id)
      outcome = "closed"
    }
    return outcome
  }

  /// Sends one event about an establishment and returns its verdict.
  package func send(_ body: StayEvent.Body, to id: EstablishmentID) throws -> Decision {
    var random = SystemRandomNumberGenerator()
    let now = register.clock.now
    let event = StayEvent(
      id: EventID(high: random.next(), low: random.next()), establishment: id, happened: now, captured: now, received: now,
      channel: .command,
      body: body)
    let record = try sender.encode(event, identity: nil)
    guard let row = try sender.send([record], of: id).first else { throw ServiceError.appendFailed("no verdict") }
    return row.decision
  }
}
