import LodgingDomain
import LodgingWire
import Testing

extension MonthKeys {
  /// Fresh keys of a month.
  static func sample(_ month: KeyMonth = KeyMonth(index: 24_318)) -> MonthKeys {
    var generator = SystemRandomNumberGenerator()
    return MonthKeys.random(month: month, using: &generator)
  }
}

extension SealRecipient {
  /// What was sealed to this key, as long as it says; nil where it does not open.
  func open(_ sealed: [UInt8], for purpose: SealPurpose, authenticating data: [UInt8] = []) -> [UInt8]? {
    var plain = [UInt8](repeating: 0, count: max(0, sealed.count - 48))
    let opened = plain.withUnsafeMutableBytes { plain in
      sealed.withUnsafeBytes { open($0, for: purpose, authenticating: data, into: plain) }
    }
    #expect(opened || plain.allSatisfy { $0 == 0 })
    return opened ? plain : nil
  }
}
