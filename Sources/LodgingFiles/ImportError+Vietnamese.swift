extension ImportError {
  /// What is wrong and what to do about it, in Vietnamese.
  package var vietnamese: String {
    switch self {
    case .unreadable: "Không mở hoặc không đọc được tệp; kiểm tra tệp có tồn tại và bạn có quyền đọc."
    case .notAFile: "Đây là thư mục hoặc thiết bị, không phải tệp; hãy chỉ đường dẫn tới một tệp."
    case .empty: "Tệp rỗng; hãy xuất lại tệp."
    case .unknownFormat:
      "Không nhận ra loại tệp; chỉ rõ bằng --format, hoặc xuất bảng 19 cột ra CSV mã UTF-8."
    case .notThisFormat(let expected, let found): "Tệp không phải là \(expected.vietnamese) mà là \(found.vietnamese). \(found.remedy)"
    case .wrongTemplate(let columns, let expected):
      "Không dòng nào ở đầu tệp có đủ \(expected) cột của bảng công dân (dòng đầu có \(columns)); dùng mẫu chuẩn, phân cách cột bằng dấu phẩy, chấm phẩy hoặc tab."
    case .wrongHeadings(let expected):
      "Dòng đầu phải có đúng \(expected.count) tiêu đề theo thứ tự sau: \(expected.joined(separator: ",")); hãy thêm tiêu đề hoặc dùng mẫu chuẩn, phân cách cột bằng dấu phẩy, chấm phẩy hoặc tab."
    case .encoding(let fault, let line): "\(fault.vietnamese) (dòng \(line)). \(fault.remedy)"
    case .truncated(let row): "Tệp kết thúc giữa chừng\(Self.place(row, "tại dòng dữ liệu")); có lẽ tệp bị cắt. Hãy xuất hoặc sao chép lại."
    case .malformed(let structure, let line):
      "\(structure.vietnamese) bị hỏng\(Self.place(line, "tại dòng")). Hãy xuất hoặc sao chép lại tệp."
    case .documentType:
      "XML có khai báo DOCTYPE hoặc thực thể riêng; tệp như vậy không bao giờ được đọc vì có thể trỏ tới tệp khác. Hãy bỏ DOCTYPE và các thực thể."
    case .wrongRoot: "Phần tử gốc của XML không phải KHAI_BAO_TAM_TRU; đây không phải tờ khai người nước ngoài."
    case .encrypted: "Tệp được bảo vệ bằng mật khẩu; hãy lưu lại không có mật khẩu."
    case .tooLarge(let bound, let row): "\(bound.vietnamese)\(Self.place(row, "tại dòng dữ liệu")). \(bound.remedy)"
    }
  }

  private static func place(_ number: Int?, _ words: String) -> String {
    number.map { " \(words) \($0)" } ?? ""
  }
}

extension ImportFormat {
  fileprivate var vietnamese: String {
    switch self {
    case .citizensCSV: "bảng công dân dạng CSV"
    case .citizensXLSX: "bảng tính (.xlsx)"
    case .foreignersXML: "tờ khai người nước ngoài dạng XML"
    case .qr: "danh sách nội dung mã QR"
    case .mrz: "danh sách vùng đọc máy"
    }
  }
}

extension ImportError.FoundFormat {
  fileprivate var vietnamese: String {
    switch self {
    case .readable(let format): format.vietnamese
    case .compoundFile: "bảng tính kiểu cũ (.xls) hoặc có mật khẩu"
    case .archive: "tệp nén không chứa bảng tính"
    case .xml: "XML"
    case .other: "loại khác"
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .readable, .xml: "Bỏ --format hoặc chỉ đúng định dạng."
    case .compoundFile: "Lưu thành .xlsx không mật khẩu, hoặc CSV mã UTF-8."
    case .archive: "Giải nén rồi nhập tệp bên trong."
    case .other: "Chỉ đúng định dạng, hoặc xuất lại tệp."
    }
  }
}

extension ImportError.EncodingFault {
  fileprivate var vietnamese: String {
    switch self {
    case .legacy: "Văn bản dùng bảng mã cũ (Windows-1258, TCVN3/ABC hoặc VNI)"
    case .damaged: "Văn bản có byte không hợp lệ trong bảng mã của nó"
    case .binary: "Đây là dữ liệu nhị phân, không phải văn bản"
    case .utf32: "Văn bản dùng mã UTF-32"
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .legacy, .utf32: "Lưu lại bằng UTF-8: trong Excel chọn \"CSV UTF-8\"; chuyển chữ TCVN3 hoặc VNI sang Unicode trước."
    case .damaged: "Xuất hoặc sao chép lại, bằng UTF-8."
    case .binary: "Chọn tệp khác, hoặc chỉ rõ loại bằng --format."
    }
  }
}

extension ImportError.Structure {
  fileprivate var vietnamese: String {
    switch self {
    case .archive: "Tệp nén của bảng tính"
    case .workbook: "Nội dung bên trong bảng tính"
    case .xml: "XML"
    case .csv: "Văn bản CSV"
    }
  }
}

extension ImportError.Bound {
  fileprivate var vietnamese: String {
    switch self {
    case .file: "Tệp quá lớn"
    case .field: "Một trường không có điểm kết thúc"
    case .rows: "Tệp có quá nhiều dòng"
    case .archiveDirectory: "Tệp nén liệt kê quá nhiều tệp con"
    case .unzipped: "Bảng tính quá lớn sau khi giải nén"
    case .sharedStrings: "Bảng tính có quá nhiều văn bản"
    case .xmlDepth: "XML lồng quá sâu"
    case .xmlToken: "Một thẻ của XML quá dài"
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .file, .rows: "Hãy chia thành nhiều tệp."
    case .field: "Tìm dấu ngoặc kép chưa đóng."
    case .archiveDirectory, .xmlDepth, .xmlToken: "Đây không phải tệp đúng loại; hãy xuất lại."
    case .unzipped, .sharedStrings: "Hãy chia nhỏ, hoặc lưu thành CSV mã UTF-8."
    }
  }
}
