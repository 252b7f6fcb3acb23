internal import Synchronization

/// The names under which members of a process keep their partitions over a restart: the process's own and a number from 0 on.
///
/// The lowest free number is taken, so that a process that joins as often as before has the same names as before.
package final class InstanceNames: Sendable {
  private let base: String
  private let taken = Mutex<[String: Set<Int>]>([:])

  /// Names that begin with `base`.
  package init(_ base: String) {
    self.base = base
  }

  /// A name for one more member of a group, taken until it is let go.
  package func take(in group: String) -> InstanceName {
    let number = taken.withLock { taken in
      let number = (0...).first { !taken[group, default: []].contains($0) } ?? 0
      taken[group, default: []].insert(number)
      return number
    }
    return InstanceName("\(base).\(number)") { [self] in taken.withLock { _ = $0[group]?.remove(number) } }
  }
}

/// A name that no other member of the process has while this value lives.
package final class InstanceName: Sendable {
  /// The name as the group knows it.
  package let text: String
  private let release: @Sendable () -> Void

  fileprivate init(_ text: String, release: @escaping @Sendable () -> Void) {
    self.text = text
    self.release = release
  }

  deinit {
    release()
  }
}
