#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_STACK_BYTES = 256 * 1024 };

struct child_context {
    const struct pl_spawn_request *request;
    pid_t parent;
    struct pl_spawn_failure failure;
};

// Leaves `first` and all above it to be closed by exec. Done in the child, whose table of descriptors is its own.
static void close_on_exec_from(unsigned first) {
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif
    if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    struct rlimit limit = {.rlim_cur = 65536};
    getrlimit(RLIMIT_NOFILE, &limit);
    for (unsigned descriptor = first; descriptor < limit.rlim_cur && descriptor < 1048576; descriptor++) {
        fcntl((int)descriptor, F_SETFD, FD_CLOEXEC);
    }
}

static int fail(struct child_context *context, enum pl_spawn_step step) {
    // The parent, whose memory this is, sleeps until the child is gone or has executed its file.
    context->failure.error_number = errno;
    context->failure.step = step;
    _exit(127);
}

// Runs in the child on borrowed memory: nothing here may allocate, lock or return.
static int run_child(void *argument) {
    struct child_context *context = argument;
    const struct pl_spawn_request *request = context->request;

    // A session of its own: one group to signal, and no terminal whose Ctrl-C would reach it behind our back.
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have died before the line above.
    if (getppid() != context->parent) _exit(127);

    // exec resets handlers but keeps what is ignored, SIGPIPE for instance.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);

    if (dup2(request->standard_input, 0) < 0 || dup2(request->standard_output, 1) < 0
        || dup2(request->standard_error, 2) < 0) {
        return fail(context, PL_STEP_DESCRIPTORS);
    }
    close_on_exec_from(3);
    if (request->directory && chdir(request->directory) != 0) return fail(context, PL_STEP_DIRECTORY);

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(request->path, request->arguments, request->environment);
    return fail(context, PL_STEP_EXECUTE);
}

pid_t pl_spawn(const struct pl_spawn_request *request, int *pidfd, struct pl_spawn_failure *failure) {
    struct child_context context = {.request = request, .parent = getpid()};
    char *stack = mmap(NULL, CHILD_STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        *failure = (struct pl_spawn_failure){.error_number = errno, .step = PL_STEP_CLONE};
        return -1;
    }
    // A handler that ran in the child would run on the parent's memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // Sharing memory until exec costs the same however large this process is; fork would copy its page tables.
    int descriptor = -1;
    pid_t pid = clone(run_child, stack + CHILD_STACK_BYTES, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &context,
                      &descriptor);
    int clone_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, CHILD_STACK_BYTES);

    if (pid < 0) {
        *failure = (struct pl_spawn_failure){.error_number = clone_error, .step = PL_STEP_CLONE};
        return -1;
    }
    if (context.failure.error_number != 0) {
        int outcome;
        pl_reap(descriptor, &outcome);
        close(descriptor);
        *failure = context.failure;
        return -1;
    }
    *pidfd = descriptor;
    return pid;
}

int pl_reap(int pidfd, int *outcome) {
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
    siginfo_t info = {0};
    while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0) {
        if (errno != EINTR) return errno;
    }
    *outcome = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
    return 0;
}
