/// A large value that many hold: whoever copies the holder copies a reference, and not every list in it.
@dynamicMemberLookup
final class Held<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }

    subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member { value[keyPath: path] }
}
