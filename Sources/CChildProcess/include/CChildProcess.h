#pragma once

#include <stdint.h>
#include <sys/types.h>

// What a child process is made of. Every pointer has to live until `pl_spawn` returns.
struct pl_spawn_request {
    // The file to execute; nothing is searched.
    const char *path;
    char *const *arguments;
    char *const *environment;
    // NULL: the parent's.
    const char *directory;
    // Descriptors above 2 that become 0, 1 and 2; all others are closed in the child.
    int standard_input;
    int standard_output;
    int standard_error;
};

// The step at which a child could not be made.
enum pl_spawn_step {
    PL_STEP_CLONE = 0,
    PL_STEP_DESCRIPTORS = 1,
    PL_STEP_DIRECTORY = 2,
    PL_STEP_EXECUTE = 3,
};

struct pl_spawn_failure {
    int error_number;
    enum pl_spawn_step step;
};

// Starts a child in a session and process group of its own, which the kernel kills when the calling THREAD ends.
// Returns its pid, with a descriptor that becomes readable when it exits in `pidfd`, or -1 with the reason in
// `failure`. By then the child has executed its file: there is no moment at which it is half made.
pid_t pl_spawn(const struct pl_spawn_request *request, int *pidfd, struct pl_spawn_failure *failure);

// How a child ended: its exit status, or the signal that killed it, negated.
// Returns 0, or an error number. The child must have ended.
int pl_reap(int pidfd, int *outcome);

// Starts a process that outlives this one by a moment: it reads process groups from a pipe and kills them all when the
// pipe's other end closes, however this process ends; then it kills every process in whose environment stands `marker`
// (`NAME=value`), for those that have left their group. Returns its pid with the pipe in `control`, or a negated error
// number.
pid_t pl_guard_start(const char *marker, int *control);

// Kills every process but this one in whose environment stands `marker`, and returns how many there were.
int pl_kill_marked(const char *marker);

// Tells the guard of a group to kill, or no longer to kill. Returns 0, or an error number.
int pl_guard_add(int control, pid_t group);
int pl_guard_remove(int control, pid_t group);

// epoll, which Swift's view of the C library lacks. All return -1 with errno on failure.
struct pl_event {
    uint64_t token;
    uint32_t events;
};
enum { PL_READABLE = 1, PL_WRITABLE = 2 };
int pl_poller_make(void);
int pl_poller_add(int poller, int descriptor, uint64_t token, uint32_t events);
int pl_poller_remove(int poller, int descriptor);
// Waits up to `timeout_ms` (-1: for ever), repeated when a signal interrupts.
int pl_poller_wait(int poller, struct pl_event *events, int capacity, int timeout_ms);
int pl_wake_make(void);

// Makes a pipe that no child inherits, its reading end non-blocking, both descriptors above 2. Returns 0, or -1 with
// errno.
int pl_pipe_make(int *reading, int *writing);

// Names the calling thread, up to 15 bytes of it.
void pl_thread_name(const char *name);
