/// Parts of Vietnamese names, put together at random; a match with a living person is chance.
///
/// Weights are rough shares of the population, good enough for data that looks right.
enum NameLists {
  /// Family names with their share in a thousand.
  static let families: [(String, Int)] = [
    ("Nguyễn", 384), ("Trần", 110), ("Lê", 95), ("Phạm", 71), ("Hoàng", 32), ("Huỳnh", 26), ("Phan", 35), ("Vũ", 22), ("Võ", 22),
    ("Đặng", 21),
    ("Bùi", 20), ("Đỗ", 16), ("Hồ", 13), ("Ngô", 13), ("Dương", 10), ("Lý", 6), ("Trương", 9), ("Đinh", 8), ("Đoàn", 6), ("Trịnh", 6),
    ("Mai", 6), ("Lâm", 5), ("Đào", 6), ("Cao", 5), ("Hà", 5), ("Lương", 6), ("Lưu", 4), ("Tạ", 3), ("Châu", 3), ("Phùng", 3),
    ("Tô", 3), ("Thái", 3), ("Vương", 2), ("Tống", 2), ("Quách", 2), ("Nông", 2), ("Triệu", 2), ("Hứa", 1), ("Kiều", 1), ("Nghiêm", 1),
    ("Thạch", 2), ("Kim", 1), ("Danh", 1), ("Lò", 2), ("Quàng", 1), ("Cà", 1), ("Giàng", 2), ("Sùng", 1), ("Vàng", 1), ("Bàn", 1),
    ("Siu", 1), ("Rmah", 1), ("Ksor", 1), ("Niê", 1), ("Kpă", 1), ("Âu Dương", 1), ("Tôn Thất", 1),
  ]

  /// Middle names of men; a second word is part of the middle name.
  static let maleMiddles = [
    "Văn", "Văn", "Văn", "Văn", "Văn", "Văn", "Đức", "Hữu", "Minh", "Minh", "Quang", "Quốc", "Công", "Thanh", "Ngọc", "Xuân",
    "Đình", "Trọng", "Hoàng", "Gia", "Tuấn", "Anh", "Bảo", "Thế", "Duy", "Chí", "Nhật", "Khánh", "Hải", "Viết", "Bá", "Thành",
    "Huy", "Tấn", "Phước", "Hồng", "Mạnh", "Việt", "Trung", "Văn Minh", "Đăng", "Sỹ", "Như", "Tiến", "Kim", "Phú", "Thái", "Hoài",
  ]

  /// Middle names of women; a second word is part of the middle name.
  static let femaleMiddles = [
    "Thị", "Thị", "Thị", "Thị", "Thị", "Thị", "Thị", "Thị", "Ngọc", "Thanh", "Thu", "Kim", "Bích", "Phương", "Mai", "Hồng",
    "Minh", "Khánh", "Thùy", "Diệu", "Như", "Quỳnh", "Thảo", "Lan", "Tuyết", "Mỹ", "Cẩm", "Ánh", "Bảo", "Hoài", "Hải", "Xuân",
    "Thị Ngọc", "Thị Thu", "Thị Thanh", "Thị Kim", "Thị Hồng", "Thị Minh", "Thị Phương", "Thị Bích", "Thị Mỹ", "Thị Thùy", "Gia", "Tú",
    "Hà", "Trúc",
    "Yến", "Đoan",
  ]

  /// Given names of men.
  static let maleGivens = [
    "Anh", "Hùng", "Dũng", "Cường", "Tuấn", "Minh", "Hải", "Nam", "Long", "Sơn", "Thắng", "Đức", "Hiếu", "Trung", "Quân", "Phong",
    "Khoa", "Huy", "Kiên", "Bình", "Tâm", "An", "Phúc", "Lộc", "Thành", "Đạt", "Vinh", "Hoàng", "Việt", "Tú", "Thịnh", "Khang",
    "Bảo", "Nhân", "Nghĩa", "Tín", "Hưng", "Toàn", "Quý", "Tài", "Lâm", "Hòa", "Hậu", "Tùng", "Duy", "Thái", "Giang", "Khánh",
    "Lợi", "Luân", "Mạnh", "Ngọc", "Phước", "Quang", "Quyết", "Sang", "Tân", "Thiện", "Thuận", "Trí", "Trường", "Tuyên", "Vũ", "Ý",
  ]

  /// Given names of women.
  static let femaleGivens = [
    "Anh", "Lan", "Hương", "Hoa", "Mai", "Linh", "Trang", "Thảo", "Ngọc", "Hà", "Thủy", "Thúy", "Hằng", "Hạnh", "Nga", "Nhung",
    "Phương", "Yến", "Vân", "Loan", "Hiền", "Dung", "Huyền", "My", "Ngân", "Nhi", "Như", "Oanh", "Quyên", "Quỳnh", "Tâm", "Thanh",
    "Thu", "Thư", "Trâm", "Trinh", "Tuyết", "Uyên", "Vy", "Xuân", "Ý", "Chi", "Diệp", "Duyên", "Giang", "Hồng", "Huệ", "Kiều",
    "Lệ", "Liên", "Mỹ", "Nguyệt", "Nhàn", "Phượng", "Sen", "Thơm", "Tiên", "Tươi", "Bích", "Cúc", "Đào", "Hân", "Khánh", "Ly",
  ]
}
