import Encodings
import SharingClient
import SharingModel
import Testing

@Suite struct ProblemTests {
    private func json(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }

    @Test func aProblemDocumentIsReadWithEveryMemberThatIsWrong() throws {
        let problem = try #require(
            Problem(
                json: json(
                    """
                    {"type":"about:blank","title":"Unprocessable Content","status":422,"code":"invalid-event",\
                    "detail":"the event is not valid; see `errors`",\
                    "errors":[{"pointer":"/data/to","code":"missing","detail":"is missing"},\
                    {"pointer":"","code":"unknown-member","detail":"is not known"}]}
                    """), status: 422))
        #expect(problem.code == "invalid-event")
        #expect(problem.errors.map(\.pointer) == ["/data/to", ""])
        #expect(
            problem.description == """
                the event is not valid (invalid-event)
                  /data/to: is missing (missing)
                  /: is not known (unknown-member)
                """)
    }

    @Test func aLineOfManyAnswersCarriesItsOwnStatus() throws {
        let line = try json(#"{"status":409,"code":"id-taken","detail":"another event has this id"}"#)
        #expect(Problem(json: line)?.status == 409)
    }

    @Test func whoIsToldToWaitSeesForHowLong() throws {
        let problem = Problem(
            json: try json(#"{"code":"queue-full","detail":"too much is waiting"}"#), status: 503, retryAfterSeconds: 2)
        #expect(problem?.description == "too much is waiting (queue-full); try again in 2 s")
    }

    @Test(arguments: [
        #"{"detail":"no code","status":400}"#, #"{"id":"x","index":4,"outcome":"recorded"}"#, "[]", "null",
    ])
    func whatHasNoCodeIsNoProblem(_ text: String) throws {
        #expect(Problem(json: try json(text)) == nil)
    }
}
