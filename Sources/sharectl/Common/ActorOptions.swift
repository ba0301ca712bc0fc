import ArgumentParser
import Encodings
import SharingClient
import SharingModel

/// The person at the agency who does it.
struct ActorOptions: ParsableArguments {
    @Option(help: "Who you are at your agency: the identifier it knows you by. [SHARECTL_ACTOR]")
    var actor: String?
    @Option(help: "What you do there, such as social-worker. [SHARECTL_ROLE]")
    var role: String?

    /// As it stands in an event.
    func json(_ context: Contexts.Context) throws(Failure) -> JSON {
        guard let json = try optional(context) else {
            throw .usage("who does this, and in which role? give `--actor` and `--role`, or put them in a context")
        }
        return json
    }

    /// Nil where neither is given.
    func optional(_ context: Contexts.Context) throws(Failure) -> JSON? {
        switch (actor ?? context.actor, role ?? context.role) {
        case (nil, nil): return nil
        case (let actor?, let role?):
            return .object([
                "id": .string(actor), "role": .string(try RoleCode(argument: role, "a role").text),
            ])
        default: throw .usage("`--actor` and `--role` go together")
        }
    }
}
