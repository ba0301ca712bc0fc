import GRDB
package import SharingModel

extension ProjectionReader {
    /// The position from which on an agency can read an event: the event's own, or that of the decision that released it later.
    ///
    /// A decision right behind the event that it decides was appended with it: nobody ever saw the one without the other.
    /// - Parameter asParty: whether to be party to it is enough, as it is for the metadata that an IG lead reads.
    /// - Returns: nil if it cannot read it.
    package func arrival(of index: Int64, to agency: AgencyID, asParty: Bool) throws -> Int64? {
        if asParty, try isParty(index, agency) { return index }
        let rows = try all(
            """
            SELECT a.via IS NULL AS own, e.idx AS decided FROM audience a LEFT JOIN event e ON e.id = a.via
            WHERE a.idx = ? AND a.agency IN (?, '*')
            """, [index, agency.text])
        let arrivals = rows.compactMap { row -> Int64? in (row["own"] as Bool) ? index : row["decided"] as Int64? }
        return arrivals.min().map { $0 == index + 1 ? index : $0 }
    }
}
