/// The version of the rules that decide; it changes by an `upgrade` entry only, and the version in force at an entry chooses the code.
public struct RulesVersion: Hashable, Comparable, Sendable {
  /// The number that is stored.
  public let number: UInt32

  /// Names a version.
  public init(_ number: UInt32) { self.number = number }

  /// The only version so far.
  public static let first = RulesVersion(1)
  /// The newest version that this code knows.
  public static let newest = first

  /// Orders by number.
  public static func < (left: RulesVersion, right: RulesVersion) -> Bool { left.number < right.number }
}

/// The times and sizes that the rules name, each with its unit at the end.
public enum RuleBook: Sendable {
  /// An arrival, and whatever else happened, may lie this far after ledger time.
  public static let arrivalInFutureMaxHours: Int64 = 2
  /// An arrival, and whatever else happened, may lie this far before ledger time.
  public static let arrivalAgeMaxDays: Int64 = 366
  /// A capture without a connection counts if it lies at most this long before the receipt.
  public static let offlineAllowanceHours: Int64 = 24
  /// A guest who is overdue for this long is presumed to have left.
  public static let presumedLeftAfterHours: Int64 = 24
  /// A stay whose guest is presumed to have left can be corrected for this long, then it is closed.
  public static let presumedLeftKeptDays: Int64 = 7
  /// The guests that a daily close names are held against the register until this long after the day has ended; later guests have left since.
  public static let dailyCloseComparedHours: Int64 = 4
  /// Event ids are in memory for this much ledger time; older ones are in the id index.
  public static let idWindowDays: Int64 = 7
  /// Ids stay this much longer than the window, because what happened may lie in the future when it is registered.
  public static let idWindowMarginHours: Int64 = arrivalInFutureMaxHours
  /// Identities of a month are kept for this many months after its end, unless somebody explicitly decides otherwise.
  ///
  /// What lodging establishments must keep of their guests (Decree 96/2016, article 44; to be held against the gazette). No period is known
  /// for the register itself.
  public static let identityKeptMonths: UInt32 = 36
  /// A guest is a minor below this age in years (Civil Code 91/2015, article 21).
  public static let adultAgeYears = 18
}
