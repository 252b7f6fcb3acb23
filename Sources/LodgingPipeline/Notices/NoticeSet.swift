package import LodgingDomain

/// The notices that stays are held against, as they follow from the topic up to a record and from the keys that there are.
package struct NoticeSet: Sendable {
  /// Up to where the topic is read.
  package var position: NoticePosition
  /// Those that are not withdrawn and that a key opens, expired ones too.
  package var notices: [NoticeID: OpenedNotice]

  /// Makes a set from its parts.
  package init(position: NoticePosition, notices: [NoticeID: OpenedNotice]) {
    self.position = position
    self.notices = notices
  }
}
