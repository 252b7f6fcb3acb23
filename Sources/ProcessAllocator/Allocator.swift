internal import CJemalloc

/// The allocator of a program that links this: jemalloc, in the place of the C library's.
///
/// A client of Kafka asks for the memory of each record in one thread and gives it back in another, which the C library's allocator does
/// under locks; see ARCHITECTURE.md, section 11.
public enum Allocator: Sendable {
  /// How long memory that was given back stays with the process, in milliseconds; jemalloc's own value is ten seconds.
  private static let decayMilliseconds = 1000

  /// Lets memory that is given back return to the system soon, since restoring a state leaves much of it.
  ///
  /// Call it first in `main`. Where another allocator was put before this one, as by `LD_PRELOAD`, it changes nothing.
  public static func begin() {
    // For the threads to come, and for this one.
    for name in ["arenas.dirty_decay_ms", "arena.0.dirty_decay_ms"] {
      var milliseconds = decayMilliseconds
      _ = mallctl(name, nil, nil, &milliseconds, MemoryLayout<Int>.size)
    }
  }
}
