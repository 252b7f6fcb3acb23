import LodgingDomain
import Testing

@Suite("Digests as text")
struct Digest128Tests {
  @Test("A digest is read back from its text")
  func roundTrip() {
    let digest = Digest128(first: 0x0123_4567_89ab_cdef, second: 1)
    #expect(digest.description == "efcdab89674523010100000000000000")
    #expect(Digest128(digest.description) == digest)
  }

  @Test(
    "One digest has one text",
    arguments: [
      "", "efcdab8967452301010000000000000", "efcdab896745230101000000000000000", "EFCDAB89674523010100000000000000",
      "efcdab89-6745-2301-0100-000000000000", "gfcdab89674523010100000000000000", "+fcdab89674523010100000000000000",
    ])
  func malformed(text: String) {
    #expect(Digest128(text) == nil)
  }
}
