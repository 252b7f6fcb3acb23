import LodgingDomain

/// Something that yields the rows of a file as drafts.
protocol DraftSource: AnyObject {
  /// The next row; nil at the end.
  func next() throws(ImportError) -> ImportedRow?
  /// What was left out so far.
  var remarks: [ImportRemark] { get }
}

/// The rows of the citizens' sheet, from a text or a workbook.
///
/// Title rows (at most two filled cells) at the top are skipped, then one row of headings whatever they say. If that row reads like a
/// guest, the sheet has no headings and it is the first row: nobody is lost for a missing heading.
final class CitizenSheet: DraftSource {
  private let rows: any SheetRowSource
  private let countsFrom1904: Bool
  /// The number of the row of headings in the sheet; 0 where there is none.
  ///
  /// Nil before it was looked for.
  private var headingRow: Int?
  private var waiting: SheetRow?

  let remarks: [ImportRemark] = []

  /// Reads the sheet that a source yields.
  init(_ rows: any SheetRowSource, countsFrom1904: Bool = false) {
    self.rows = rows
    self.countsFrom1904 = countsFrom1904
  }

  func next() throws(ImportError) -> ImportedRow? {
    do throws(ImportError) {
      if headingRow == nil { try findHeading() }
      guard let row = try takeRow() else { return nil }
      return ImportedRow(row: row.number - (headingRow ?? 0), place: row.number, draft: draft(row), content: row.content)
    } catch {
      throw error.counting(from: headingRow ?? 1)
    }
  }

  private func takeRow() throws(ImportError) -> SheetRow? {
    guard let row = waiting else { return try rows.next() }
    waiting = nil
    return row
  }

  private func findHeading() throws(ImportError) {
    while let row = try rows.next() {
      guard row.filledCells > Self.titleCellsMax else { continue }
      if looksLikeGuest(row) {
        headingRow = row.number - 1
        waiting = row
        return
      }
      let lastMandatory = CitizenColumn.reason.rawValue + 1
      guard rows.countsColumns || row.columnCount >= lastMandatory else {
        throw .wrongTemplate(columns: row.columnCount, expected: CitizenColumn.allCases.count)
      }
      headingRow = row.number
      return
    }
    headingRow = 0
  }

  /// More than a title has.
  private static let titleCellsMax = 2

  /// Headings are words: two or more dates or numbers where a guest has them mean that this is a guest.
  private func looksLikeGuest(_ row: SheetRow) -> Bool {
    guard row.columnCount == CitizenColumn.allCases.count || !rows.countsColumns else { return false }
    let dates: [CitizenColumn] = [.birthDate, .arrival, .departure]
    var signs = dates.count { column in
      var trial = DraftBuilder(guestKind: .citizen, countsFrom1904: countsFrom1904)
      return trial.time(row[column], .row) != nil
    }
    if case .text(let number) = row[.documentNumber], number.utf8.count(where: { (0x30...0x39).contains($0) }) >= 6 { signs += 1 }
    if case .number = row[.documentNumber] { signs += 1 }
    return signs >= 2
  }

  private func draft(_ row: SheetRow) -> GuestDraft {
    var builder = DraftBuilder(guestKind: .citizen, countsFrom1904: countsFrom1904)
    let expected = CitizenColumn.allCases.count
    if rows.countsColumns, row.columnCount != expected {
      builder.refuse(.row, .fieldInvalid, .columns(found: row.columnCount, expected: expected))
      return builder.draft
    }
    builder.text(\.ownSequence, row[.sequence], .ownReference, bytesMax: StayEvent.ownReferenceBytesMax)
    builder.name(row[.fullName])
    builder.birthDate(row[.birthDate])
    builder.sex(row[.sex])
    builder.nationality(row[.nationality])
    builder.document(kind: row[.documentKind], name: row[.documentName], number: row[.documentNumber])
    builder.phone(row[.phone])
    builder.residence(kind: row[.residenceKind], province: row[.province], commune: row[.commune], address: row[.address])
    builder.set(\.arrival, builder.time(row[.arrival], .event(.arrival), isRequired: true))
    builder.set(\.departure, builder.time(row[.departure], .event(.departure), isRequired: true))
    builder.text(\.room, row[.room], .room, bytesMax: StayDetails.roomBytesMax)
    builder.reason(row[.reason], words: row[.reasonText])
    builder.text(\.note, row[.note], .note)
    builder.checkOrder()
    return builder.draft
  }
}

extension SheetRow {
  /// The cell of a column; nil where it is blank.
  fileprivate subscript(_ column: CitizenColumn) -> SheetCell? {
    guard column.rawValue < cells.count, !cells[column.rawValue].isBlank else { return nil }
    return cells[column.rawValue]
  }

  /// The texts of all cells but the row's own number; blank cells at the end do not matter.
  fileprivate var content: [String] {
    var texts = cells.dropFirst().map(\.content)
    while texts.last?.isEmpty == true { texts.removeLast() }
    return texts
  }
}

extension ImportError {
  /// The same error with its row counted from the row after the headings.
  fileprivate func counting(from headingRow: Int) -> ImportError {
    switch self {
    case .truncated(let row?): .truncated(row: max(1, row - headingRow))
    case .tooLarge(let bound, let row?): .tooLarge(bound, row: max(1, row - headingRow))
    default: self
    }
  }
}
