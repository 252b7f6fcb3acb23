import Foundation

/// How results are written as JSON, on the command line and over HTTP alike.
package enum JSONText {
  /// One line with sorted keys, so that equal results are equal bytes.
  package static func bytes(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}
