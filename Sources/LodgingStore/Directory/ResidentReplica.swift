package import LodgingDomain
package import LodgingPipeline
import Synchronization

/// The resident directory of one node: the files in force with the changes of the topic over them.
///
/// Any number of threads may ask and change it. A look-up works on one version from beginning to end. ``refresh()`` and ``apply(_:)`` put
/// a newer version in place between look-ups and never wait for one. Where no resident was ever loaded, nothing is asked and nothing
/// found: ``version`` is 0 and every answer is empty. On a cluster that holds until files are loaded here, whatever the topic changed:
/// changes without the residents that they were made for would make everybody else unknown.
package final class ResidentReplica: ResidentDirectory {
  private let folder: DirectoryFolder
  private let isOneOfMany: Bool
  private let state: Mutex<State>
  let warmth = Mutex(DirectoryWarmth())

  private struct State: Sendable {
    var files: DirectorySnapshot?
    var overlay: ResidentOverlay
    /// The list that `files` came from, or that was refused.
    var stamp: FileStamp?
    /// Why the files could not be opened, where that was put up with.
    var fault: DirectoryError?
    /// Which loads every node is to hold, as the topic said since the files were opened.
    var loadsDue: [UInt64]?

    var loads: ResidentLoads {
      var loads = files?.list.loads ?? ResidentLoads()
      if let loadsDue { loads.due = loadsDue }
      return loads
    }

    /// The files' version in the upper half, the position in the topic in the lower one: both only rise.
    func version(needingFiles: Bool) -> UInt64 {
      guard files != nil || (!overlay.isEmpty && !needingFiles) else { return 0 }
      return (files?.list.version ?? 0) << 32 | UInt64(UInt32(clamping: overlay.position))
    }

    var view: ResidentView { ResidentView(files: files, overlay: overlay) }
  }

  /// Opens the directory of a folder, which may be empty or missing.
  ///
  /// - Parameters:
  ///   - folder: Where the directory is.
  ///   - verifying: How much of the files to check.
  ///   - isOneOfMany: Whether other nodes have files of their own, as on a cluster.
  /// - Throws: `DirectoryError`.
  package init(
    folder: DirectoryFolder, verifying: DirectoryFile.Verification = .quick, isOneOfMany: Bool = false
  ) throws(DirectoryError) {
    self.folder = folder
    self.isOneOfMany = isOneOfMany
    let stamp = FileStamp.of(path: folder.listPath)
    let files = try folder.openSnapshot(verifying: verifying)
    state = Mutex(State(files: files, overlay: ResidentOverlay(position: files?.changesThrough ?? 0), stamp: stamp))
  }

  /// Opens the directory for whoever does not need what is in it; one that cannot be opened is taken for an empty one.
  ///
  /// - Parameters:
  ///   - folder: Where the directory is.
  ///   - isOneOfMany: Whether other nodes have files of their own, as on a cluster.
  package init(puttingUpWith folder: DirectoryFolder, isOneOfMany: Bool = false) {
    self.folder = folder
    self.isOneOfMany = isOneOfMany
    let stamp = FileStamp.of(path: folder.listPath)
    let files = Result { () throws(DirectoryError) in try folder.openSnapshot() }
    var fault: DirectoryError?
    if case .failure(let error) = files { fault = error }
    let known = (try? files.get()) ?? nil
    state = Mutex(State(files: known, overlay: ResidentOverlay(position: known?.changesThrough ?? 0), stamp: stamp, fault: fault))
  }

  /// The files that answer now.
  var filesInForce: DirectorySnapshot? { state.withLock { $0.files } }

  /// Why the files could not be opened, where that was put up with.
  package var fault: DirectoryError? { state.withLock { $0.fault } }

  package var version: UInt64 { state.withLock { $0.version(needingFiles: isOneOfMany) } }

  /// The loads that the files hold, and those that they are to hold.
  package var loads: ResidentLoads { state.withLock { $0.loads } }

  /// Whether there are files.
  package var hasFiles: Bool { state.withLock { $0.files != nil } }

  /// Whether other nodes of a cluster have residents and there are no files here.
  package var isMissing: Bool {
    isOneOfMany && state.withLock { $0.files == nil && !($0.loads.due.isEmpty && $0.overlay.isEmpty) }
  }

  /// What the files are beside those that all nodes of a cluster are to have; complete where there are no other nodes.
  package var standing: ResidentStanding {
    guard isOneOfMany, !isMissing else { return isOneOfMany ? .missing : .complete }
    let lacking = hasFiles ? loads.lacking : 0
    return lacking == 0 ? .complete : .lacking(loads: lacking)
  }

  /// The offset in the topic `residents` from which changes must be applied.
  package var changesPosition: Int64 { state.withLock { $0.overlay.position } }

  /// The changes that no file holds yet, to be built into the next version.
  package var overlay: ResidentOverlay { state.withLock { $0.overlay } }

  package func lookUp(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) -> UInt64 {
    let (view, version) = state.withLock { ($0.view, $0.version(needingFiles: isOneOfMany)) }
    answers.removeAll(keepingCapacity: true)
    if version == 0 {
      answers.append(contentsOf: repeatElement(ResidentAnswer(), count: questions.count))
    } else {
      view.answer(questions, into: &answers, whole: whole)
    }
    return version
  }

  /// Answers questions that hold whole persons.
  package func lookUp(_ questions: [ResidentQuestion], into answers: inout [ResidentAnswer]) -> UInt64 {
    lookUp(questions, into: &answers) { questions[$0].person }
  }

  /// What is known of the resident with a personal number, for an operator.
  ///
  /// - Parameter key: The fingerprint of the number.
  /// - Returns: The record without anything readable in it, or nil.
  package func record(of key: UInt64) -> ResidentRecord? {
    let view = state.withLock { $0.view }
    guard let row = view.person(key), let status = ResidentStatus(rawValue: row.status) else { return nil }
    return ResidentRecord(status: status, hasDocument: row.link != 0, person: row.person)
  }

  /// The number of residents in the files, and of those that differ from them in memory.
  package var counts: ResidentCounts {
    state.withLock { state in
      ResidentCounts(
        base: state.files?.base.personCount ?? 0, delta: state.files?.delta?.personCount ?? 0, overlay: state.overlay.count,
        documents: (state.files?.base.documentCount ?? 0) + (state.files?.delta?.documentCount ?? 0),
        fileBytes: (state.files?.base.byteCount ?? 0) + (state.files?.delta?.byteCount ?? 0))
    }
  }

  /// Takes over a newer version of the files, if there is one; otherwise it costs one question to the file system.
  ///
  /// - Returns: Whether the files changed.
  /// - Throws: `DirectoryError` once for each version that cannot be opened; the former one stays in force.
  @discardableResult
  package func refresh() throws(DirectoryError) -> Bool {
    let stamp = FileStamp.of(path: folder.listPath)
    let isNew = state.withLock { state in
      guard stamp != nil, stamp != state.stamp else { return false }
      state.stamp = stamp
      return true
    }
    guard isNew, let files = try folder.openSnapshot() else { return false }
    return state.withLock { state in
      guard files.list.version > state.files?.list.version ?? 0 else { return false }
      state.files = files
      state.fault = nil
      // What the topic said between is passed over, and in the list that came with the files.
      if files.changesThrough > state.overlay.position { state.loadsDue = nil }
      state.overlay.forget(before: files.changesThrough)
      return true
    }
  }

  /// Applies changes of the topic `residents`, in order; those before ``changesPosition`` are passed over.
  ///
  /// - Parameter changes: Each change with its offset.
  package func apply(_ changes: some Sequence<(offset: Int64, change: ResidentChange)>) {
    state.withLock { state in
      for (offset, change) in changes { state.overlay.apply(change, at: offset) }
    }
  }

  /// Applies changes and stands at `position` afterwards, in one step as a look-up sees it.
  func take(_ changes: [(offset: Int64, change: ResidentChange)], movingTo position: Int64, loadsDue: [UInt64]?) {
    state.withLock { state in
      if let loadsDue { state.loadsDue = loadsDue }
      for (offset, change) in changes { state.overlay.apply(change, at: offset) }
      state.overlay.move(to: position)
    }
  }
}

/// What the directory knows of a resident, without anything readable.
package struct ResidentRecord: Hashable, Sendable {
  /// What the register says.
  package var status: ResidentStatus
  /// Whether a document with a number of its own is on record.
  package var hasDocument: Bool
  /// The fingerprints of the person, bound to the personal number.
  package var person: PersonFingerprints
}

/// How many residents the directory holds, and where.
package struct ResidentCounts: Hashable, Sendable {
  /// In the base.
  package var base: Int
  /// In the delta over it, deletions included.
  package var delta: Int
  /// In memory over both, deletions included.
  package var overlay: Int
  /// Documents with a number of their own, in both files.
  package var documents: Int
  /// The size of both files in bytes.
  package var fileBytes: Int
}
