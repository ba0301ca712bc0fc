import Encodings
import Foundation
import GRDB
import SharingModel

extension ProjectionWriter {
    func add(_ data: PeerAdded, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO peer (origin, idx, url, vkey, site_key, hpke) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (origin) DO UPDATE SET idx = excluded.idx, url = excluded.url, vkey = excluded.vkey,
                site_key = excluded.site_key, hpke = excluded.hpke, removed = NULL
            """,
            [
                data.origin, recorded.index, data.url, data.vkey, data.siteKey.text, data.hpke.text,
            ])
    }
}
