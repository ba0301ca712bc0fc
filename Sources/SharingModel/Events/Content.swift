package import Encodings

/// One item of an event's content, disclosed. The value is personal data.
package struct ContentItem: Sendable, Hashable {
    package let code: ItemCode
    package let value: JSON

    package init(code: ItemCode, value: JSON) {
        self.code = code
        self.value = value
    }
}
