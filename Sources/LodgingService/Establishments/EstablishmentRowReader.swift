package import LodgingDomain
import LodgingFiles

/// An establishment as a file or a command wants it.
package struct WantedEstablishment: Sendable, Hashable {
  package var id: EstablishmentID
  package var details: EstablishmentDetails
  package var status: EstablishmentStatus
}

/// Reads one row of `establishments.csv`: an establishment, or every problem of the row at once.
struct EstablishmentRowReader {
  /// A row that cannot be used.
  struct Refused: Error {
    var id: String
    var problems: [DraftProblem]
  }

  static let headings = ["id", "name", "kind", "commune", "remote", "rooms", "beds", "status"]

  let result: Result<WantedEstablishment, Refused>

  init(_ row: TableReader.Row, catalogue: UnitCatalogue) {
    guard let fields = row.fields else {
      let hint = DraftProblem.Hint.columns(found: row.columnCount, expected: Self.headings.count)
      result = .failure(Refused(id: "", problems: [DraftProblem(.row, .fieldInvalid, hint)]))
      return
    }
    var cells = Cells(fields: fields)
    let id = cells.take(0, .establishment, .establishmentID) { try? EstablishmentID($0) }
    let name = cells.take(1, .name, .establishmentName) { EstablishmentDetails.isName($0) ? $0 : nil }
    let kind = cells.take(2, .kind, .noneOf(EstablishmentKind.allCases.map(\.name))) { EstablishmentKind(name: $0.lowercased()) }
    let successor = catalogue.successors(ofFormerCommune: fields[3]).first?.code.description
    let commune = cells.take(3, .commune, .unknownCommune, repair: successor) {
      CommuneCode($0).flatMap { catalogue.commune($0)?.code }
    }
    let remote = cells.take(4, .remote, .noneOf(["true", "false"])) { ["true": true, "false": false][$0.lowercased()] }
    let rooms = cells.take(5, .rooms, .wholeNumber) { UInt32($0) }
    let beds = cells.take(6, .beds, .wholeNumber) { UInt32($0) }
    let status = cells.take(7, .status, .noneOf(["open", "closed"])) {
      ["open": EstablishmentStatus.open, "closed": .closed][$0.lowercased()]
    }
    guard let id, let name, let kind, let commune, let remote, let rooms, let beds, let status else {
      result = .failure(Refused(id: id?.description ?? "", problems: cells.problems))
      return
    }
    let details = EstablishmentDetails(name: name, kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
    result = .success(WantedEstablishment(id: id, details: details, status: status))
  }

  /// The fields of a row, with what was found wrong so far.
  private struct Cells {
    let fields: [String]
    var problems: [DraftProblem] = []

    mutating func take<Value>(
      _ index: Int, _ field: Field, _ hint: DraftProblem.Hint, repair: String? = nil, _ read: (String) -> Value?
    ) -> Value? {
      let text = fields[index]
      if let value = read(text) { return value }
      let isMissing = text.isEmpty
      problems.append(
        DraftProblem(.event(field), isMissing ? .fieldMissing : .fieldInvalid, isMissing ? .missing : hint, repair: repair))
      return nil
    }
  }
}

/// What became of a row of `establishments.csv`.
package struct EstablishmentRowResult: Encodable, Sendable {
  package var row: Int
  package var id: String
  package var name: String?
  package var kind: String?
  package var commune: String?
  package var status: String?
  /// `opened`, `changed`, `closed`, `unchanged`, or `rejected`.
  package var outcome: String
  package var fields: [ImportRowResult.Field]

  init(_ wanted: WantedEstablishment, row: Int, outcome: String) {
    self.row = row
    id = wanted.id.description
    name = wanted.details.name
    kind = wanted.details.kind.name
    commune = wanted.details.commune.description
    status = wanted.status.name
    self.outcome = outcome
    fields = []
  }

  init(_ refused: EstablishmentRowReader.Refused, row: Int) {
    self.row = row
    id = refused.id
    outcome = Outcome.rejected.name
    fields = refused.problems.map(ImportRowResult.Field.init)
  }
}
