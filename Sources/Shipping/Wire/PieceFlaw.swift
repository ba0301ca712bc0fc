package import EventStore

/// Why bytes are no piece of a shipment. Nothing was believed, and nothing kept of them.
package enum PieceFlaw: CodedError, Hashable {
    case notAShipment
    case cutOff
    case trailingBytes
    case tooLarge(String)
    case numberTooLarge
    case notText(String)
    case unknownWord
    /// Sizes, cursors and records contradict each other.
    case disagrees(String)
    case entry(EntryError)
    case checkpoint(NoteError)
    case statement(StatementError)

    package var code: String {
        switch self {
        case .notAShipment: "shipment-unknown-format"
        case .cutOff: "shipment-cut-off"
        case .trailingBytes: "shipment-trailing-bytes"
        case .tooLarge, .numberTooLarge: "shipment-too-large"
        case .notText: "shipment-not-text"
        case .unknownWord: "shipment-unknown-word"
        case .disagrees: "shipment-disagrees"
        case .entry(let error): error.code
        case .checkpoint(let error): error.code
        case .statement(let error): error.code
        }
    }

    package var description: String {
        switch self {
        case .notAShipment: "expected a shipment that begins with `sharing shipment v1`"
        case .cutOff: "the shipment ends in the middle of a piece; fetch or copy it again"
        case .trailingBytes: "there are bytes behind the end of the piece"
        case .tooLarge(let what): "the shipment's \(what) is larger than the limit"
        case .numberTooLarge: "a size in the shipment is beyond every log"
        case .notText(let what): "the shipment's \(what) is not UTF-8"
        case .unknownWord: "a record of the shipment is of no known kind; a newer release may read it"
        case .disagrees(let what): "the shipment contradicts itself: \(what)"
        case .entry(let error): error.description
        case .checkpoint(let error): error.description
        case .statement(let error): error.description
        }
    }
}
