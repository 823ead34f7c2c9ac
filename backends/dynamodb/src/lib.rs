//! DynamoDB, by the SDK of AWS.
