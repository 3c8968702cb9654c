#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

int pl_poller_make(void) { return epoll_create1(EPOLL_CLOEXEC); }

int pl_poller_add(int poller, int descriptor, uint64_t token, uint32_t events) {
    struct epoll_event event = {.data.u64 = token};
    if (events & PL_READABLE) event.events |= EPOLLIN;
    if (events & PL_WRITABLE) event.events |= EPOLLOUT;
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

int pl_poller_remove(int poller, int descriptor) { return epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL); }

int pl_poller_wait(int poller, struct pl_event *events, int capacity, int timeout_ms) {
    struct epoll_event ready[64];
    if (capacity > 64) capacity = 64;
    int count;
    do {
        count = epoll_wait(poller, ready, capacity, timeout_ms);
    } while (count < 0 && errno == EINTR);
    for (int position = 0; position < count; position++) {
        events[position].token = ready[position].data.u64;
        events[position].events = ready[position].events;
    }
    return count;
}

int pl_wake_make(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void pl_thread_name(const char *name) { prctl(PR_SET_NAME, name); }

// A daemon may run with its standard descriptors closed, and those of a pipe would take their place.
static int raised(int descriptor) {
    if (descriptor > 2) return descriptor;
    int higher = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    close(descriptor);
    return higher;
}

int pl_pipe_make(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    *reading = raised(ends[0]);
    *writing = raised(ends[1]);
    if (*reading < 0 || *writing < 0 || fcntl(*reading, F_SETFL, O_NONBLOCK) != 0) {
        close(*reading);
        close(*writing);
        return -1;
    }
    return 0;
}
