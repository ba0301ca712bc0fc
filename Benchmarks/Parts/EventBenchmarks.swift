import Benchmark
import Encodings
import EventStore
import SharingModel

/// One event on its way in: its bytes, its signature, its members.
func eventBenchmarks() {
    Benchmark("event: JWS, parse strictly", configuration: .thousands) { benchmark in
        let event = try Consents.shared.get().signed[0]
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try UnverifiedEvent(parsing: event)) }
    }
    Benchmark("event: JWS, verify Ed25519", configuration: .thousands) { benchmark in
        let consents = try Consents.shared.get()
        let event = try UnverifiedEvent(parsing: consents.signed[0])
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try event.verified(by: consents.key.publicKey)) }
    }
    Benchmark("event: JSON, parse strictly", configuration: .thousands) { benchmark in
        let payload = try UnverifiedEvent(parsing: Consents.shared.get().signed[0]).payloadBytes
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try JSON.parse(payload)) }
    }
    Benchmark("event: read its members", configuration: .thousands) { benchmark in
        let event = try UnverifiedEvent(parsing: Consents.shared.get().signed[0])
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(
                try SharingEvent.decode(
                    payload: event.payload, resolved: event.resolved.json, sdPointers: event.resolved.sdPointers))
        }
    }
}
