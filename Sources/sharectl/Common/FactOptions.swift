import ArgumentParser
import Encodings
import SharingClient
import SharingModel

/// What recording a fact about a person has in common.
struct FactOptions: ParsableArguments {
    @Argument(help: "The person, such as nhs:…; `-` reads standard input.")
    var person: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// Signs and posts the fact.
    /// - Parameter noun: what was recorded, in words.
    func record(_ type: EventType, _ noun: String, _ data: KeyValuePairs<String, JSON?>) async throws {
        let person = try PersonIdentifier(argument: person)
        try await connection.visit { session in
            try output.show(try await session.post(EventDraft(type, subject: person, data: data)), noun)
        }
    }
}

/// What ending, upholding or discharging has in common. The person is read from the event that began it, so nobody has to type an identifier.
struct EndingOptions: ParsableArguments {
    @Argument(help: "Id of the event that began it.")
    var event: String
    @Option(help: "Why.")
    var reason: String
    @Option(help: "The person, if that event is not for you to read; `-` reads standard input.")
    var subject: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// - Parameter member: the event's name for what it ends.
    func record(_ type: EventType, _ noun: String, member: String) async throws {
        let event = try UniqueID(argument: event)
        let given = try subject.map { try PersonIdentifier(argument: $0) }
        try await connection.visit { session in
            let person = if let given { given } else { try await session.recorded(event).subject() }
            let receipt = try await session.post(
                EventDraft(
                    type, subject: person, cause: event,
                    data: [member: .string(event.description), "reason": .string(reason)]))
            try output.show(receipt, noun)
        }
    }
}

/// To whom and about what somebody says no, or a decision is made.
struct ScopeOptions: ParsableArguments {
    @Option(help: "A purpose. May be repeated, or with commas between.")
    var purpose: [String]
    @Option(help: "An item, or '*'. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "Who receives: an agency, a kind, or '*'. May be repeated, or with commas between.")
    var recipient: [String]
}

/// Whose information it is about.
struct HolderOptions: ParsableArguments {
    @Option(help: "An agency whose information it is about; any holder if left out. May be repeated.")
    var holder: [String] = []

    var json: JSON? { holder.isEmpty ? nil : .strings(listed(holder)) }
}
