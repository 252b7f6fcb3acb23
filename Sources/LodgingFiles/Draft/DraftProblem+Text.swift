import LodgingDomain

extension DraftProblem.Hint {
  /// What is wrong and what to do, in English.
  ///
  /// Nothing of the row is repeated.
  package var english: String {
    switch self {
    case .missing: "This field must be filled in."
    case .columns(let found, let expected):
      "The row has \(found) columns and must have \(expected); look for a separator inside a text that is not in quotation marks."
    case .tooLong(let bytesMax): "The text is longer than \(bytesMax) bytes; shorten it."
    case .controlCharacter: "There is an invisible control character in the text; type it anew."
    case .formulaError: "The cell shows an error of a formula; type the value."
    case .turnedIntoDate: "The spreadsheet program took the text for a date; format the cell as text and type it anew."
    case .roundedNumber: "The spreadsheet program has rounded the number; format the column as text and type it anew from the document."
    case .leadingZerosLost: "The number has lost its leading zeros; format the column as text, and compare with the document."
    case .date: "Write the date as dd/MM/yyyy, or dd/MM/yyyy HH:mm with the time."
    case .dateWithoutZeros: "Write day and month with two digits: dd/MM/yyyy."
    case .bornAfterArrival: "The birth date lies after the arrival; check both."
    case .departureBeforeArrival: "The departure lies before the arrival; check both."
    case .departedInFuture: "The departure lies in the future; state it once the guest has left."
    case .departedLongAgo: "The departure lies more than \(RuleBook.arrivalAgeMaxDays) days back; check the year."
    case .unknownCode: "There is no such code; take one from the list, written as code - label."
    case .noneOf(let words): "Write one of these words: \(words.joined(separator: ", "))."
    case .wholeNumber: "Write a whole number from 0 to 4294967295, without separators."
    case .establishmentID: "An establishment's id has 1 to 32 characters: letters without accents, digits, and . _ -"
    case .unknownCommune: "There is no such commune since the reform of 1 July 2025; write the five digits of the present one."
    case .establishmentName: "Write a name of at most 256 bytes without control characters."
    case .notAName: "This is no name; write the full name as on the document."
    case .sex: "Write M or F, Nam or Nữ."
    case .documentNumber: "This is no number of that kind of document; compare with the document."
    case .checkDigit: "A check digit does not fit; read the machine-readable zone again."
    case .zone: "This is no machine-readable zone: two lines of 44 or 36 characters, or three of 30."
    case .visa: "This is the zone of a visa, which is no identity document; read that of the passport."
    case .zoneLine(let line):
      "Line \(line) of the machine-readable zone has too few or too many characters: two lines of 44 or 36, or three of 30."
    case .zoneCharacter(let line): "Line \(line) of the machine-readable zone has a character other than A to Z, 0 to 9 and <."
    case .zoneDate: "The date in the machine-readable zone cannot be; read the zone again and compare with the document."
    case .zoneNationality: "The nationality in the machine-readable zone is no code of a country; compare with the document."
    case .cardText: "This is not the text of a card's QR code; scan it again."
    case .cardDate: "The date in the QR text cannot be; scan it again and compare with the card."
    case .personalNumber: "A personal number has twelve digits; check for lost leading zeros."
    case .residentName: "This is no name: write at least one letter, at most \(GuestName.bytesMax) bytes."
    case .birthDateOfTable: "Write the birth date as yyyy-mm-dd, yyyy-mm or yyyy, and a date that exists."
    case .dateOfTable: "Write the date as yyyy-mm-dd, and a date that exists; look for shifted columns."
    case .otherDocument: "This is no document number: write 5 to 15 letters and digits, at least one of them a digit."
    case .repeated: "The element stands in the record more than once; keep one."
    }
  }

