#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// More groups than a machine can run; one too many is told to the caller by the pipe's end.
enum { GROUP_CAPACITY = 65536 };
static int32_t groups[GROUP_CAPACITY];

static void note(int32_t message, int *count) {
    if (message > 0) {
        if (*count < GROUP_CAPACITY) groups[(*count)++] = message;
        return;
    }
    for (int position = 0; position < *count; position++) {
        if (groups[position] != -message) continue;
        groups[position] = groups[--*count];
        return;
    }
}

// The guard's whole life. It came from a process with threads, so only async-signal-safe calls are made.
static void run_guard(int messages) {
    setsid();
    prctl(PR_SET_NAME, "pilotlight-grd");
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    const int refused[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2};
    for (unsigned position = 0; position < sizeof refused / sizeof *refused; position++) {
        sigaction(refused[position], &ignored, NULL);
    }
    // Nothing of the parent's may be held open: neither its locks and sockets nor the pipe's other end.
    dup2(messages, 3);
    int nothing = open("/dev/null", O_RDWR);
    for (int descriptor = 0; descriptor < 3; descriptor++) dup2(nothing, descriptor);
    if (syscall(SYS_close_range, 4U, ~0U, 0U) != 0) {
        for (int descriptor = 4; descriptor < 65536; descriptor++) close(descriptor);
    }

    int count = 0;
    int32_t message;
    for (;;) {
        ssize_t length = read(3, &message, sizeof message);
        if (length < 0 && errno == EINTR) continue;
        if (length != (ssize_t)sizeof message) break;
        note(message, &count);
    }
    for (int position = 0; position < count; position++) kill(-groups[position], SIGKILL);
    _exit(0);
}

pid_t pl_guard_start(int *control) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    pid_t pid = _Fork();
    if (pid == 0) run_guard(ends[0]);
    int error = errno;
    close(ends[0]);
    if (pid < 0) {
        close(ends[1]);
        return -error;
    }
    *control = ends[1];
    return pid;
}

static int tell(int control, int32_t message) {
    // Smaller than PIPE_BUF, so it is written whole or not at all.
    while (write(control, &message, sizeof message) != (ssize_t)sizeof message) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int pl_guard_add(int control, pid_t group) { return tell(control, group); }

int pl_guard_remove(int control, pid_t group) { return tell(control, -group); }
