import LodgingDomain
import LodgingWire
import Testing

@Suite("Keyed hash")
struct KeyedHashTests {
  private static let key = SipKey(bytes: 0..<16)
  private static let input = Array(UInt8(0)..<64)

  @Test("the 64-bit hash gives the published vectors", arguments: 0..<64)
  func vectors64(length: Int) throws {
    let key = try #require(Self.key)
    let value = Self.input.prefix(length).withUnsafeBytes { KeyedHash.fingerprint64(key: key, bytes: $0) }
    #expect(Hexadecimal.text(of: value.byteSwapped) == SipHashVectors.bits64[length])
  }

  @Test("the 128-bit hash gives the published vectors", arguments: 0..<64)
  func vectors128(length: Int) throws {
    let key = try #require(Self.key)
    let value = Self.input.prefix(length).withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
    #expect(value.description == SipHashVectors.bits128[length])
  }

  @Test("an input without an address hashes as empty")
  func nullBuffer() throws {
    let key = try #require(Self.key)
    let empty = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(KeyedHash.digest(key: key, bytes: empty).description == SipHashVectors.bits128[0])
  }

  @Test("two pieces hash as one", arguments: [16, 17, 23, 24, 63])
  func twoPieces(length: Int) throws {
    let key = try #require(Self.key)
    var scratch: [UInt8] = [9, 9, 9]
    let previous = try #require(Self.input.prefix(16).withUnsafeBytes { Digest128(bytes: $0) })
    let value = Self.input[16..<length].withUnsafeBytes {
      KeyedHash.digest(key: key, previous: previous, rest: $0, scratch: &scratch)
    }
    #expect(value.description == SipHashVectors.bits128[length])
  }

  @Test("a digest's bytes read back, and only sixteen of them do")
  func digestBytes() {
    let digest = Digest128(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)
    #expect(digest.withBytes { Array($0) } == Array(0..<16))
    #expect(digest.withBytes { Digest128(bytes: $0) } == digest)
    #expect([UInt8](repeating: 0, count: 15).withUnsafeBytes { Digest128(bytes: $0) } == nil)
    #expect([UInt8](repeating: 0, count: 17).withUnsafeBytes { Digest128(bytes: $0) } == nil)
  }

  @Test("a key is sixteen bytes and shows none of them")
  func keys() throws {
    #expect(SipKey(bytes: [UInt8](repeating: 1, count: 15)) == nil)
    #expect(SipKey(bytes: [UInt8](repeating: 1, count: 17)) == nil)
    let key = try #require(Self.key)
    #expect(key.withBytes { Array($0) } == Array(0..<16))
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), String(describing: [key])] + [dumped] {
      #expect(text.allSatisfy { !$0.isNumber })
    }
  }
}
