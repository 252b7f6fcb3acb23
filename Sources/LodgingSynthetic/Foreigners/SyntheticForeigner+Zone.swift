import LodgingDomain

extension SyntheticForeigner {
  /// The machine-readable zone of the passport: two lines, separated by a line feed.
  ///
  /// - Parameter wrongBy: Added to the check digit of the number, modulo 10: 0 for a right zone.
  /// - Returns: 89 characters.
  func machineReadableZone(wrongBy: UInt8 = 0) -> String {
    let state = nationality.icaoCode
    let lines = MachineReadableZone.td3(
      MachineReadableZone.Content(
        documentCode: "P", issuer: state, documentNumber: passportNumber, nationality: state, primaryName: surname,
        secondaryName: givenNames, birthDate: PartialDate(birthDate), sex: sex, expiryDate: passportExpiry))
    guard wrongBy > 0 else { return lines.joined(separator: "\n") }
    var bytes = Array(lines.joined(separator: "\n").utf8)
    bytes[Self.numberCheck] = UInt8(ascii: "0") + (bytes[Self.numberCheck] - UInt8(ascii: "0") + wrongBy) % 10
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The place of the number's check digit: after the first line, its line feed and nine characters.
  private static let numberCheck = 44 + 1 + 9
}
