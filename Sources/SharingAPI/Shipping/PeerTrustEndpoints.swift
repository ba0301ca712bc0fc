import Hummingbird
import SharingModel
import SharingService

/// What operators compare with each other before and after two sites become peers.
extension Endpoints {
    static let peerTrust: [Endpoint] = [
        Endpoint(
            method: .get, path: "/v1/peers/card",
            summary:
                "For operators: this site's own origin, verifier key, site key and receiving key, to be handed to another site",
            access: .token
        ) { call in
            try call.authenticated().require([.operator])
            return Response(json: call.site.store.card.json)
        },
        Endpoint(
            method: .get, path: "/v1/peers/trust",
            summary:
                "For operators, IG leads and auditors: the keys by which each peer is known, and those that they led to",
            access: .token
        ) { call in
            try call.authenticated().require([.operator, .igLead, .auditor])
            return Response(json: try call.site.postRoom.trust())
        },
    ]
}
