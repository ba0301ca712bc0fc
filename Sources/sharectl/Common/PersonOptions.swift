import ArgumentParser
import SharingModel

/// A person to read about, by identifier or by the site's reference.
struct PersonOptions: ParsableArguments {
    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String?
    @Option(help: "The site's reference for the person, as `subject lookup` prints it.")
    var reference: String?

    /// The reference; a person given by identifier is looked up.
    func reference(_ session: Session) async throws -> String {
        switch (subject, reference) {
        case (let subject?, nil): return try await session.reference(to: PersonIdentifier(argument: subject))
        case (nil, let reference?): return reference
        default: throw Failure.usage("which person? give `--subject` or `--reference`")
        }
    }

    /// The same, or nil where neither is given.
    func optionalReference(_ session: Session) async throws -> String? {
        subject == nil && reference == nil ? nil : try await reference(session)
    }
}
