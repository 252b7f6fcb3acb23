import LodgingDomain

/// Where synthetic visitors come from and what they may be called; common words of each language put together at random.
enum ForeignNames {
  /// A country of origin.
  struct Nation: Sendable {
    let nationality: Nationality
    let weight: UInt32
    let names: Names
  }

  /// The words of one language's names, in capital letters as passports write them.
  struct Names: Sendable {
    let surnames: [String]
    let male: [String]
    let female: [String]
  }

  /// Countries with their rough share of visitors in a thousand.
  static let nations: [Nation] = [
    nation("KOR", 240, korean), nation("CHN", 210, chinese), nation("TWN", 70, chinese), nation("JPN", 60, japanese),
    nation("USA", 55, english),
    nation("IND", 45, indian), nation("MYS", 40, chinese), nation("AUS", 40, english), nation("RUS", 40, russian), nation("THA", 35, thai),
    nation("KHM", 30, thai), nation("GBR", 28, english), nation("FRA", 27, french), nation("D", 26, german), nation("SGP", 20, chinese),
    nation("LAO", 14, thai), nation("PHL", 20, spanish), nation("ESP", 12, spanish), nation("CAN", 14, english), nation("CHE", 6, german),
    nation("XXA", 1, french),
  ].compactMap(\.self)

  /// Draws a place of ``nations`` by weight.
  static let table = AliasTable(weights: nations.map(\.weight))

  private static func nation(_ code: String, _ weight: UInt32, _ names: Names) -> Nation? {
    (try? Nationality(code)).map { Nation(nationality: $0, weight: weight, names: names) }
  }

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  private static let korean = Names(
    surnames: words("KIM LEE PARK CHOI JUNG KANG CHO YOON JANG LIM HAN SEO SHIN KWON"),
    male: words("MINJUN SEOJUN DOYUN JIHO JUNSEO HYUNWOO SUNGMIN YOUNGHO TAEYANG SEUNGHO"),
    female: words("SEOYEON JIWOO SEOHYUN MINSEO HAEUN YUNA JIMIN SOYEON EUNJI HYEJIN"))
  private static let chinese = Names(
    surnames: words("WANG LIANG ZHANG LIU CHEN YANG HUANG ZHAO WEN ZHOU XIE SUN MENG LIN TAN"),
    male: words("WEI JUN LEI MING JIANHUA ZHIQIANG HAORAN BOWEN YIFAN GUOHUA"),
    female: words("FANG NING XIULAN MEILING XIAOYU YATING JIAQI LIHUA SHUFEN YUXIN"))
  private static let japanese = Names(
    surnames: words("SATO SUZUKI TAKAHASHI TANAKA WATANABE ITO YAMAMOTO NAKAMURA KOBAYASHI KATO"),
    male: words("HARUTO SOTA YUTO RIKU KENJI HIROSHI TAKASHI DAIKI SHOTA KAITO"),
    female: words("YUI HINA SAKURA AOI RIN YOKO KEIKO AKIKO MISAKI NANAMI"))
  private static let english = Names(
    surnames: words("SMITH JONES TAYLOR BROWN WILSON WALKER HARRIS CLARK LEWIS YOUNG CARTER MITCHELL"),
    male: words("JAMES JOHN ROBERT MICHAEL WILLIAM DAVID DANIEL THOMAS OLIVER JACK"),
    female: words("MARY PATRICIA JENNIFER LINDA ELIZABETH SUSAN EMILY OLIVIA CHARLOTTE GRACE"))
  private static let indian = Names(
    surnames: words("SHARMA PATEL SINGH KUMAR GUPTA REDDY IYER NAIR MEHTA JOSHI"),
    male: words("ARJUN RAHUL AMIT VIJAY SANJAY ROHAN ADITYA KARTHIK MANISH DEEPAK"),
    female: words("PRIYA ANJALI POOJA NEHA KAVITA SUNITA DIVYA MEERA RITU LAKSHMI"))
  private static let russian = Names(
    surnames: words("IVANOV PETROV SIDOROV SMIRNOV KUZNETSOV POPOV VOLKOV SOKOLOV MOROZOV LEBEDEV"),
    male: words("ALEKSANDR DMITRII SERGEI ANDREI ALEKSEI MAKSIM IVAN NIKOLAI PAVEL OLEG"),
    female: words("ANNA ELENA OLGA NATALIA IRINA TATIANA SVETLANA MARIIA DARIA POLINA"))
  private static let thai = Names(
    surnames: words("SRISAI SUKSAWAT THONGDEE CHAIYA BOONMEE PHOMMA KEO SOK CHEA VONGSA"),
    male: words("SOMCHAI SOMSAK ANAN NIRAN KITTI BOUN DARA SOPHEAP VISAL KHAM"),
    female: words("SUDA MALEE SIRIPORN KANYA BOPHA SREY CHANTHA NOY PHONE DAO"))
  private static let french = Names(
    surnames: words("MARTIN BERNARD DUBOIS THOMAS ROBERT PETIT DURAND LEROY MOREAU LAURENT"),
    male: words("JEAN PIERRE LOUIS GABRIEL HUGO LUCAS ANTOINE NICOLAS JULIEN ETIENNE"),
    female: words("MARIE CAMILLE LEA MANON CHLOE JULIE SOPHIE CLAIRE LUCIE HELENE"))
  private static let german = Names(
    surnames: words("MUELLER SCHMIDT SCHNEIDER FISCHER WEBER MEYER WAGNER BECKER SCHULZ HOFFMANN"),
    male: words("HANS PETER KLAUS JUERGEN STEFAN LUKAS JONAS FELIX PAUL MARKUS"),
    female: words("ANNA MARIA URSULA MONIKA PETRA SABINE LENA HANNAH JULIA KATRIN"))
  private static let spanish = Names(
    surnames: words("GARCIA FERNANDEZ GONZALEZ RODRIGUEZ LOPEZ MARTINEZ SANTOS REYES CRUZ BAUTISTA"),
    male: words("JOSE ANTONIO JUAN MANUEL CARLOS MIGUEL RAMON PABLO DIEGO ANGEL"),
    female: words("CARMEN ANA ISABEL LUCIA ELENA ROSA PILAR CRISTINA ANGELICA TERESA"))
}
