import LodgingDomain
package import LodgingWire

extension LedgerVersion {
  /// What a validator notes beside the positions that it commits, so that whoever raises the ledger's version sees what its program knows:
  /// `lodging format=1 rules=1`.
  package var note: String { "\(Self.noteName) \(Self.formatName)=\(format) \(Self.rulesName)=\(rules.number)" }

  /// Reads a note; nil where it names no version, as where an earlier program wrote none.
  ///
  /// What a later program says besides is passed over.
  package init?(note: String) {
    guard note.utf8.count <= Self.noteBytesMax else { return nil }
    let words = note.split(separator: " ", omittingEmptySubsequences: false)
    guard words.first == Self.noteName[...] else { return nil }
    func number(_ name: String) -> UInt32? {
      let values = words.dropFirst().filter { $0.hasPrefix("\(name)=") }.map { $0.dropFirst(name.utf8.count + 1) }
      guard values.count == 1, values[0].allSatisfy({ "0"..."9" ~= $0 }) else { return nil }
      return UInt32(values[0])
    }
    guard let format = number(Self.formatName), let rules = number(Self.rulesName) else { return nil }
    self.init(format: format, rules: RulesVersion(rules))
  }

  /// The longest note that is read, in bytes; what is written is far shorter.
  private static let noteBytesMax = 256
  private static let noteName = "lodging"
  private static let formatName = "format"
  private static let rulesName = "rules"
}
