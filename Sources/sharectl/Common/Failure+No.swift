extension Failure {
    /// Runs what may find that something is not as it must be: the answer is then no, not a wrong use of the command.
    static func no<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.no, "\(error)")
        }
    }
}
