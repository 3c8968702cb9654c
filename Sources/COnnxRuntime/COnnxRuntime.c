#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

void ORTForbidReports(void) {
    const char *name = "ORT_DISABLE_TELEMETRY";
    const char *value = getenv(name);
    // Set once: to set it again could move the environment under a thread that reads it.
    if (value == NULL || value[0] != '1' || value[1] != '\0') {
        setenv(name, "1", 1);
    }
}

void ORTUseOneHeap(void) {
    mallopt(M_ARENA_MAX, 1);
}

typedef struct APIBase {
    const void *const *(*table)(uint32_t version);
    const char *(*version)(void);
} APIBase;

ORTOpenOutcome ORTOpen(const char *path, ORTLibrary *library, char *text, size_t capacity) {
    text[0] = '\0';
    ORTForbidReports();
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
