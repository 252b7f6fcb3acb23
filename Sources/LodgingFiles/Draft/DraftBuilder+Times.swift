import LodgingDomain

extension DraftBuilder {
  /// Reads a date, with or without a time of day.
  ///
  /// - Returns: The time; nil where there is none or it cannot be read, which is then noted.
  mutating func time(_ cell: SheetCell?, _ field: DraftField, isRequired: Bool = false) -> StatedTime? {
    if case .number(let number, _) = cell { return time(serial: number, field) }
    guard let text = read(cell, field, isRequired: isRequired).text else { return nil }
    if let time = try? StatedTime(parsing: text) { return time }
    refuseDate(text, field) { (try? StatedTime(parsing: $0)) != nil }
    return nil
  }

  /// Reads a date without a time of day.
  mutating func date(_ cell: SheetCell?, _ field: DraftField, isRequired: Bool = false) -> CivilDate? {
    time(cell, field, isRequired: isRequired)?.localDate
  }

  /// Reads the birth date.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - precision: How much of the date counts, where the file says so.
  mutating func birthDate(_ cell: SheetCell?, precision: PartialDate.Precision? = nil) {
    if case .number(let number, isDate: false) = cell, let year = Int(exactly: number), Self.birthYears.contains(year) {
      set(\.birthDate, try? PartialDate(year: year))
      return
    }
    let date: PartialDate?
    if case .number(let number, _) = cell {
      date = (time(serial: number, .event(.birthDate))?.localDate).map { PartialDate($0) }
    } else if let text = read(cell, .event(.birthDate), isRequired: true).text {
      date = try? PartialDate(parsing: text)
      if date == nil { refuseDate(text, .event(.birthDate)) { (try? PartialDate(parsing: $0)) != nil } }
    } else {
      date = nil
    }
    guard let date else { return }
    guard date.precision >= precision ?? .year else { return refuse(.birthDate, .fieldInvalid, .date) }
    set(\.birthDate, date.reduced(to: precision ?? .day))
  }

  /// Compares the times of a draft with one another; called when all of them are read.
  mutating func checkOrder() {
    guard let arrival = draft.arrival else { return }
    if let departure = draft.departure, departure.isBefore(arrival) {
      refuse(.departure, .timeDepartureBeforeArrival, .departureBeforeArrival)
    }
    if let departure = draft.actualDeparture, departure.isBefore(arrival) {
      refuse(.actualDeparture, .timeDepartureBeforeArrival, .departureBeforeArrival)
    }
    if let birth = draft.birthDate, birth.earliest > arrival.localDate { refuse(.birthDate, .fieldInvalid, .bornAfterArrival) }
  }

  /// The date that a number of a workbook means; nil, and noted, where it means none.
  private mutating func time(serial: Double, _ field: DraftField) -> StatedTime? {
    let time = SpreadsheetDate.read(serial, countsFrom1904: countsFrom1904)
    if time == nil { refuse(field, .fieldInvalid, .date) }
    return time
  }

  /// Notes a date that cannot be read, with a repair where only zeros are missing before a day or month.
  private mutating func refuseDate(_ text: String, _ field: DraftField, isReadable: (String) -> Bool) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let padded = parts.map { $0.utf8.count == 1 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? "0" + $0 : String($0) }.joined(
      separator: "/")
    if padded != text, isReadable(padded) {
      refuse(field, .fieldInvalid, .dateWithoutZeros, repair: padded)
    } else {
      refuse(field, .fieldInvalid, .date)
    }
  }

  /// A number in the column of birth dates that lies here is a year and not a day of the early twentieth century.
  private static let birthYears = 1900...2100
}

extension PartialDate {
  /// The date with the parts beyond a precision left out.
  func reduced(to precision: Precision) -> PartialDate {
    let reduced = try? PartialDate(year: year, month: precision >= .month ? month : nil, day: precision >= .day ? day : nil)
    return reduced ?? self
  }
}

extension StatedTime {
  /// The day, on the clocks of Viet Nam.
  var localDate: CivilDate { local.date }

  /// Whether this time is surely before another one: times of day count only where both have one.
  func isBefore(_ other: StatedTime) -> Bool {
    let (left, right) = (local, other.local)
    guard left.date == right.date, let leftTime = left.time, let rightTime = right.time else { return left.date < right.date }
    return leftTime < rightTime
  }

  private var local: (date: CivilDate, time: CivilTime?) {
    switch self {
    case .date(let date):
      return (date, nil)
    case .local(let local):
      return (local.date, local.time)
    case .instant(let instant):
      let local = LocalZone.vietnam.local(instant)
      return (local.date, local.time)
    }
  }
}
