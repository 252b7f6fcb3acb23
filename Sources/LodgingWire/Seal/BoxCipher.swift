import CSodium
package import Crypto
import Foundation

/// AES-256-GCM with the tag behind the ciphertext.
///
/// By libsodium where the processor has instructions for it, which it needs, and by swift-crypto elsewhere: the two give the same bytes, and
/// for the short boxes of identities libsodium takes a tenth of the time, since it sets nothing up on the heap.
package enum BoxCipher {
  /// Whether the processor has the instructions that libsodium needs.
  package static let isInHardware = sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() == 1

  /// The length of the tag in bytes.
  private static let tagBytes = SealedIdentity.tagBytes

  /// Opens a box into memory of the caller's, who wipes it.
  ///
  /// - Parameters:
  ///   - box: The ciphertext with its tag.
  ///   - nonce: 12 bytes.
  ///   - data: The associated data.
  ///   - key: 32 bytes.
  ///   - inHardware: Which implementation.
  ///   - plain: Filled with what the box holds, and as long as that; where the box does not open, with nothing of it.
  /// - Returns: Whether it opens.
  package static func open(
    _ box: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: [UInt8], key: UnsafeRawBufferPointer,
    inHardware: Bool = isInHardware, into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard box.count == plain.count + tagBytes, nonce.count == SealedIdentity.nonceBytes, key.count == SealSuite.dataKeyBytes else {
      return false
    }
    guard inHardware else { return openInSoftware(box, nonce: nonce, authenticating: data, key: key, into: plain) }
    guard let nonce = nonce.bytes8.baseAddress, let key = key.bytes8.baseAddress, let box8 = box.bytes8.baseAddress else { return false }
    let target = plain.assumingMemoryBound(to: UInt8.self).baseAddress
    return crypto_aead_aes256gcm_decrypt(target, nil, nil, box8, UInt64(box.count), data, UInt64(data.count), nonce, key) == 0
  }

  /// Seals `plain`; nil where the cipher fails, which has no known cause.
  ///
  /// - Parameters:
  ///   - plain: What is sealed.
  ///   - nonce: 12 bytes that are never used again with the key.
  ///   - data: The associated data.
  ///   - key: 32 bytes.
  ///   - inHardware: Which implementation.
  /// - Returns: The ciphertext with its tag.
  package static func seal(
    _ plain: [UInt8], nonce: [UInt8], authenticating data: [UInt8], key: SymmetricKey, inHardware: Bool = isInHardware
  ) -> [UInt8]? {
    guard nonce.count == SealedIdentity.nonceBytes, key.bitCount == 256 else { return nil }
    guard inHardware else {
      guard let nonce = try? AES.GCM.Nonce(data: nonce), let box = try? AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: data)
      else {
        return nil
      }
      return Array(box.ciphertext) + Array(box.tag)
    }
    return key.withUnsafeBytes { key in
      guard let key = key.bytes8.baseAddress else { return nil }
      return [UInt8](unsafeUninitializedCapacity: plain.count + tagBytes) { target, count in
        guard let start = target.baseAddress else { return }
        _ = crypto_aead_aes256gcm_encrypt(
          start, nil, plain, UInt64(plain.count), data, UInt64(data.count), nil, nonce, key)
        count = plain.count + tagBytes
      }
    }
  }

  private static func openInSoftware(
    _ box: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: [UInt8], key: UnsafeRawBufferPointer,
    into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let tag = UnsafeRawBufferPointer(rebasing: box.suffix(tagBytes))
    guard let nonce = try? AES.GCM.Nonce(data: nonce),
      let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: UnsafeRawBufferPointer(rebasing: box.dropLast(tagBytes)), tag: tag),
      let opened = try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: data)
    else { return false }
    plain.copyBytes(from: opened)
    return true
  }

  /// Overwrites what was opened.
  package static func wipe(_ plain: UnsafeMutableRawBufferPointer) {
    sodium_memzero(plain.baseAddress, plain.count)
  }
}

extension UnsafeRawBufferPointer {
  var bytes8: UnsafeBufferPointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}
