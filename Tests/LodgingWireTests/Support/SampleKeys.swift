import LodgingDomain
import LodgingWire

extension MonthKeys {
  /// Fresh keys of a month.
  static func sample(_ month: KeyMonth = KeyMonth(index: 24_318)) -> MonthKeys {
    var generator = SystemRandomNumberGenerator()
    return MonthKeys.random(month: month, using: &generator)
  }
}
