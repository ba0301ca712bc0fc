import SharingClient
import SharingModel

/// Where a site answers its peers, as an operator types it or a card has it.
///
/// The event takes more than this: what was recorded once must stay readable. But an address that no site will ever connect to, or
/// that has a password in it, is better refused before it is signed into a log.
enum PeerAddress {
    /// - Returns: the address without a slash at its end; `file:` as it is.
    /// - Throws: `Failure`
    static func checked(_ text: String) throws(Failure) -> String {
        guard text != PeerAdded.fileOnly else { return text }
        do throws(ClientError) {
            return try ServerAddress(text).description
        } catch .badServer(let reason) {
            throw .usage("the peer's address is not usable: \(reason); a site without a line has `file:`")
        } catch {
            throw .usage("\(error)")
        }
    }
}
