package import LodgingPipeline

/// Something that is the matter with a node beside its loops, for as long as it is.
package enum NodeCondition: Hashable, Sendable, CaseIterable {
  /// The node is to decide, and has none of the residents that others have.
  case residentsMissing
  /// The node's residents lack loads that others have.
  case residentsOlder
  /// None of the cluster's brokers can be reached.
  case brokersUnreachable
  /// The key ring cannot be read, or may be read by others; what was known goes on.
  case keysUnreadable
  /// The file of the chains cannot be read; what it said goes on.
  case chainsUnreadable

  /// Whether the node should get no work meanwhile.
  var keepsWorkAway: Bool {
    switch self {
    case .residentsMissing, .brokersUnreachable: true
    case .residentsOlder, .keysUnreadable, .chainsUnreadable: false
    }
  }

  /// The condition with what to do, for a program and for people.
  package var reason: HealthReport.Reason {
    switch self {
    case .residentsMissing:
      HealthReport.Reason(
        "residents-missing",
        "Residents were loaded on another node and none here, so this node decides nothing: load the same files with this node's --data.",
        "Dữ liệu cư dân đã được nạp ở nút khác nhưng chưa có ở đây nên nút này không quyết định: nạp các tệp đó với --data của nút này.")
    case .residentsOlder:
      HealthReport.Reason(
        "residents-older",
        "This node compares guests with older residents than others do: load the files here too that were loaded elsewhere.",
        "Nút này đối chiếu khách với dữ liệu cư dân cũ hơn các nút khác: nạp cả ở đây các tệp đã nạp ở nơi khác.")
    case .brokersUnreachable:
      HealthReport.Reason(
        "brokers-unreachable",
        "None of the cluster's brokers can be reached: look at the brokers, the network, names and certificates; the log says why.",
        "Không kết nối được máy chủ nào của cụm: kiểm tra các máy chủ, mạng, tên miền và chứng chỉ; xem nhật ký.")
    case .keysUnreadable:
      HealthReport.Reason(
        "keys-unreadable",
        "The key ring cannot be read or others may read it; work goes on with the keys that are known. chmod 600 it, or bring it back.",
        "Không đọc được vòng khóa hoặc người khác đọc được nó; nút vẫn chạy với các khóa đã biết. Dùng chmod 600 hoặc khôi phục tệp.")
    case .chainsUnreadable:
      HealthReport.Reason(
        "chains-unreadable",
        "The file of the chains cannot be read; what it said before holds. Mend it: it is read again as soon as it changes.",
        "Không đọc được tệp các chuỗi; nội dung trước vẫn có hiệu lực. Hãy sửa tệp: nó được đọc lại ngay khi thay đổi.")
    }
  }

  /// What is so again when it is over.
  var ended: String {
    switch self {
    case .residentsMissing: "residents are here: this node decides"
    case .residentsOlder: "the residents are those that the other nodes have"
    case .brokersUnreachable: "brokers can be reached again"
    case .keysUnreadable: "the key ring can be read again"
    case .chainsUnreadable: "the file of the chains can be read again"
    }
  }
}
