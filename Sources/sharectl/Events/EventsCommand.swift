import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Post and read events as they are.",
        discussion: """
            EXAMPLE
              sharectl events list --type sharing.consent.given.v1
              sharectl events watch
            """,
        subcommands: [EventsPost.self, EventsGet.self, EventsList.self, EventsWatch.self])
}
