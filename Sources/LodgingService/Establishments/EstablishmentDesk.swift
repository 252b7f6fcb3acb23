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

  /// What became of a row of `establishments.csv`.
  package struct RowOutcome: Sendable {
    package var row: Int
    package var id: String
    /// `opened`, `changed`, `closed`, `unchanged`, or `rejected`.
    package var outcome: String
    package var problems: [FieldProblem]
  }

  /// Loads a file: opens what is new, changes what differs, closes what is to be closed, and leaves the rest alone.
  ///
  /// Loading the same file again does nothing. Throws `ImportError` where the rest of the file cannot be read; what was sent before stands.
  package func load(_ path: String, onRow: (RowOutcome) throws -> Void) throws {
    try sender.settleAll()
    let table = try TableReader(FileByteSource(path: path), headings: Self.headings)
    while let row = try table.next() {
      switch EstablishmentRowReader.read(row) {
      case .failure(let refused): try onRow(RowOutcome(row: row.number, id: refused.id, outcome: "rejected", problems: refused.problems))
      case .success(let wanted): try onRow(try apply(wanted, row: row.number))
      }
    }
  }

  private static let headings = ["id", "name", "kind", "commune", "remote", "rooms", "beds", "status"]

  private func apply(_ wanted: WantedEstablishment, row: Int) throws -> RowOutcome {
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
    return RowOutcome(row: row, id: wanted.id.description, outcome: outcome, problems: [])
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

/// An establishment as a file or a command wants it.
package struct WantedEstablishment: Sendable, Hashable {
  package var id: EstablishmentID
  package var details: EstablishmentDetails
  package var status: EstablishmentStatus
}

/// Reads a row of `establishments.csv`.
enum EstablishmentRowReader {
  /// A row that cannot be used.
  struct Refused: Error {
    var id: String
    var problems: [FieldProblem]
  }

  static func read(_ row: TableReader.Row) -> Result<WantedEstablishment, Refused> {
    guard let fields = row.fields else { return .failure(Refused(id: "", problems: [FieldProblem(.establishment, .fieldInvalid)])) }
    var problems: [FieldProblem] = []
    func take<Value>(_ index: Int, _ field: Field, _ read: (String) -> Value?) -> Value? {
      let value = read(fields[index])
      if value == nil { problems.append(FieldProblem(field, fields[index].isEmpty ? .fieldMissing : .fieldInvalid)) }
      return value
    }
    let id = take(0, .establishment) { try? EstablishmentID($0) }
    let name = take(1, .name) { $0.isEmpty || $0.utf8.count > EstablishmentDetails.nameBytesMax ? nil : $0 }
    let kind = take(2, .kind) { EstablishmentKind(name: $0) }
    let commune = take(3, .commune) { CommuneCode($0) }
    let remote = take(4, .remote) { ["true": true, "false": false][$0.lowercased()] }
    let rooms = take(5, .rooms) { UInt32($0) }
    let beds = take(6, .beds) { UInt32($0) }
    let status = take(7, .status) { ["open": EstablishmentStatus.open, "closed": .closed][$0.lowercased()] }
    guard let id, let name, let kind, let commune, let remote, let rooms, let beds, let status else {
      return .failure(Refused(id: fields[0], problems: problems))
    }
    let details = EstablishmentDetails(name: name, kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
    return .success(WantedEstablishment(id: id, details: details, status: status))
  }
}
