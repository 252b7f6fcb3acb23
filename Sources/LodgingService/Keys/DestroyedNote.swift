package import LodgingDomain
import LodgingStore
import LodgingWire

/// What is said where a month's key is gone, in English and Vietnamese: nobody may take it for a failure.
package struct DestroyedNote: Sendable, Hashable {
  /// In English.
  package var english: String
  /// In Vietnamese.
  package var vietnamese: String

  /// Of an identity that was sealed to the month.
  package static func identity(_ month: KeyMonth) -> DestroyedNote {
    DestroyedNote(
      english: "the key of \(month) is destroyed: nobody can read this identity any more",
      vietnamese: "khóa của tháng \(month) đã bị hủy: không ai còn đọc được danh tính này nữa")
  }

  /// Of a receipt whose event was digested under the month's key.
  package static func receipt(_ month: KeyMonth) -> DestroyedNote {
    DestroyedNote(
      english: "the key of \(month) is destroyed: the receipt stays valid, but nobody can read or compare any more what it is for",
      vietnamese: "khóa của tháng \(month) đã bị hủy: biên nhận vẫn có giá trị, nhưng không ai còn đọc hay so sánh được nội dung")
  }

  /// Of an event that waits in quarantine.
  package static func quarantined(_ month: KeyMonth) -> DestroyedNote {
    DestroyedNote(
      english: "its identity is sealed to \(month), whose key is destroyed: nobody can open it, the sender must seal it again and send it",
      vietnamese: "danh tính được niêm phong bằng khóa tháng \(month) đã bị hủy: không ai mở được, bên gửi phải niêm phong lại rồi gửi")
  }

  /// Of a search by document number.
  package static func search(_ month: KeyMonth) -> DestroyedNote {
    DestroyedNote(
      english: "the key of \(month) is destroyed: its stays cannot be found by a document number any more",
      vietnamese: "khóa của tháng \(month) đã bị hủy: không thể tìm lưu trú của tháng này theo số giấy tờ nữa")
  }

  /// Of what an audit takes as recorded.
  package static func audit(_ months: [KeyMonth]) -> DestroyedNote {
    let names = months.map(\.description).joined(separator: ", ")
    return DestroyedNote(
      english: "keys destroyed: \(names); what was sealed, digested or fingerprinted under them is taken as it was recorded",
      vietnamese: "khóa đã hủy: \(names); những gì niêm phong hoặc băm bằng các khóa này được lấy đúng như đã ghi")
  }

  /// Of a demo whose evening can no longer be sealed.
  package static func demo(_ month: KeyMonth) -> DestroyedNote {
    DestroyedNote(
      english: "the key of \(month) is destroyed: what is left of the evening cannot be sent any more; this is what was decided before",
      vietnamese: "khóa của tháng \(month) đã bị hủy: phần còn lại của buổi tối không gửi được nữa; đây là những gì đã quyết định trước đó")
  }
}

extension Register {
  /// The months whose keys are destroyed, the oldest first.
  package var destroyedMonths: [KeyMonth] { keys.months.filter { $0.destroyed != nil }.map(\.month) }

  /// What is to be said of bytes that hold an event whose identity is sealed to a month whose key is destroyed.
  func note(onEvent bytes: UnsafeRawBufferPointer) -> DestroyedNote? {
    guard let decoded = try? WireEvent.decode(bytes), case .sealed(let ranges) = decoded.identity, isDestroyed(ranges.month) else {
      return nil
    }
    return .quarantined(ranges.month)
  }

  /// Whether the key of a month is destroyed.
  package func isDestroyed(_ month: KeyMonth) -> Bool { keys.month(month)?.destroyed != nil }
}
