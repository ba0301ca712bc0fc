import ArgumentParser
import Foundation

/// The command: names its verbs, and turns what they throw into messages and exit codes.
@main
struct Sharectl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharectl",
        abstract: "Work with a signed record of information sharing.",
        discussion: """
            Posts signed events to a site, reads what you may see, and rebuilds, audits and verifies what the log says.

            Server, key and agency come from --server, --key and --as, else from SHARECTL_SERVER, SHARECTL_KEY and SHARECTL_AS, \
            else from a context (`sharectl context set`). A person's identifier may be given as `-` and is then read from \
            standard input, to stay out of `ps` and the shell's history.

            Shell completion: `sharectl --generate-completion-script bash` (or zsh, fish).

            Exit codes: 0 yes; 1 no, not now, or a mismatch; 2 usage; 3 cannot reach; 4 refused.

            EXAMPLE
              sharectl init ./site --origin sharing.example
              sharectl referral list --format json
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Setting up",
                subcommands: [Init.self, Key.self, ContextCommand.self, AgencyCommand.self, BaselineCommand.self]),
            CommandGroup(
                name: "Sharing",
                subcommands: [
                    AgreementCommand.self, ConsentCommand.self, ReferralCommand.self, Disclose.self, Decide.self,
                    ReviewCommand.self,
                    SubjectCommand.self, EventsCommand.self, FHIRCommand.self,
                ]),
            CommandGroup(
                name: "About a person",
                subcommands: [
                    ObjectionCommand.self, OrderCommand.self, CapacityCommand.self, BestInterestsCommand.self,
                    RepresentativeCommand.self, StatusCommand.self, InvolvementCommand.self, LeadCommand.self,
                ]),
            CommandGroup(
                name: "Proving",
                subcommands: [LogCommand.self, ReplayCommand.self, ReportCommand.self, BenchCommand.self]),
            CommandGroup(name: "Between sites", subcommands: [PeerCommand.self]),
            CommandGroup(name: "Keeping", subcommands: [DoctorCommand.self, Backup.self, Restore.self]),
        ])

    static func main() async {
        // Whatever is written is for the owner alone.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Ending(of: error).leave()
        }
    }
}
