/// So many of a thing, in words: `1 piece`, `2 pieces`, `1 person`, `2 people`.
/// - Parameter many: of a noun that does not end in s then.
func counted(_ number: some BinaryInteger, _ noun: String, many: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : many ?? noun + "s")"
}
