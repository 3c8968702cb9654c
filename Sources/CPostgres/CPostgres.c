#include "CPostgres.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The part of libpq's interface that is used, as version 5 of the library has it; it has not changed since 2006.
typedef struct PGconn PGconn;
typedef struct PGresult PGresult;

enum { connectionOK = 0, connectionBad = 1 };
enum { pollingFailed = 0, pollingReading = 1, pollingWriting = 2, pollingOK = 3 };
enum { tuplesOK = 2 };
enum { fieldSQLState = 'C' };

static struct {
    PGconn *(*connectStart)(const char *const *keywords, const char *const *values, int expandDatabase);
    int (*connectPoll)(PGconn *);
    int (*status)(const PGconn *);
    char *(*errorMessage)(const PGconn *);
    int (*socket)(const PGconn *);
    void (*finish)(PGconn *);
    int (*setNonBlocking)(PGconn *, int);
    int (*sendQuery)(PGconn *, const char *, int, const unsigned *, const char *const *, const int *, const int *, int);
    int (*flush)(PGconn *);
    int (*consumeInput)(PGconn *);
    int (*isBusy)(PGconn *);
    PGresult *(*getResult)(PGconn *);
    int (*resultStatus)(const PGresult *);
    char *(*resultErrorMessage)(const PGresult *);
    char *(*resultErrorField)(const PGresult *, int);
    int (*rowCount)(const PGresult *);
    int (*fieldCount)(const PGresult *);
    int (*isNull)(const PGresult *, int, int);
    char *(*value)(const PGresult *, int, int);
    void (*clear)(PGresult *);
} pq;

static pthread_once_t loading = PTHREAD_ONCE_INIT;
static char loadingError[256] = "";

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(loadingError, sizeof loadingError, "PostgreSQL's client library libpq.so.5 is not installed "
                                                    "(Debian: libpq5)");
        return;
    }
    const struct {
        const char *name;
        void **slot;
    } functions[] = {
        {"PQconnectStartParams", (void **)&pq.connectStart},
        {"PQconnectPoll", (void **)&pq.connectPoll},
        {"PQstatus", (void **)&pq.status},
        {"PQerrorMessage", (void **)&pq.errorMessage},
        {"PQsocket", (void **)&pq.socket},
        {"PQfinish", (void **)&pq.finish},
        {"PQsetnonblocking", (void **)&pq.setNonBlocking},
        {"PQsendQueryParams", (void **)&pq.sendQuery},
        {"PQflush", (void **)&pq.flush},
        {"PQconsumeInput", (void **)&pq.consumeInput},
        {"PQisBusy", (void **)&pq.isBusy},
        {"PQgetResult", (void **)&pq.getResult},
        {"PQresultStatus", (void **)&pq.resultStatus},
        {"PQresultErrorMessage", (void **)&pq.resultErrorMessage},
        {"PQresultErrorField", (void **)&pq.resultErrorField},
        {"PQntuples", (void **)&pq.rowCount},
        {"PQnfields", (void **)&pq.fieldCount},
        {"PQgetisnull", (void **)&pq.isNull},
        {"PQgetvalue", (void **)&pq.value},
        {"PQclear", (void **)&pq.clear},
    };
    for (size_t index = 0; index < sizeof functions / sizeof functions[0]; index++) {
        *functions[index].slot = dlsym(library, functions[index].name);
        if (*functions[index].slot == NULL) {
            snprintf(loadingError, sizeof loadingError, "PostgreSQL's client library libpq.so.5 has no %s",
                     functions[index].name);
            return;
        }
    }
}

struct CPGConnection {
    PGconn *handle;
};

static long long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Whether the socket became ready before the deadline.
static int waitFor(PGconn *handle, short events, long long deadline) {
    for (;;) {
        struct pollfd descriptor = {.fd = pq.socket(handle), .events = events};
        long long left = deadline - milliseconds();
        if (descriptor.fd < 0 || left <= 0) {
            return 0;
        }
        int count = poll(&descriptor, 1, (int)left);
        if (count > 0) {
            return 1;
        }
        if (count < 0 && errno != EINTR) {
            return 0;
        }
    }
}

