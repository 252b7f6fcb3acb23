import Foundation
package import LodgingDomain

/// The document that a notice names; it exists opened only where it is posted, and for the moment in which a node makes fingerprints of it.
///
/// Only ``number`` shows the number; descriptions and dumps do not.
package struct NoticeDocument: Hashable, Sendable {
  /// The kind of document.
  package let kind: DocumentKind
  /// The nationality of its holder.
  package let nationality: Nationality
  /// Its number.
  package let number: String

  /// The most bytes of a number.
  package static let numberBytesMax = 56
  /// The length of ``bytes``, the same for all documents.
  package static let byteCount = 64
  /// The length of kind, nationality and the number's length, which stand before the number.
  private static let headBytes = 5

  /// Why something names no document that can be looked for; the number is in none of them.
  package enum Fault: Error, Hashable, Sendable {
    /// There is no such kind of document, or it has no number.
    case kind
    /// A number of this kind has another form.
    case number
    /// Only citizens hold documents of this kind.
    case nationality
  }

  /// Makes a document from its parts; spaces around the number do not matter.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - nationality: The nationality of its holder.
  ///   - number: The number. Of kinds that carry the personal number those twelve digits; of passports what passports can have.
  /// - Throws: ``Fault``.
  package init(kind: DocumentKind, nationality: Nationality, number: some StringProtocol) throws(Fault) {
    let number = Self.trimmed(number)
    switch kind {
    case .noDocument: throw .kind
    case .chipCard, .identityCard, .identificationNotice:
      guard nationality.isVietnamese else { throw .nationality }
      guard (try? PersonalNumber(number)) != nil else { throw .number }
      self.number = number
    case .passport:
      guard let passport = try? PassportNumber(number) else { throw .number }
      self.number = passport.text
    case .oldCard, .drivingLicence, .birthCertificate, .healthInsurance, .other:
      guard (1...Self.numberBytesMax).contains(number.utf8.count), LineText.isFit(number) else { throw .number }
      self.number = number
    }
    self.kind = kind
    self.nationality = nationality
  }

  private static func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }

  /// What is sealed: the kind, three letters of the nationality, the number's length, the number, and zeros.
  var bytes: [UInt8] {
    let number = Array(number.utf8)
    let head = [kind.rawValue] + Array(nationality.code.utf8) + [UInt8(truncatingIfNeeded: number.count)]
    return head + number + Array(repeating: 0, count: max(0, Self.byteCount - Self.headBytes - number.count))
  }

  /// Reads what ``bytes`` made; nil for anything else.
  init?(_ bytes: some RandomAccessCollection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.byteCount, let kind = DocumentKind(rawValue: bytes[0]),
      let nationality = try? Nationality(String(decoding: bytes[1..<4], as: UTF8.self)), bytes[4] <= UInt8(Self.numberBytesMax),
      let read = try? NoticeDocument(
        kind: kind, nationality: nationality,
        number: String(decoding: bytes[Self.headBytes..<Self.headBytes + Int(bytes[4])], as: UTF8.self)),
      read.bytes == bytes
    else { return nil }
    self = read
  }

  /// Its fingerprints under the keys of some months, as stays of these months have them.
  package func fingerprints(under months: [MonthKeys]) -> [DocumentFingerprint] {
    DirectoryFingerprints.sameDocument(kind: kind, nationality: nationality, number: number, under: months)
  }
}

extension NoticeDocument: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The kind alone.
  package var description: String { "NoticeDocument(\(kind.name), redacted)" }

  /// The kind alone.
  package var debugDescription: String { description }

  /// A mirror without children, so that a dump shows nothing either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
