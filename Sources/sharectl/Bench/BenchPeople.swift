/// People who do not exist: NHS numbers from 999 000 0000 on, a range that is kept for tests and never issued.
enum BenchPeople {
    /// Numbers of the range that have a check digit, as many as are left in it from there on.
    /// - Parameter first: the serial number to begin at; one in eleven has no check digit.
    static func identifiers(_ count: Int, from first: Int = 0) -> [String] {
        var identifiers: [String] = []
        identifiers.reserveCapacity(count)
        var serial = first
        while identifiers.count < max(count, 1), serial < 1_000_000 {
            if let identifier = identifier(serial) { identifiers.append(identifier) }
            serial += 1
        }
        return identifiers
    }

    /// Nil where the check digit would be 10, which is never issued.
    private static func identifier(_ serial: Int) -> String? {
        let digits = "999" + String(repeating: "0", count: max(0, 6 - String(serial).count)) + String(serial)
        let sum = zip(digits.utf8, stride(from: 10, through: 2, by: -1)).reduce(0) { $0 + Int($1.0 & 0x0F) * $1.1 }
        let check = (11 - sum % 11) % 11
        return check < 10 ? "nhs:\(digits)\(check)" : nil
    }
}
