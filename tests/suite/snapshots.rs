//! What each behaviour becomes as a request.
