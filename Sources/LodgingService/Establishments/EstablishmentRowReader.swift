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
    let written = WrittenEstablishment(
      name: fields[1], kind: fields[2], commune: fields[3], remote: fields[4], rooms: fields[5], beds: fields[6])
    var problems: [FieldProblem] = []
    let id = try? EstablishmentID(fields[0])
    if id == nil { problems.append(FieldProblem(.establishment, fields[0].isEmpty ? .fieldMissing : .fieldInvalid)) }
    var details: EstablishmentDetails?
    do throws(WrittenEstablishmentError) {
      let read = try EstablishmentDetails(written)
      if catalogue.commune(read.commune) == nil { problems.append(FieldProblem(.commune, .fieldInvalid)) }
      details = read
    } catch {
      problems += error.problems
      if let commune = CommuneCode(fields[3]), catalogue.commune(commune) == nil { problems.append(FieldProblem(.commune, .fieldInvalid)) }
    }
    let status = EstablishmentStatus(name: fields[7])
    if status == nil { problems.append(FieldProblem(.status, fields[7].isEmpty ? .fieldMissing : .fieldInvalid)) }
    guard problems.isEmpty, let id, let details, let status else {
      let order = Dictionary(uniqueKeysWithValues: zip(Self.order, Self.order.indices))
      problems.sort { (order[$0.field] ?? 0) < (order[$1.field] ?? 0) }
      let successor = catalogue.successors(ofFormerCommune: fields[3]).first?.code.description
      let told = problems.map { DraftProblem(establishment: $0, successor: successor) }
      result = .failure(Refused(id: id?.description ?? "", problems: told))
      return
    }
    result = .success(WantedEstablishment(id: id, details: details, status: status))
  }

  /// The fields of the columns.
  private static let order: [Field] = [.establishment, .name, .kind, .commune, .remote, .rooms, .beds, .status]
}

extension DraftProblem {
  /// What is to be said of a field of an establishment.
  init(establishment problem: FieldProblem, successor: String? = nil) {
    let hint: Hint =
      switch problem.field {
      case _ where problem.code == .fieldMissing: .missing
      case .establishment: .establishmentID
      case .kind: .noneOf(EstablishmentKind.allCases.map(\.name))
      case .commune: .unknownCommune
      case .remote: .noneOf(["true", "false"])
      case .rooms, .beds: .wholeNumber
      case .status: .noneOf([EstablishmentStatus.open, .closed].map(\.name))
      default: .establishmentName
      }
    self.init(.event(problem.field), problem.code, hint, repair: problem.field == .commune ? successor : nil)
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

  enum CodingKeys: String, CodingKey {
    case row, id, name, kind, commune, status, outcome, fields
  }

  /// All keys stand in every row; what could not be read is null.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(row, forKey: .row)
    try container.encode(id, forKey: .id)
    try container.encode(name, forKey: .name)
    try container.encode(kind, forKey: .kind)
    try container.encode(commune, forKey: .commune)
    try container.encode(status, forKey: .status)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(fields, forKey: .fields)
  }

  init(_ refused: EstablishmentRowReader.Refused, row: Int) {
    self.row = row
    id = refused.id
    outcome = Outcome.rejected.name
    fields = refused.problems.map(ImportRowResult.Field.init)
  }
}
