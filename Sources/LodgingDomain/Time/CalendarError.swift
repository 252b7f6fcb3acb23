/// Why a date or time was refused.
///
/// It names the part at fault and never repeats the text, which may be personal data.
public enum CalendarError: Error, Hashable, Sendable {
  /// The text has none of the accepted forms.
  case malformed
  /// The text has an accepted form, but this part has a value that does not exist in the calendar.
  case outOfRange(Part)
  /// An instant was asked for and the text names no zone.
  case zoneMissing

  /// The part of a date or time that an error is about.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// The year, 1 to 9999.
    case year
    /// The month, 1 to 12.
    case month
    /// The day of the month.
    case day
    /// The hour, 0 to 23.
    case hour
    /// The minute, 0 to 59.
    case minute
    /// The second, 0 to 59; leap seconds are refused.
    case second
    /// The millisecond, 0 to 999.
    case millisecond
    /// The offset from UTC, less than a day.
    case zone
  }
}
