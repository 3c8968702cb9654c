#define _GNU_SOURCE
#include "CRabbitMQ.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/// The name that the dynamic linker knows the library by; Debian's package librabbitmq4 has it.
static const char fileName[] = "librabbitmq.so.4";

static const struct {
    const char *name;
    size_t offset;
} slots[] = {
#define SLOT(name) {#name, offsetof(AMQPFunctions, name)},
    AMQP_FUNCTIONS(SLOT)
#undef SLOT
};

AMQPLoadOutcome AMQPLoad(AMQPFunctions *functions, char *text, size_t capacity) {
    text[0] = '\0';
    void *library = dlopen(fileName, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(text, capacity, "%s", reason != NULL ? reason : "no reason was given");
        return AMQPLoadNotLoadable;
    }
    for (size_t index = 0; index < sizeof slots / sizeof slots[0]; index++) {
        void *symbol = dlsym(library, slots[index].name);
        if (symbol == NULL) {
            snprintf(text, capacity, "%s", slots[index].name);
            dlclose(library);
            return AMQPLoadLacksFunction;
        }
        memcpy((char *)functions + slots[index].offset, &symbol, sizeof symbol);
    }
    return AMQPLoadSucceeded;
}

amqp_rpc_reply_t AMQPLogin(
    const AMQPFunctions *functions, amqp_connection_state_t handle, const char *virtualHost, int heartbeatSeconds,
    const amqp_table_t *properties, const char *user, const char *password) {
    const int frameBytesMaximum = 131072;
    return functions->amqp_login_with_properties(
        handle, virtualHost, AMQP_DEFAULT_MAX_CHANNELS, frameBytesMaximum, heartbeatSeconds, properties,
        AMQP_SASL_METHOD_PLAIN, user, password);
}

int AMQPLimitWrites(int socket, unsigned milliseconds) {
    return setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
}

int AMQPMemoryFile(const void *bytes, size_t count) {
    int file = memfd_create("pilotlight-certificate", MFD_CLOEXEC);
    if (file < 0) {
        return -1;
    }
    size_t written = 0;
    while (written < count) {
        ssize_t step = write(file, (const char *)bytes + written, count - written);
        if (step < 0) {
            int reason = errno;
            close(file);
            errno = reason;
            return -1;
        }
        written += (size_t)step;
    }
    return file;
}

int AMQPWait(int socket, int wake, int milliseconds) {
    struct pollfd watched[] = {{.fd = socket, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
    int count = poll(watched, 2, milliseconds);
    if (count < 0) {
        return errno == EINTR ? 0 : -1;
    }
    if (watched[1].revents != 0) {
        eventfd_t rings;
        eventfd_read(wake, &rings);
    }
    return watched[0].revents != 0 ? 1 : 0;
}

int AMQPMakeBell(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void AMQPRing(int bell) {
    eventfd_write(bell, 1);
}