static CPGOutcome fail(CPGOutcome outcome, const char *reason, char *text, size_t capacity) {
    snprintf(text, capacity, "%s", reason != NULL ? reason : "");
    return outcome;
}

CPGOutcome CPGOpen(const char *const *keywords, const char *const *values, int timeoutMilliseconds,
                   CPGConnection **connection, char *text, size_t capacity) {
    pthread_once(&loading, load);
    if (loadingError[0] != '\0') {
        return fail(CPGNotLoadable, loadingError, text, capacity);
    }
    long long deadline = milliseconds() + timeoutMilliseconds;
    PGconn *handle = pq.connectStart(keywords, values, 1);
    if (handle == NULL) {
        return fail(CPGNoConnection, "there is no memory for a connection", text, capacity);
    }
    int state = pq.status(handle) == connectionBad ? pollingFailed : pollingWriting;
    while (state == pollingReading || state == pollingWriting) {
        if (!waitFor(handle, state == pollingReading ? POLLIN : POLLOUT, deadline)) {
            pq.finish(handle);
            return fail(CPGTimedOut, "the server did not take the connection in time", text, capacity);
        }
        state = pq.connectPoll(handle);
    }
    CPGConnection *opened = state == pollingOK ? malloc(sizeof *opened) : NULL;
    if (opened == NULL || pq.setNonBlocking(handle, 1) != 0) {
        fail(CPGNoConnection, pq.errorMessage(handle), text, capacity);
        free(opened);
        pq.finish(handle);
        return CPGNoConnection;
    }
    opened->handle = handle;
    *connection = opened;
    return CPGSucceeded;
}

static CPGOutcome readResult(PGresult *result, char *text, size_t capacity) {
    if (pq.resultStatus(result) != tuplesOK) {
        const char *state = pq.resultErrorField(result, fieldSQLState);
        const char *message = pq.resultErrorMessage(result);
        int isError = message != NULL && message[0] != '\0';
        snprintf(text, capacity, "%.5s %s", state != NULL ? state : "00000",
                 isError ? message : "the statement returns nothing");
        return CPGQueryFailed;
    }
    if (pq.rowCount(result) < 1 || pq.fieldCount(result) < 1) {
        return fail(CPGNoValue, "the query returns no row", text, capacity);
    }
    if (pq.isNull(result, 0, 0)) {
        return fail(CPGNoValue, "the query returns NULL", text, capacity);
    }
    return fail(CPGSucceeded, pq.value(result, 0, 0), text, capacity);
}

CPGOutcome CPGQuery(CPGConnection *connection, const char *statement, int timeoutMilliseconds, char *text,
                    size_t capacity) {
    PGconn *handle = connection->handle;
    long long deadline = milliseconds() + timeoutMilliseconds;
    if (!pq.sendQuery(handle, statement, 0, NULL, NULL, NULL, NULL, 0)) {
        return fail(CPGNoConnection, pq.errorMessage(handle), text, capacity);
    }
    int left;
    while ((left = pq.flush(handle)) == 1) {
        if (!waitFor(handle, POLLOUT, deadline)) {
            return fail(CPGTimedOut, "the server did not take the query in time", text, capacity);
        }
    }
    CPGOutcome outcome = CPGNoConnection;
    int isFirst = 1;
    for (;;) {
        while (pq.isBusy(handle)) {
            if (!waitFor(handle, POLLIN, deadline)) {
                return fail(CPGTimedOut, "the server did not answer the query in time", text, capacity);
            }
            if (!pq.consumeInput(handle)) {
                return fail(CPGNoConnection, pq.errorMessage(handle), text, capacity);
            }
        }
        PGresult *result = pq.getResult(handle);
        if (result == NULL) {
            break;
        }
        if (isFirst) {
            outcome = readResult(result, text, capacity);
            isFirst = 0;
        }
        pq.clear(result);
    }
    if (left < 0 || isFirst || pq.status(handle) != connectionOK) {
        return fail(CPGNoConnection, pq.errorMessage(handle), text, capacity);
    }
    return outcome;
}

void CPGClose(CPGConnection *connection) {
    if (connection != NULL) {
        pq.finish(connection->handle);
        free(connection);
    }
}
