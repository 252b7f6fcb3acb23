/// The buffer that librdkafka's functions write their reason into.
struct ErrorText {
  /// What was written, empty if nothing was.
  private(set) var text = ""

  private static let bytesMax = 512

  /// Calls a function that takes a buffer and its size, and keeps what it wrote.
  mutating func fill<Result>(_ call: (UnsafeMutablePointer<CChar>, Int) -> Result) -> Result {
    var buffer = [CChar](repeating: 0, count: Self.bytesMax)
    let result = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array of fixed size has storage") }
      return unsafe call(base, buffer.count)
    }
    text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return result
  }
}
