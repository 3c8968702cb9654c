#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
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

struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

// Whether the process's environment, or as much of it as a page of ours after the other shows, holds the marker as one
// whole entry.
static int is_marked(const char *name, const char *marker, size_t marker_length) {
    char path[64];
    size_t length = 0;
    memcpy(path, "/proc/", 6);
    while (name[length] && length < 20) {
        path[6 + length] = name[length];
        length++;
    }
    memcpy(path + 6 + length, "/environ", 9);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    static char text[128 * 1024];
    size_t filled = 0;
    for (;;) {
        ssize_t count = read(descriptor, text + filled, sizeof text - 1 - filled);
        if (count <= 0) break;
        filled += (size_t)count;
    }
    close(descriptor);
    text[filled] = 0;
    for (size_t start = 0; start < filled; start += strlen(text + start) + 1) {
        if (strlen(text + start) == marker_length && memcmp(text + start, marker, marker_length) == 0) return 1;
    }
    return 0;
}

// Only system calls: the guard, which uses it, may not allocate.
int pl_kill_marked(const char *marker) {
    size_t marker_length = strlen(marker);
    int directory = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return 0;
    static char entries[32 * 1024];
    int killed = 0;
    for (;;) {
        long count = syscall(SYS_getdents64, directory, entries, sizeof entries);
        if (count <= 0) break;
        for (long position = 0; position < count;) {
            const struct directory_entry *entry = (const void *)(entries + position);
            position += entry->length;
            pid_t pid = 0;
            for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; digit++) {
                pid = pid * 10 + (*digit - '0');
            }
            if (pid <= 1 || pid == getpid() || !is_marked(entry->name, marker, marker_length)) continue;
            if (kill(pid, SIGKILL) == 0) killed++;
        }
    }
    close(directory);
    return killed;
}

// The guard's whole life. It came from a process with threads, so only async-signal-safe calls are made.
static void run_guard(int messages, const char *marker) {
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
    // A process that forks while it is looked for may be missed once.
    for (int round = 0; round < 3 && pl_kill_marked(marker) > 0; round++) {}
    _exit(0);
}

pid_t pl_guard_start(const char *marker, int *control) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    pid_t pid = _Fork();
    if (pid == 0) run_guard(ends[0], marker);
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
