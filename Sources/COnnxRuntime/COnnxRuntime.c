#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

// From 1.29 on, the published Linux builds report what they run to their makers over the network, and write a device
// identifier into the home directory, unless this variable is set before the library is loaded. A model server tells
// nobody what it serves. Not in a constructor: the Swift runtime finds the program's arguments through `environ` in a
// constructor of its own, and would find none after the environment has moved.
static void ORTForbidTelemetry(void) {
    setenv("ORT_DISABLE_TELEMETRY", "1", 1);
}

typedef struct APIBase {
    const void *const *(*table)(uint32_t version);
    const char *(*version)(void);
} APIBase;

ORTOpenOutcome ORTOpen(const char *path, ORTLibrary *library, char *text, size_t capacity) {
    text[0] = '\0';
    ORTForbidTelemetry();
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *reason = dlerror();
        snprintf(text, capacity, "%s", reason != NULL ? reason : "no reason was given");
        return ORTOpenNotLoadable;
    }
    const APIBase *(*base)(void) = (const APIBase *(*)(void))dlsym(handle, "OrtGetApiBase");
    if (base == NULL) {
        dlclose(handle);
        return ORTOpenNotOnnxRuntime;
    }
    const APIBase *found = base();
    const void *const *table = found->table(ORTInterfaceVersion);
    if (table == NULL) {
        snprintf(text, capacity, "%s", found->version());
        dlclose(handle);
        return ORTOpenTooOld;
    }
    library->slots = (const void *const *)table;
    library->version = found->version();
    return ORTOpenSucceeded;
}
