import ArgumentParser
import LodgingDomain

/// The end of something, as people give it: a time, or a day, at whose end it is.
enum StatedEnd {
  /// Reads an end; wrong usage where the text is none.
  static func read(_ text: String, of option: String) throws -> Instant {
    guard let time = try? StatedTime(parsing: text) else {
      throw ValidationError("\(option) must be a day or a time, such as 2026-11-30 or 2026-11-30T12:00:00+07:00")
    }
    let moment = time.moment()
    // A day goes on until the next one begins.
    return moment.isDateOnly ? moment.instant.adding(seconds: 1) : moment.instant
  }
}
