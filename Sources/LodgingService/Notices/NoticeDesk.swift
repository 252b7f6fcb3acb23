package import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Logging

/// Posts, lists and withdraws notices, which all nodes that fold hold against stays within a second.
///
/// A notice and its end are one record each, so nothing is half done where a command dies. Which document it names is sealed before it is
/// appended, and told nowhere.
package struct NoticeDesk {
  private let register: Register

  /// What somebody asks for.
  package struct Request: Sendable {
    /// The unit that posts it: the nation, a province or a commune.
    package var unit: UnitCode
    /// Why.
    package var reason: NoticeReason
    /// How much a match matters, within `Notice.priorities`.
    package var priority: AlertSeverity
    /// From when on stays that begin are none of its business.
    package var validUntil: Instant

    /// Makes it from its parts.
    package init(unit: UnitCode, reason: NoticeReason, priority: AlertSeverity, validUntil: Instant) {
      self.unit = unit
      self.reason = reason
      self.priority = priority
      self.validUntil = validUntil
    }
  }

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// All notices, in the order in which they were posted.
  ///
  /// Throws what the log throws.
  package func list() throws -> [NoticeOutput] {
    let list = try read()
    let opened = register.notices.set?.set.notices ?? [:]
    return list.all.map { output($0, isReadable: opened[$0.id] != nil) }
  }

  /// Posts a notice, which holds from now on.
  ///
  /// - Parameters:
  ///   - named: The document that it names.
  ///   - request: The rest.
  /// - Returns: The notice, without the document.
  /// - Throws: ``ServiceError/badInput(_:)`` for an end that is past or too far off, and for a unit that posts none;
  ///   ``ServiceError/notFound(_:)`` for one that nobody knows; ``ServiceError/noMonth(_:)`` without a key to seal to; what the log throws.
  package func post(_ named: NamedDocument, _ request: Request) throws -> NoticeOutput {
    let now = register.clock.now
    guard now < request.validUntil else {
      throw ServiceError.badInput("the notice would end before now (\(now.rfc3339())); give a later time")
    }
    guard Notice.isFit(unit: request.unit, priority: request.priority, posted: now, validUntil: request.validUntil) else {
      throw ServiceError.badInput(
        "a notice is posted by the nation, a province or a commune, for at most \(Notice.validDaysMax) days, with priority high or critical; "
          + "post it again after that, if it still holds")
    }
    guard try register.knows(request.unit) else { throw ServiceError.notFound("there is no unit \(request.unit)") }
    var generator = SystemRandomNumberGenerator()
    let id = NoticeID(random: generator.next(), generator.next())
    let month = try register.sealingMonth()
    let notice = Notice(
      id: id, unit: request.unit, reason: request.reason, priority: request.priority, posted: now, validUntil: request.validUntil,
      document: try NoticeSeal.seal(named.document, for: id, month: month.month, publicKey: month.publicKey))
    try append(notice)
    return output(notice, isReadable: true)
  }

  /// Takes a notice back for good, and with it the alerts that it raised; nodes know it within a second.
  ///
  /// One that is withdrawn already stays as it is.
  ///
  /// - Parameter id: The notice.
  /// - Returns: The notice as it stands now.
  /// - Throws: ``ServiceError/notFound(_:)`` where there is no such notice, and what the log throws; run it again then.
  package func withdraw(_ id: NoticeID) throws -> NoticeOutput {
    guard var notice = try read()[id] else {
      throw ServiceError.notFound("there is no notice \(id); `lodging notices list` shows them")
    }
    if notice.withdrawn == nil {
      notice.withdrawn = register.clock.now
      try append(notice)
    }
    return output(notice, isReadable: false)
  }

  // MARK: Parts

  /// Where no process runs, what follows for the stays of an embedded log is worked out here; where that fails, the notice is posted or
  /// withdrawn all the same.
  private func append(_ notice: Notice) throws {
    let value = NoticeRecord.value(of: notice, by: register.keys.noticeHasher)
    try register.log.append([NewRecord(key: NoticeRecord.key(of: notice.id), value: value)], to: NoticeBook.place)
    do {
      try register.foldNotices()
    } catch {
      register.logger.warning("it is done; what follows could not be worked out now, the next process that folds does so: \(error)")
    }
  }

  private func read() throws -> NoticeList {
    do throws(LogError) {
      while true {
        try register.notices.follow(register.log)
        if let list = register.notices.list { return list }
      }
    } catch {
      // A log that was made before there were notices gets the topic from whoever writes first.
      guard error == .unknownTopic(NoticeBook.place.topic), register.isReadOnly, register.log.isEmbedded else { throw error }
      return NoticeList()
    }
  }

  private func output(_ notice: Notice, isReadable: Bool) -> NoticeOutput {
    NoticeOutput(notice, at: register.clock.now, isReadable: isReadable)
  }
}
