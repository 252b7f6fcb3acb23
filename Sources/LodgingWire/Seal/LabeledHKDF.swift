import CSodium

/// HKDF-SHA-256 with the labels of RFC 9180, section 4, for one suite of algorithms.
///
/// Composed of libsodium's HMAC, whose state lies on the stack: an envelope takes five steps, and a step of swift-crypto's own HKDF takes 2.7 µs,
/// mostly for memory.
struct LabeledHKDF: Sendable {
  /// The longest output in bytes: one block of HKDF-Expand.
  static let outputBytesMax = Int(crypto_auth_hmacsha256_BYTES)

  /// What every label begins with.
  private let prefix: [UInt8]

  /// Makes the functions of a suite by its `suite_id`.
  init(suite: [UInt8]) {
    prefix = Array("HPKE-v1".utf8) + suite
  }

  /// `LabeledExtract`: a key out of a secret; `key` takes 32 bytes, and may be the memory of `salt`.
  func extract(
    salt: UnsafeRawBufferPointer, label: StaticString, secret: UnsafeRawBufferPointer, into key: UnsafeMutableRawBufferPointer
  ) {
    Self.authenticate(key: salt, into: key) { message in
      prefix.withUnsafeBytes { message.append($0) }
      message.append(label.bytes)
      message.append(secret)
    }
  }

  /// `LabeledExpand`: ``outputBytesMax`` bytes or fewer out of a key, as many as `output` takes.
  func expand(
    _ key: UnsafeRawBufferPointer, label: StaticString, info: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) {
    Self.authenticate(key: key, into: output) { message in
      withUnsafeBytes(of: UInt16(output.count).bigEndian) { message.append($0) }
      prefix.withUnsafeBytes { message.append($0) }
      message.append(label.bytes)
      message.append(info)
      withUnsafeBytes(of: UInt8(1)) { message.append($0) }
    }
  }

  // MARK: HMAC-SHA-256

  /// A message that is being authenticated.
  private struct Message {
    fileprivate var state = crypto_auth_hmacsha256_state()

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
      guard let start = bytes.bytes8.baseAddress else { return }
      crypto_auth_hmacsha256_update(&state, start, UInt64(bytes.count))
    }
  }

  /// Writes the first bytes of the HMAC (RFC 2104) of a message under a key, which may be empty.
  private static func authenticate(
    key: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, message: (inout Message) -> Void
  ) {
    var authenticated = Message()
    if let start = key.bytes8.baseAddress {
      crypto_auth_hmacsha256_init(&authenticated.state, start, key.count)
    } else {
      crypto_auth_hmacsha256_init(&authenticated.state, [0], 0)
    }
    message(&authenticated)
    var tag: [32 of UInt8] = .init(repeating: 0)
    withUnsafeMutableBytes(of: &tag) { tag in
      if let start = tag.assumingMemoryBound(to: UInt8.self).baseAddress { crypto_auth_hmacsha256_final(&authenticated.state, start) }
      output.copyMemory(from: UnsafeRawBufferPointer(rebasing: tag[..<output.count]))
      sodium_memzero(tag.baseAddress, tag.count)
    }
    sodium_memzero(&authenticated, MemoryLayout<Message>.size)
  }
}

extension StaticString {
  fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
