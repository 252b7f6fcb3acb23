import Foundation
package import LodgingDomain
package import Logging
import Synchronization

/// Which establishments each chain may speak for: a JSON file of principals with the ids of their establishments, read again when it changes.
///
/// Any number of threads may share it.
package final class ChainBook: Sendable {
  private struct State: Sendable {
    var establishments: [String: Set<EstablishmentID>]
    var mark: Mark?
    var looked = ContinuousClock.now
    /// Why the file cannot be read now.
    var fault: String?
  }

  /// By which a file that was written anew is known.
  private struct Mark: Equatable, Sendable {
    var modified: Date?
    var size: UInt64
    var number: UInt64

    init?(_ path: String) {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
      modified = attributes[.modificationDate] as? Date
      size = (attributes[.size] as? NSNumber)?.uint64Value ?? 0
      number = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
    }
  }

  /// The chains that the file named when it was first read.
  package let chains: [String]
  private let path: String
  private let logger: Logger
  private let interval: Duration
  private let state: Mutex<State>

  /// Reads the file, and looks at it again at most every `interval`.
  ///
  /// Throws ``ConfigurationError`` where it cannot be read or says nothing that can be understood.
  package init(path: String, logger: Logger, interval: Duration = .milliseconds(250)) throws {
    self.path = path
    self.logger = logger
    self.interval = interval
    let mark = Mark(path)
    let read = try Self.read(path)
    chains = read.keys.sorted()
    state = Mutex(State(establishments: read, mark: mark))
  }

  /// The establishments of a chain as the file says now; where it cannot be read, as it said last.
  package func establishments(of chain: String) -> Set<EstablishmentID> {
    state.withLock { state in
      if state.looked + interval <= .now {
        state.looked = .now
        lookAgain(&state)
      }
      return state.establishments[chain] ?? []
    }
  }

  /// Why the file could not be read when it was looked at last; nil where it could.
  package var fault: String? { state.withLock { $0.fault } }

  private func lookAgain(_ state: inout State) {
    let mark = Mark(path)
    guard mark != state.mark else { return }
    // A file that cannot be understood is told once and looked at again when it changes.
    state.mark = mark
    do {
      state.establishments = try Self.read(path)
      state.fault = nil
      let added = state.establishments.keys.filter { !chains.contains($0) }.sorted()
      if !added.isEmpty { logger.warning("\(path) names new chains (\(added.joined(separator: ", "))): they are moved after a restart") }
    } catch {
      state.fault = "\(error)"
      logger.error("\(error); the chains' establishments stay as they were")
    }
  }

  private static func read(_ path: String) throws -> [String: Set<EstablishmentID>] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError.unreadable(path, "the file cannot be read")
    }
    guard let named = try? JSONDecoder().decode([String: [String]].self, from: data) else {
      throw ConfigurationError.unreadable(path, #"give the chains as {"principal": ["establishment", …]}"#)
    }
    if let problem = JSONForm.problem(in: data) { throw ConfigurationError.unreadable(path, problem) }
    var owner: [EstablishmentID: String] = [:]
    var chains: [String: Set<EstablishmentID>] = [:]
    for (chain, ids) in named.sorted(by: { $0.key < $1.key }) {
      guard chain.wholeMatch(of: /[A-Za-z0-9._-]{1,100}/) != nil else {
        throw ConfigurationError.unreadable(path, "\(chain) is no principal: a topic's name holds letters, digits, '.', '_' and '-'")
      }
      chains[chain] = []
      for text in ids {
        guard let id = try? EstablishmentID(text) else { throw ConfigurationError.unreadable(path, "\(text) is no id of an establishment") }
        if let other = owner.updateValue(chain, forKey: id), other != chain {
          throw ConfigurationError.unreadable(path, "\(text) stands under \(other) and under \(chain)")
        }
        chains[chain]?.insert(id)
      }
    }
    return chains
  }
}
