import CSodium
import Crypto

/// HKDF-SHA-256 with the labels of RFC 9180, section 4, for one suite of algorithms.
///
/// Composed of swift-crypto's SHA-256 on the stack: an envelope takes five steps, and a step of swift-crypto's own HKDF takes 2.7 µs, mostly for
/// memory, where this takes 0.5.
struct LabeledHKDF: Sendable {
  /// The longest output in bytes: one block of HKDF-Expand.
  static let outputBytesMax = SHA256.byteCount

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

  private static let blockBytes = SHA256.blockByteCount
  private static let messageBytesMax = 256

  /// A message behind the block that its key makes.
  private struct Message {
    let memory: UnsafeMutableRawBufferPointer
    var count: Int

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
      UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
      count += bytes.count
    }

    var digest: SHA256.Digest {
      var hasher = SHA256()
      hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: memory[..<count]))
      return hasher.finalize()
    }
  }

  /// Writes the first bytes of the HMAC (RFC 2104) of a message under a key of a block's length at most.
  private static func authenticate(
    key: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, message: (inout Message) -> Void
  ) {
    withUnsafeTemporaryAllocation(byteCount: blockBytes + messageBytesMax, alignment: 16) { memory in
      defer { sodium_memzero(memory.baseAddress, memory.count) }
      for index in 0..<blockBytes { memory[index] = 0x36 }
      for (index, byte) in key.enumerated() { memory[index] ^= byte }
      var inner = Message(memory: memory, count: blockBytes)
      message(&inner)
      let digest = inner.digest
      for index in 0..<blockBytes { memory[index] ^= 0x36 ^ 0x5C }
      var outer = Message(memory: memory, count: blockBytes)
      digest.withUnsafeBytes { outer.append($0) }
      outer.digest.withUnsafeBytes { output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<output.count])) }
    }
  }
}

extension StaticString {
  fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
