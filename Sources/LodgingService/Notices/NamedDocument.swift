package import LodgingDomain
import LodgingWire

/// A document as somebody names it to look for it; its number is shown nowhere.
package struct NamedDocument: Sendable {
  let document: NoticeDocument

  /// Reads `KIND:NUMBER`; nil for anything that no document can be.
  ///
  /// - Parameters:
  ///   - text: The kind's name, a colon and the number.
  ///   - nationality: The nationality of its holder.
  package init?(_ text: String, nationality: Nationality) {
    guard let colon = text.firstIndex(of: ":"), let kind = DocumentKind(name: text[..<colon]),
      let document = try? NoticeDocument(kind: kind, nationality: nationality, number: text[text.index(after: colon)...])
    else { return nil }
    self.document = document
  }
}
