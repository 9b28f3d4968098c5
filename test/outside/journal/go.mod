// The outside verifier: it shares nothing with pkg/journal, and so proves that others can check a journal too.
module plus1.dev/test/outside/journal-check

go 1.26.0

require (
	golang.org/x/mod v0.43.0
)
