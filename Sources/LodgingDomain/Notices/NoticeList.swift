/// All notices, as a fold of the topic `notices`.
///
/// The first record of a notice says what it is, and later ones can only withdraw it, for good. So what stands in the end does not depend on
/// how often a record landed.
package struct NoticeList: Sendable {
  private var notices: [NoticeID: Notice] = [:]

  /// Makes a list of no notices.
  package init() {}

  /// Takes over one record.
  package mutating func apply(_ notice: Notice) {
    guard var known = notices[notice.id] else {
      notices[notice.id] = notice
      return
    }
    known.withdrawn = [known.withdrawn, notice.withdrawn].compactMap { $0 }.min()
    notices[notice.id] = known
  }

  /// The notice of an id.
  package subscript(id: NoticeID) -> Notice? { notices[id] }

  /// All notices, in the order in which they were posted.
  package var all: [Notice] { notices.values.sorted { ($0.posted, $0.id) < ($1.posted, $1.id) } }
}
