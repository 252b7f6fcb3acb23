import CSodium
package import Crypto
import Foundation

/// A private key that things are sealed to, and opens them: RFC 9180 in base mode with ``SealSuite``'s algorithms.
///
/// The agreement is swift-crypto's, one for each opening; the key schedule is composed here, since swift-crypto's takes almost as long as the
/// agreement. Whatever is wrong with a box, it does not open, and nothing says why. What lies in between is wiped.
///
/// An object: the library's key is dear to copy, and the keys of a month pass through many hands.
package final class SealRecipient: Sendable {
  /// The private key.
  package let key: Curve25519.KeyAgreement.PrivateKey
  /// The 32 bytes of its public key.
  package let publicBytes: [UInt8]

  /// Takes a private key.
  package init(_ key: Curve25519.KeyAgreement.PrivateKey) {
    self.key = key
    publicBytes = Array(key.publicKey.rawRepresentation)
  }

  /// Opens what was sealed to this key.
  ///
  /// - Parameters:
  ///   - sealed: The encapsulated key, the ciphertext and its tag.
  ///   - purpose: What it was sealed for.
  ///   - data: The associated data.
  ///   - plain: Filled with what was sealed, and as long as that; where it does not open, with nothing of it.
  /// - Returns: Whether it opens.
  package func open(
    _ sealed: UnsafeRawBufferPointer, for purpose: SealPurpose, authenticating data: [UInt8] = [],
    into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard sealed.count == SealSuite.overheadBytes + plain.count else { return false }
    return withUnsafeTemporaryAllocation(byteCount: SealSuite.secretBytes, alignment: 8) { secret in
      defer { sodium_memzero(secret.baseAddress, secret.count) }
      guard agree(with: UnsafeRawBufferPointer(rebasing: sealed[..<SealSuite.encapsulatedBytes]), into: secret) else { return false }
      return open(sealed, agreed: UnsafeRawBufferPointer(secret), for: purpose, authenticating: data, into: plain)
    }
  }

  /// Agrees on a secret with a sender's encapsulated key.
  ///
  /// False where the secret is zeros, as it is for everybody with a point of low order: RFC 9180, section 7.1.4, asks to refuse them, and
  /// swift-crypto does not.
  private func agree(with encapsulated: UnsafeRawBufferPointer, into secret: UnsafeMutableRawBufferPointer) -> Bool {
    guard let sender = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: encapsulated),
      let agreed = try? key.sharedSecretFromKeyAgreement(with: sender)
    else { return false }
    agreed.withUnsafeBytes { secret.copyMemory(from: $0) }
    return sodium_is_zero(secret.assumingMemoryBound(to: UInt8.self).baseAddress, secret.count) == 0
  }

  /// Opens a box with what was agreed on: the key schedule of RFC 9180, sections 4.1 and 5.1, and the cipher with the first nonce.
  private func open(
    _ sealed: UnsafeRawBufferPointer, agreed: UnsafeRawBufferPointer, for purpose: SealPurpose, authenticating data: [UInt8],
    into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    let bytes = SealSuite.secretBytes
    return withUnsafeTemporaryAllocation(byteCount: 6 * bytes, alignment: 8) { memory in
      defer { sodium_memzero(memory.baseAddress, memory.count) }
      func part(_ index: Int, _ count: Int = bytes) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[index * bytes..<index * bytes + count])
      }
      let (parties, extracted, shared, key, nonce) = (
        part(0, 2 * bytes), part(2), part(3), part(4), part(5, SealedIdentity.nonceBytes)
      )
      part(0).copyMemory(from: UnsafeRawBufferPointer(rebasing: sealed[..<SealSuite.encapsulatedBytes]))
      publicBytes.withUnsafeBytes { part(1).copyMemory(from: $0) }
      SealSuite.kem.extract(salt: none, label: "eae_prk", secret: agreed, into: extracted)
      SealSuite.kem.expand(
        UnsafeRawBufferPointer(extracted), label: "shared_secret", info: UnsafeRawBufferPointer(parties), into: shared)
      SealSuite.hpke.extract(salt: UnsafeRawBufferPointer(shared), label: "secret", secret: none, into: extracted)
      purpose.context.withUnsafeBytes { context in
        SealSuite.hpke.expand(UnsafeRawBufferPointer(extracted), label: "key", info: context, into: key)
        SealSuite.hpke.expand(UnsafeRawBufferPointer(extracted), label: "base_nonce", info: context, into: nonce)
      }
      return BoxCipher.open(
        UnsafeRawBufferPointer(rebasing: sealed[SealSuite.encapsulatedBytes...]), nonce: UnsafeRawBufferPointer(nonce),
        authenticating: data, key: UnsafeRawBufferPointer(key), into: plain)
    }
  }
}
