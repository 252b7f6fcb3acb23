import Foundation

/// Turns text of one encoding into UTF-8, and thereby checks it.
///
/// It owns a conversion descriptor of iconv.
final class Transcoder {
  private let descriptor: iconv_t
  private let encoding: TextEncoding

  /// How a conversion ended.
  enum Ending {
    /// All input was converted.
    case complete
    /// The input ends within a character.
    case incomplete
    /// The bytes at the place where it stopped are no character.
    case invalid
  }

  /// Prepares the conversion; nil where the system does not know the encoding.
  init?(from encoding: TextEncoding) {
    guard let descriptor = iconv_open("UTF-8", encoding.iconvName), Int(bitPattern: descriptor) != -1 else { return nil }
    self.descriptor = descriptor
    self.encoding = encoding
  }

  deinit { iconv_close(descriptor) }

  /// Converts as much as possible.
  ///
  /// - Parameters:
  ///   - input: The bytes, beginning at a character.
  ///   - output: Where UTF-8 is appended.
  /// - Returns: How many bytes of the input were converted, and why it ended there.
  func convert(_ input: [UInt8], appendingTo output: inout [UInt8]) -> (consumed: Int, ending: Ending) {
    guard encoding != .utf8 else { return Self.check(input, appendingTo: &output) }
    // A character of UTF-16 takes two bytes and at most three in UTF-8; one of UTF-8 stays as it is.
    let capacity = input.count + input.count / 2 + TextEncoding.characterBytesMax
    var mutableInput = input
    var consumed = 0
    var ending = Ending.complete
    let converted = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      mutableInput.withUnsafeMutableBytes { bytes in
        var from = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        var fromLeft = bytes.count
        var to = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var toLeft = capacity
        if iconv(descriptor, &from, &fromLeft, &to, &toLeft) == -1 {
          ending = errno == EINVAL ? .incomplete : .invalid
        }
        consumed = bytes.count - fromLeft
        count = capacity - toLeft
      }
    }
    output += converted
    return (consumed, ending)
  }

  /// Takes UTF-8 as far as it is valid; the standard library checks it many times faster than iconv copies it.
  private static func check(_ input: [UInt8], appendingTo output: inout [UInt8]) -> (consumed: Int, ending: Ending) {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: input.span)
      output += input
      return (input.count, .complete)
    } catch {
      let valid = error.byteOffsets.lowerBound
      output += input[..<valid]
      let isCut = error.kind == .truncatedScalar && error.byteOffsets.upperBound == input.count
      return (valid, isCut ? .incomplete : .invalid)
    }
  }
}
