internal import KafkaClient
package import LodgingPipeline

extension KafkaLogConfiguration {
  /// Reads `kafka://host:port,host:port`; nil where the text is not of that form.
  package init?(url: String, logger: @escaping @Sendable (_ level: Int, _ text: String) -> Void) {
    guard url.hasPrefix(Self.scheme) else { return nil }
    let servers = url.dropFirst(Self.scheme.count).split(separator: ",", omittingEmptySubsequences: false)
    guard servers.allSatisfy(Self.isServer) else { return nil }
    self.init(bootstrapServers: servers.joined(separator: ","), logger: logger)
  }

  /// Takes settings over from a text of `name=value` lines, as Kafka's own tools and kcat read them from a file.
  ///
  /// Throws ``LogError/fatal(_:)`` with the number of a line that is none; its content is not told.
  package mutating func take(properties text: String) throws(LogError) {
    do {
      settings.merge(try KafkaConfiguration(properties: text).settings) { $1 }
    } catch {
      throw .fatal("\(error)")
    }
  }

  /// Every setting of each kind of connection as it may be shown: secrets are replaced by asterisks.
  package var shown: [String: [String: String]] {
    ["reader": reader.masked, "producer": producer.masked, "member": member(of: name(ofGroup: "…")).masked]
  }

  private static let scheme = "kafka://"

  private static func isServer(_ text: Substring) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex, let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return false }
    return text.utf8.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 127 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") }
  }
}
