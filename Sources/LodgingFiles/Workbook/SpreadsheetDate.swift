package import LodgingDomain

/// Dates as spreadsheet programs count them: days since an epoch, the time of day as the fraction.
package enum SpreadsheetDate {
  /// Reads a serial number.
  ///
  /// The 1900 count takes 1900 for a leap year, as the first spreadsheet programs did: number 60 is the day that never was, and earlier
  /// numbers lie one day off.
  ///
  /// - Parameters:
  ///   - serial: The number.
  ///   - countsFrom1904: Whether the workbook counts from 1904-01-01.
  /// - Returns: The date, with the time of day (rounded to the second) where it is not midnight; nil outside 1900-01-01...9999-12-31 and
  ///   for number 60.
  package static func read(_ serial: Double, countsFrom1904: Bool) -> StatedTime? {
    guard serial >= (countsFrom1904 ? 0 : 1), serial < serialEnd else { return nil }
    let seconds = Int((serial * secondsPerDay).rounded())
    let day = seconds / Int(secondsPerDay)
    let ofDay = seconds % Int(secondsPerDay)
    guard countsFrom1904 || day != leapDayThatNeverWas else { return nil }
    let epoch = countsFrom1904 ? epoch1904 : day < leapDayThatNeverWas ? epoch1900 + 1 : epoch1900
    guard epoch + day <= CivilDate.latest.daysSinceEpoch else { return nil }
    let date = CivilDate(daysSinceEpoch: epoch + day)
    guard ofDay > 0 else { return .date(date) }
    guard let time = try? CivilTime(hour: ofDay / 3600, minute: ofDay / 60 % 60, second: ofDay % 60) else { return nil }
    return .local(LocalDateTime(date: date, time: time))
  }

  private static let secondsPerDay = 86_400.0
  /// The day after 9999-12-31 in the 1900 count.
  private static let serialEnd = 2_958_466.0
  private static let leapDayThatNeverWas = 60
  /// 1899-12-30 and 1904-01-01 in days since 1970-01-01.
  private static let epoch1900 = -25_569
  private static let epoch1904 = -24_107
}
