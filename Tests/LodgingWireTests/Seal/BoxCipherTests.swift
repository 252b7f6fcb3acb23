import Crypto
import LodgingDomain
import LodgingWire
import Testing

@Suite("Box cipher")
struct BoxCipherTests {
  /// Both implementations where the processor has the instructions, else the one.
  private static let implementations = BoxCipher.isInHardware ? [true, false] : [false]

  private static func open(_ box: [UInt8], nonce: [UInt8], data: [UInt8], key: SymmetricKey, inHardware: Bool) -> [UInt8]? {
    var plain = [UInt8](repeating: 0, count: max(0, box.count - 16))
    let opened = box.withUnsafeBytes { box in
      nonce.withUnsafeBytes { nonce in
        key.withUnsafeBytes { key in
          plain.withUnsafeMutableBytes {
            BoxCipher.open(box, nonce: nonce, authenticating: data, key: key, inHardware: inHardware, into: $0)
          }
        }
      }
    }
    #expect(opened || plain.allSatisfy { $0 == 0 })
    return opened ? plain : nil
  }

  @Test("the published vector is sealed and opened", arguments: implementations)
  func publishedVector(inHardware: Bool) {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test case 16.
    let key = SymmetricKey(data: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
    let nonce = bytes("cafebabefacedbaddecaf888")
    let data = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let plain = bytes(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    let box = bytes(
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b")
    #expect(BoxCipher.seal(plain, nonce: nonce, authenticating: data, key: key, inHardware: inHardware) == box)
    #expect(Self.open(box, nonce: nonce, data: data, key: key, inHardware: inHardware) == plain)
  }

  @Test("the two implementations give the same bytes at every length", arguments: 0..<70)
  func agreement(length: Int) throws {
    var generator = SeededGenerator(seed: UInt64(length))
    let key = SymmetricKey(data: generator.bytes(32))
    let (plain, nonce, data) = (generator.bytes(length), generator.bytes(12), generator.bytes(length % 33))
    let boxes = Self.implementations.map { BoxCipher.seal(plain, nonce: nonce, authenticating: data, key: key, inHardware: $0) }
    for (implementation, box) in zip(Self.implementations.reversed(), boxes) {
      let box = try #require(box)
      #expect(box == boxes[0] && box.count == length + 16)
      #expect(Self.open(box, nonce: nonce, data: data, key: key, inHardware: implementation) == plain)
    }
  }

  @Test("nothing opens that was changed, cut off or bound to something else", arguments: implementations)
  func refusals(inHardware: Bool) throws {
    var generator = SeededGenerator(seed: 5)
    let key = SymmetricKey(data: generator.bytes(32))
    let (nonce, data) = (generator.bytes(12), generator.bytes(20))
    let box = try #require(BoxCipher.seal(generator.bytes(40), nonce: nonce, authenticating: data, key: key, inHardware: inHardware))
    for index in box.indices {
      var changed = box
      changed[index] ^= 0x80
      #expect(Self.open(changed, nonce: nonce, data: data, key: key, inHardware: inHardware) == nil)
    }
    for count in [0, 15, 16, box.count - 1] {
      #expect(Self.open(Array(box.prefix(count)), nonce: nonce, data: data, key: key, inHardware: inHardware) == nil)
    }
    #expect(Self.open(box, nonce: nonce, data: data + [0], key: key, inHardware: inHardware) == nil)
    #expect(Self.open(box, nonce: nonce + [0], data: data, key: key, inHardware: inHardware) == nil)
    #expect(Self.open(box, nonce: nonce, data: data, key: SymmetricKey(size: .bits256), inHardware: inHardware) == nil)
    #expect(Self.open(box, nonce: nonce, data: data, key: SymmetricKey(size: .bits128), inHardware: inHardware) == nil)
  }

  @Test("what was opened can be wiped")
  func wiping() {
    var plain: [UInt8] = [1, 2, 3]
    plain.withUnsafeMutableBytes { BoxCipher.wipe($0) }
    #expect(plain == [0, 0, 0])
  }
}