  /// What is wrong and what to do, in Vietnamese.
  package var vietnamese: String {
    switch self {
    case .missing: "Trường này bắt buộc phải điền."
    case .columns(let found, let expected):
      "Dòng có \(found) cột, phải có \(expected) cột; kiểm tra dấu phân cách nằm trong văn bản mà không có dấu ngoặc kép."
    case .tooLong(let bytesMax): "Văn bản dài hơn \(bytesMax) byte; hãy rút gọn."
    case .controlCharacter: "Văn bản có ký tự điều khiển ẩn; hãy nhập lại."
    case .formulaError: "Ô hiển thị lỗi công thức; hãy nhập giá trị."
    case .turnedIntoDate: "Bảng tính đã đổi văn bản thành ngày; định dạng ô là văn bản rồi nhập lại."
    case .roundedNumber: "Bảng tính đã làm tròn số; định dạng cột là văn bản và nhập lại theo giấy tờ."
    case .leadingZerosLost: "Số bị mất các chữ số 0 ở đầu; định dạng cột là văn bản và đối chiếu với giấy tờ."
    case .date: "Viết ngày theo dạng dd/MM/yyyy, hoặc dd/MM/yyyy HH:mm nếu có giờ."
    case .dateWithoutZeros: "Viết ngày và tháng bằng hai chữ số: dd/MM/yyyy."
    case .bornAfterArrival: "Ngày sinh sau ngày đến; hãy kiểm tra cả hai."
    case .departureBeforeArrival: "Ngày đi trước ngày đến; hãy kiểm tra cả hai."
    case .departedInFuture: "Thời điểm trả phòng nằm trong tương lai; chỉ ghi khi khách đã đi."
    case .departedLongAgo: "Thời điểm trả phòng đã quá \(RuleBook.arrivalAgeMaxDays) ngày; hãy kiểm tra năm."
    case .unknownCode: "Không có mã này; chọn trong danh mục, viết theo dạng mã - tên."
    case .noneOf(let words): "Viết một trong các từ sau: \(words.joined(separator: ", "))."
    case .wholeNumber: "Viết số nguyên từ 0 đến 4294967295, không có dấu phân cách."
    case .establishmentID: "Mã cơ sở gồm 1 đến 32 ký tự: chữ cái không dấu, chữ số và . _ -"
    case .unknownCommune: "Không có xã/phường này từ ngày 1/7/2025; viết mã năm chữ số của đơn vị hiện hành."
    case .establishmentName: "Viết tên dài tối đa 256 byte, không có ký tự điều khiển."
    case .notAName: "Đây không phải họ tên; viết họ tên đầy đủ như trên giấy tờ."
    case .sex: "Viết M hoặc F, Nam hoặc Nữ."
    case .documentNumber: "Đây không phải số của loại giấy tờ này; hãy đối chiếu với giấy tờ."
    case .checkDigit: "Chữ số kiểm tra không khớp; hãy đọc lại vùng đọc máy."
    case .zone: "Đây không phải vùng đọc máy: hai dòng 44 hoặc 36 ký tự, hoặc ba dòng 30 ký tự."
    case .visa: "Đây là vùng đọc máy của thị thực, không phải giấy tờ tùy thân; hãy đọc vùng của hộ chiếu."
    case .zoneLine(let line):
      "Dòng \(line) của vùng đọc máy thiếu hoặc thừa ký tự: hai dòng 44 hoặc 36 ký tự, hoặc ba dòng 30 ký tự."
    case .zoneCharacter(let line): "Dòng \(line) của vùng đọc máy có ký tự ngoài A đến Z, 0 đến 9 và <."
    case .zoneDate: "Ngày trong vùng đọc máy không hợp lệ; hãy đọc lại vùng đọc máy và đối chiếu với giấy tờ."
    case .zoneNationality: "Quốc tịch trong vùng đọc máy không phải mã quốc gia; hãy đối chiếu với giấy tờ."
    case .cardText: "Đây không phải nội dung mã QR của thẻ; hãy quét lại."
    case .cardDate: "Ngày trong mã QR không hợp lệ; hãy quét lại và đối chiếu với thẻ."
    case .personalNumber: "Số định danh có 12 chữ số; kiểm tra số 0 ở đầu bị mất."
    case .residentName: "Đây không phải họ tên: viết ít nhất một chữ cái, tối đa \(GuestName.bytesMax) byte."
    case .birthDateOfTable: "Viết ngày sinh theo dạng yyyy-mm-dd, yyyy-mm hoặc yyyy, là ngày có thật."
    case .dateOfTable: "Viết ngày theo dạng yyyy-mm-dd, là ngày có thật; kiểm tra cột bị lệch."
    case .otherDocument: "Đây không phải số giấy tờ: viết 5 đến 15 chữ cái và chữ số, có ít nhất một chữ số."
    case .repeated: "Phần tử xuất hiện nhiều lần trong bản ghi; chỉ giữ một."
    }
  }
}
