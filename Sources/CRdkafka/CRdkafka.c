#include "CRdkafka.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/// The name that the dynamic linker knows the library by; Debian's package librdkafka1 has it.
static const char fileName[] = "librdkafka.so.1";

typedef struct Slot {
    const char *name;
    size_t offset;
} Slot;

#define SLOT(name) {#name, offsetof(KafkaFunctions, name)},
static const Slot slots[] = {KAFKA_FUNCTIONS(SLOT)};
#undef SLOT

#define SLOT(name) {#name, offsetof(KafkaMockFunctions, name)},
static const Slot mockSlots[] = {KAFKA_MOCK_FUNCTIONS(SLOT)};
#undef SLOT

static KafkaLoadOutcome fill(void *table, const Slot *first, size_t count, char *text, size_t capacity) {
    text[0] = '\0';
    void *library = dlopen(fileName, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        snprintf(text, capacity, "%s", reason != NULL ? reason : "no reason was given");
        return KafkaLoadNotLoadable;
    }
    for (size_t index = 0; index < count; index++) {
        void *symbol = dlsym(library, first[index].name);
        if (symbol == NULL) {
            snprintf(text, capacity, "%s", first[index].name);
            dlclose(library);
            return KafkaLoadLacksFunction;
        }
        memcpy((char *)table + first[index].offset, &symbol, sizeof symbol);
    }
    return KafkaLoadSucceeded;
}

KafkaLoadOutcome KafkaLoad(KafkaFunctions *functions, char *text, size_t capacity) {
    return fill(functions, slots, sizeof slots / sizeof slots[0], text, capacity);
}

KafkaLoadOutcome KafkaMockLoad(KafkaMockFunctions *functions, char *text, size_t capacity) {
    return fill(functions, mockSlots, sizeof mockSlots / sizeof mockSlots[0], text, capacity);
}

rd_kafka_error_t *KafkaProduce(
    const KafkaFunctions *functions, rd_kafka_t *handle, const char *topic, int32_t partition, const void *key,
    size_t keyLength, const void *value, size_t valueLength, rd_kafka_headers_t *headers, void *opaque) {
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition < 0 ? RD_KAFKA_PARTITION_UA : partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)key, keyLength}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)value, valueLength}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = sizeof arguments / sizeof arguments[0];
    return functions->rd_kafka_produceva(handle, arguments, headers != NULL ? count : count - 1);
}
