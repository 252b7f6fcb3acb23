import LodgingDomain
import LodgingWire

/// The opened identities of one step, as bytes; whoever holds one of them keeps them all.
///
/// They lie in memory of their own, which is overwritten when the last event of the step has gone.
final class OpenedIdentities {
  private let memory: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Makes room for identities of so many bytes together.
  init(bytesMax: Int) {
    memory = .allocate(byteCount: bytesMax, alignment: 1)
  }

  deinit {
    BoxCipher.wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
  }

  /// Takes an identity of so many bytes, which `fill` writes; nil where there is no room, or where `fill` says that there is no identity.
  func add(bytes: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Bool) -> OpenedIdentity? {
    guard bytes <= memory.count - count else { return nil }
    let place = count..<count + bytes
    count = place.upperBound
    return fill(UnsafeMutableRawBufferPointer(rebasing: memory[place])) ? OpenedIdentity(all: self, place: place) : nil
  }

  /// Takes a copy of an identity that anybody could read.
  func add(_ bytes: UnsafeRawBufferPointer) -> OpenedIdentity? {
    add(bytes: bytes.count) { place in
      place.copyMemory(from: bytes)
      return true
    }
  }

  fileprivate subscript(place: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[place]) }
}

@available(*, unavailable)
extension OpenedIdentities: Sendable {}

/// One opened identity, which is not read yet.
struct OpenedIdentity {
  fileprivate let all: OpenedIdentities
  fileprivate let place: Range<Int>

  /// Calls `body` with the identity, whose texts are valid only inside the call; throws what is wrong with it.
  func read(_ body: (BorrowedIdentity) -> Void) throws(WireError) {
    try WireIdentity.read(all[place], body)
  }
}
