import CSodium
public import LodgingDomain

/// SipHash-2-4 with 64 or 128 bits of output: the one keyed hash of chain values, digests and fingerprints.
///
/// Without the key nobody can find two inputs with one value, or try guesses of a short input such as a document number against a value.
/// The functions are libsodium's `crypto_shorthash_siphash24` and `crypto_shorthash_siphashx24`; nothing here allocates, apart from a
/// scratch buffer that grows to the largest input and is then reused.
///
/// Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", and its reference code for 128 bits.
public enum KeyedHash: Sendable {
  /// The 128-bit hash of `bytes`.
  public static func digest(key: SipKey, bytes: UnsafeRawBufferPointer) -> Digest128 {
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { output in
      hash(bytes, key: key, output: output, with: crypto_shorthash_siphashx24)
    }
    return Digest128(first: UInt64(littleEndian: words.0), second: UInt64(littleEndian: words.1))
  }

  /// The 128-bit hash of the 16 bytes of `previous` followed by `rest`, as chain values are made.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - previous: The first 16 bytes.
  ///   - rest: The bytes after them.
  ///   - scratch: A buffer of the caller's that is overwritten; reused between calls it saves the allocation.
  /// - Returns: The value that `digest(key:bytes:)` gives for both pieces put together.
  public static func digest(
    key: SipKey, previous: Digest128, rest: UnsafeRawBufferPointer, scratch: inout [UInt8]
  ) -> Digest128 {
    scratch.removeAll(keepingCapacity: true)
    withUnsafeBytes(of: (previous.first.littleEndian, previous.second.littleEndian)) { scratch.append(contentsOf: $0) }
    scratch.append(contentsOf: rest)
    return scratch.withUnsafeBytes { digest(key: key, bytes: $0) }
  }

  /// The 64-bit hash of `bytes`.
  public static func fingerprint64(key: SipKey, bytes: UnsafeRawBufferPointer) -> UInt64 {
    var word: UInt64 = 0
    withUnsafeMutableBytes(of: &word) { output in
      hash(bytes, key: key, output: output, with: crypto_shorthash_siphash24)
    }
    return UInt64(littleEndian: word)
  }

  private typealias Function = (UnsafeMutablePointer<UInt8>, UnsafePointer<UInt8>?, UInt64, UnsafePointer<UInt8>) -> Int32

  /// Calls one of libsodium's two functions, which cannot fail.
  @inline(__always)
  private static func hash(_ bytes: UnsafeRawBufferPointer, key: SipKey, output: UnsafeMutableRawBufferPointer, with function: Function) {
    key.withBytes { keyBytes in
      guard let target = output.bindMemory(to: UInt8.self).baseAddress, let secret = keyBytes.bindMemory(to: UInt8.self).baseAddress else {
        return
      }
      _ = function(target, bytes.bindMemory(to: UInt8.self).baseAddress, UInt64(bytes.count), secret)
    }
  }
}

extension Digest128 {
  /// Reads 16 bytes; nil for any other count.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 16 else { return nil }
    self.init(
      first: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
      second: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  /// Calls `body` with the 16 bytes, which are valid only inside the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: (first.littleEndian, second.littleEndian), body)
  }
}
