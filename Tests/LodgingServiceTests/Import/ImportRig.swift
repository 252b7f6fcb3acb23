import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingWire
import Logging
import Testing

/// A register in a folder of its own, with one open guest house, whose clock is moved by the test.
final class ImportRig {
  let path: String
  let clock: SimulatedClock
  let register: Register
  let inn: EstablishmentID

  init(at time: String = "2026-11-21T08:30:00+07:00", beds: UInt32 = 40) throws {
    path = NSTemporaryDirectory() + "lodging-import-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    clock = SimulatedClock(try Instant(rfc3339: time))
    register = try Register(DataFolder(path), clock: clock, logger: Logger(label: "test"), making: true)
    inn = try EstablishmentID("HN-0001")
    let commune = try #require(CommuneCode("00004"))
    try send(
      .establishmentOpened(EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 20, beds: beds)))
  }

  deinit {
    // What cannot be removed lies in the system's temporary folder and harms nobody.
    try? FileManager.default.removeItem(atPath: path)
  }

  func move(to time: String) throws { clock.move(to: try Instant(rfc3339: time)) }

  /// Sends an event about the guest house.
  @discardableResult
  func send(_ body: StayEvent.Body) throws -> Decision {
    let desk = try EstablishmentDesk(register)
    defer { desk.close() }
    return try desk.send(body, to: inn)
  }

  /// Imports a text, and returns each row's verdict.
  func run(_ text: String, format: String = "auto", _ change: (inout ImportOptions) throws -> Void = { _ in }) throws -> [ImportRowResult] {
    try run(Data(text.utf8), format: format, change)
  }

  /// Imports the bytes of a file, and returns each row's verdict.
  func run(_ bytes: Data, format: String = "auto", _ change: (inout ImportOptions) throws -> Void = { _ in }) throws -> [ImportRowResult] {
    let file = path + "/input-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    try bytes.write(to: URL(fileURLWithPath: file))
    var options = try #require(ImportOptions(establishment: inn, format: format))
    try change(&options)
    var rows: [ImportRowResult] = []
    _ = try Importer(register, options: options).run(file) { rows.append($0) }
    return rows
  }

  /// The row as a program reads it.
  func json(_ row: ImportRowResult) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: try JSONEncoder().encode(row)) as? [String: Any])
  }

  func stays() throws -> [StayRecord] { try register.store.read { try $0.stays(of: inn) } }

  /// Each stay with its opened identity.
  func opened() throws -> [StayOutput] { try StayDesk(register).stays(of: inn, purpose: "test") }
}

extension ImportRowResult {
  /// Whether the row came to a registration of its own.
  var isRegistered: Bool { outcome == "accepted" || outcome == "flagged" }
}

/// Rows of the files that establishments have; everybody in them is made up.
enum Sheet {
  static let heading =
    "STT,ho ten,ngay sinh,gioi tinh,quoc tich,loai,ten,so,dien thoai,cu tru,tinh,xa,dia chi,den,di,phong,ly do,nhap,ghi chu"

  static func row(
    name: String = "Nguyễn Thị Mẫu", birth: String = "01/01/1990", sex: String = "F", kind: String = "1", number: String = "001190000001",
    phone: String = "", arrival: String = "20/11/2026", departure: String = "23/11/2026", room: String = "101"
  ) -> String {
    "1,\(name),\(birth),\(sex),VNM,\(kind),,\(number),\(phone),,,,,\(arrival),\(departure),\(room),1,,"
  }

  static func csv(_ rows: String...) -> String { ([heading] + rows).joined(separator: "\n") + "\n" }

  static func card(sex: String = "Nữ", birth: String = "01011990", number: String = "001190000001", name: String = "Nguyễn Thị Mẫu")
    -> String
  {
    "\(number)||\(name)|\(birth)|\(sex)|Số 1, phố Mẫu|15042021\n"
  }

  static func passport(_ number: String, nationality: String) throws -> String {
    let content = MachineReadableZone.Content(
      documentCode: "P", issuer: nationality, documentNumber: number, nationality: nationality, primaryName: "Specimen",
      secondaryName: "Anna", birthDate: try PartialDate(year: 1985, month: 3, day: 4), sex: .female,
      expiryDate: try CivilDate(year: 2031, month: 1, day: 1))
    return MachineReadableZone.td3(content).joined(separator: "\n") + "\n"
  }

  /// A foreigners' declaration of one guest.
  static func declaration(arrival: String = "20/11/2026 14:30", left: String?, more: String = "") -> String {
    let departed = left.map { "<ngay_tra_phong>\($0)</ngay_tra_phong>" } ?? ""
    return """
      <?xml version="1.0" encoding="UTF-8"?><KHAI_BAO_TAM_TRU><THONG_TIN_KHACH><so_thu_tu>1</so_thu_tu><ho_ten>SPECIMEN ANNA</ho_ten>\
      <ngay_sinh>04/03/1985</ngay_sinh><ngay_sinh_dung_den>D</ngay_sinh_dung_den><gioi_tinh>F</gioi_tinh><ma_quoc_tich>FRA</ma_quoc_tich>\
      <so_ho_chieu>X00000002</so_ho_chieu><so_phong>201</so_phong><ngay_den>\(arrival)</ngay_den>\
      <ngay_di_du_kien>25/11/2026</ngay_di_du_kien>\(departed)\(more)</THONG_TIN_KHACH></KHAI_BAO_TAM_TRU>
      """
  }
}
