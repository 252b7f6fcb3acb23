import LodgingDomain

/// The records of a foreigners' declaration: `KHAI_BAO_TAM_TRU`, and in it `THONG_TIN_KHACH` for each guest.
final class ForeignersXML: DraftSource {
  private let source: any ByteSource
  private let parser: SAXParser
  private let records: ForeignerRecords
  private var offset = 0
  private var position = 0
  private var ready: [ForeignerRecords.Record] = []
  private var row = 0
  private var isFinished = false
  private var failure: ImportError?

  var remarks: [ImportRemark] { records.remarks }

  /// Prepares reading.
  init(source: any ByteSource, limits: ImportLimits) {
    self.source = source
    records = ForeignerRecords(limits: limits)
    parser = SAXParser(records, limits: limits)
  }

  func next() throws(ImportError) -> ImportedRow? {
    while position == ready.count {
      if let failure { throw failure }
      guard !isFinished else { return nil }
      do throws(ImportError) {
        try fill()
      } catch {
        failure = error.about(row: records.count + 1)
      }
      ready = records.takeRecords()
      position = 0
    }
    defer { position += 1 }
    row += 1
    return ImportedRow(row: row, place: nil, draft: ready[position].draft, content: ready[position].content)
  }

  /// Reads the next piece of the file; records before a fault in it stay.
  private func fill() throws(ImportError) {
    let piece = try source.bytes(at: offset, count: SAXParser.inputBytesMax)
    guard !piece.isEmpty else {
      isFinished = true
      return try parser.finish()
    }
    offset += piece.count
    try parser.feed(piece[...])
  }
}

/// Collects the elements of each record.
private final class ForeignerRecords: SAXHandler {
  private let limits: ImportLimits
  private var records: [Record] = []
  private var depth = 0
  private var values: [Element: Value] = [:]
  private var current: Element?
  private var isInRecord = false
  private(set) var count = 0
  private(set) var remarks: [ImportRemark] = []

  /// A record and its texts.
  typealias Record = (draft: GuestDraft, content: [String])

  /// The twelve elements of a record.
  enum Element: String, CaseIterable {
    case sequence = "so_thu_tu"
    case fullName = "ho_ten"
    case birthDate = "ngay_sinh"
    case birthPrecision = "ngay_sinh_dung_den"
    case sex = "gioi_tinh"
    case nationality = "ma_quoc_tich"
    case passport = "so_ho_chieu"
    case room = "so_phong"
    case arrival = "ngay_den"
    case departure = "ngay_di_du_kien"
    case actualDeparture = "ngay_tra_phong"
    case permitUntil = "thoi_han_tam_tru"

    /// The field for problems.
    var field: DraftField {
      switch self {
      case .sequence: .event(.ownReference)
      case .fullName: .event(.fullName)
      case .birthDate, .birthPrecision: .event(.birthDate)
      case .sex: .event(.sex)
      case .nationality: .event(.nationality)
      case .passport: .event(.documentNumber)
      case .room: .event(.room)
      case .arrival: .event(.arrival)
      case .departure: .event(.departure)
      case .actualDeparture: .actualDeparture
      case .permitUntil: .event(.permitUntil)
      }
    }
  }

  /// The text of an element so far.
  private struct Value {
    var bytes: [UInt8] = []
    var isTooLong = false
    var isRepeated = false
  }

  private static let root = "KHAI_BAO_TAM_TRU"
  private static let recordElement = "THONG_TIN_KHACH"
  /// How deep records and their elements lie.
  private static let recordDepth = 2
  private static let elementDepth = 3

  init(limits: ImportLimits) { self.limits = limits }

  /// Takes the records that are complete.
  func takeRecords() -> [Record] {
    defer { records.removeAll(keepingCapacity: true) }
    return records
  }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) throws(ImportError) {
    depth += 1
    switch depth {
    case 1:
      guard name == Self.root else { throw .wrongRoot }
    case Self.recordDepth where name == Self.recordElement:
      values.removeAll(keepingCapacity: true)
      isInRecord = true
    case Self.elementDepth where isInRecord:
      guard let element = Element(rawValue: name) else { return remark(name) }
      if values[element] == nil { values[element] = Value() } else { values[element]?.isRepeated = true }
      current = element
    default:
      remark(name)
    }
  }

  func elementEnded(_ name: String) throws(ImportError) {
    depth -= 1
    switch depth {
    case Self.elementDepth - 1:
      current = nil
    case Self.recordDepth - 1 where isInRecord:
      isInRecord = false
      count += 1
      guard count <= limits.rowsMax else { throw .tooLarge(.rows, row: nil) }
      // The departure is told later, of the same stay.
      let content = Element.allCases.filter { $0 != .sequence && $0 != .actualDeparture }.map { self[$0]?.content ?? "" }
      records.append((draft(), content))
    default:
      break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let current, depth == Self.elementDepth, var value = values.removeValue(forKey: current) else { return }
    defer { values[current] = value }
    guard !value.isRepeated, !value.isTooLong else { return }
    if value.bytes.count + bytes.count > limits.lineBytesMax {
      value.isTooLong = true
    } else {
      value.bytes.append(contentsOf: bytes)
    }
  }

  private func remark(_ name: String) {
    let remark = ImportRemark.unknownElement(String(name.prefix(ImportRemark.nameLengthMax)))
    if remarks.count < ImportRemark.unknownElementsMax, !remarks.contains(remark) { remarks.append(remark) }
  }

  private subscript(_ element: Element) -> SheetCell? {
    guard let value = values[element] else { return nil }
    if value.isTooLong { return .tooLong }
    let text = CellText.trimmed(String(decoding: value.bytes, as: UTF8.self))
    return text.isEmpty ? nil : .text(text)
  }

  private func draft() -> GuestDraft {
    var builder = DraftBuilder(guestKind: .foreigner)
    for (element, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where value.isRepeated {
      builder.refuse(element.field, .fieldInvalid, .repeated)
    }
    builder.text(\.ownSequence, self[.sequence], .ownReference, bytesMax: StayEvent.ownReferenceBytesMax)
    builder.name(self[.fullName])
    birthDate(&builder)
    builder.sex(self[.sex])
    builder.nationality(self[.nationality])
    builder.passport(self[.passport])
    builder.text(\.room, self[.room], .room, bytesMax: StayDetails.roomBytesMax)
    builder.set(\.arrival, builder.time(self[.arrival], .event(.arrival), isRequired: true))
    builder.set(\.departure, builder.time(self[.departure], .event(.departure), isRequired: true))
    builder.set(\.actualDeparture, builder.time(self[.actualDeparture], .actualDeparture))
    builder.set(\.permitUntil, builder.date(self[.permitUntil], .event(.permitUntil)))
    builder.checkOrder()
    return builder.draft
  }

  /// The birth date counts as far as the next element says: D to the day, M to the month, Y to the year.
  private func birthDate(_ builder: inout DraftBuilder) {
    let precision: PartialDate.Precision?
    switch builder.read(self[.birthPrecision], .event(.birthDate)).text?.uppercased() {
    case nil: precision = nil
    case "D": precision = .day
    case "M": precision = .month
    case "Y": precision = .year
    default: return builder.refuse(.birthDate, .fieldInvalid, .unknownCode)
    }
    builder.birthDate(self[.birthDate], precision: precision)
  }
}

extension ImportError {
  /// The same error with the record it arose in.
  fileprivate func about(row: Int) -> ImportError {
    switch self {
    case .truncated(nil): .truncated(row: row)
    case .tooLarge(let bound, nil) where bound != .rows: .tooLarge(bound, row: row)
    default: self
    }
  }
}
