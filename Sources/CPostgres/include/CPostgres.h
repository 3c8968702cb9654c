#pragma once
#include <stddef.h>

// Asks PostgreSQL servers for one number, through libpq, which is loaded when it is first needed. Every call blocks its
// thread for at most the time that it is given, but for the resolving of host names.

typedef struct CPGConnection CPGConnection;

typedef enum {
    CPGSucceeded,
    // The library is not there or not the one expected.
    CPGNotLoadable,
    // The connection could not be made, or broke.
    CPGNoConnection,
    CPGTimedOut,
    // The server refused the query; the text begins with the five signs of its SQLSTATE.
    CPGQueryFailed,
    // The query has no row, no column or no value.
    CPGNoValue
} CPGOutcome;

/// Connects. `keywords` and `values` end with NULL; a `dbname` may hold a whole connection string.
///
/// `text` takes what went wrong.
CPGOutcome CPGOpen(const char *const *keywords, const char *const *values, int timeoutMilliseconds,
                   CPGConnection **connection, char *text, size_t capacity);

/// Runs one statement; `text` takes the first column of the first row, or what went wrong.
///
/// After `CPGNoConnection` and `CPGTimedOut` the connection is good for nothing but closing.
CPGOutcome CPGQuery(CPGConnection *connection, const char *statement, int timeoutMilliseconds, char *text,
                    size_t capacity);

void CPGClose(CPGConnection *connection);
