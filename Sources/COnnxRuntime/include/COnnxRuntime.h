#pragma once

#include <stddef.h>
#include <stdint.h>

// ONNX Runtime, loaded when it is first needed and called through its table of functions.
//
// The library publishes one table that only ever grows at its end, so a slot's number is part of its binary
// interface. This file names the slots that are used and gives each its type; nothing else of the interface is known
// here, and no header of the library is needed.

// MARK: Handles

// Every handle is opaque, and the library allows each to be used from any thread; a session may even run on several at
// once. What is not safe is to release a handle while it is in use, and the owners in Swift see to that.
#define ORT_HANDLE(name)                                                                                               \
    typedef struct __attribute__((swift_attr("@Sendable"))) name {                                                     \
        void *_Nullable pointer;                                                                                       \
    } name

ORT_HANDLE(ORTEnvironment);
ORT_HANDLE(ORTSessionOptions);
ORT_HANDLE(ORTCUDAOptions);
ORT_HANDLE(ORTSession);
ORT_HANDLE(ORTMemoryInfo);
ORT_HANDLE(ORTAllocator);
ORT_HANDLE(ORTTypeInfo);
ORT_HANDLE(ORTTensorInfo);
ORT_HANDLE(ORTValue);

/// An error that the library returned; no pointer means that the call succeeded. Free it with `ORTStatusRelease`.
ORT_HANDLE(ORTStatus);

/// The loaded library. It stays loaded until the process ends, so the table is valid from any thread for ever.
typedef struct __attribute__((swift_attr("@Sendable"))) ORTLibrary {
    const void *_Nonnull const *_Nonnull slots;
    /// What the library calls itself, for example `1.31.1`.
    const char *_Nonnull version;
} ORTLibrary;

/// Names as C strings; whoever makes the list frees it, and nobody changes it before.
typedef struct __attribute__((swift_attr("@Sendable"))) ORTNames {
    const char *_Nonnull const *_Nonnull pointers;
    size_t count;
} ORTNames;

typedef enum __attribute__((enum_extensibility(open))) ORTOpenOutcome {
    ORTOpenSucceeded = 0,
    /// The dynamic linker refused the file; the text is the linker's.
    ORTOpenNotLoadable,
    /// The file is a shared library, but not ONNX Runtime.
    ORTOpenNotOnnxRuntime,
    /// The library is older than the functions that are used here; the text is its version.
    ORTOpenTooOld,
} ORTOpenOutcome;

/// The oldest version of the interface that has every slot used here: ONNX Runtime 1.17.
enum { ORTInterfaceVersion = 17 };

/// Keeps the library from reporting what it runs to its makers.
///
/// From 1.29 on, the published Linux builds do so over the network, and write a device identifier into the home
/// directory, unless a variable of the environment forbids it before the library is loaded. A model server tells nobody
/// what it serves. `ORTOpen` calls this too; call it earlier where no other thread runs yet. Not earlier than the
/// program's arguments are read, though: the Swift runtime, linked statically, finds them behind the environment, which
/// this moves.
void ORTForbidReports(void);

/// Makes all threads that start from now on share the main heap; `malloc`'s settings are out of Swift's reach.
void ORTUseOneHeap(void);

/// Loads the library at `path` and looks up its table.
///
/// `text` receives what went wrong, cut to `capacity` bytes and always terminated.
ORTOpenOutcome ORTOpen(
    const char *_Nonnull path, ORTLibrary *_Nonnull library, char *_Nonnull text, size_t capacity);

// MARK: Element types

enum {
    ORTElementFloat = 1,
    ORTElementUInt8 = 2,
    ORTElementInt8 = 3,
    ORTElementUInt16 = 4,
    ORTElementInt16 = 5,
    ORTElementInt32 = 6,
    ORTElementInt64 = 7,
    ORTElementString = 8,
    ORTElementBool = 9,
    ORTElementFloat16 = 10,
    ORTElementDouble = 11,
    ORTElementUInt32 = 12,
    ORTElementUInt64 = 13,
    ORTElementBFloat16 = 16,
};

/// What kind of thing an input or output is; everything that is no tensor has another number.
enum { ORTKindTensor = 1 };

// MARK: Calls

#define ORT_SLOT(library, index, type) ((type)(library).slots[index])
#define ORT_INLINE static inline __attribute__((always_inline))

ORT_INLINE int32_t ORTStatusCode(ORTLibrary library, ORTStatus status) {
    return ORT_SLOT(library, 1, int32_t (*)(const void *))(status.pointer);
}

/// The message lives as long as the status.
ORT_INLINE const char *_Nonnull ORTStatusMessage(ORTLibrary library, ORTStatus status) {
    return ORT_SLOT(library, 2, const char *(*)(const void *))(status.pointer);
}

ORT_INLINE void ORTStatusRelease(ORTLibrary library, ORTStatus status) {
    ORT_SLOT(library, 93, void (*)(void *))(status.pointer);
}

/// Severity: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal.
ORT_INLINE ORTStatus ORTCreateEnvironment(
    ORTLibrary library, int32_t severity, const char *_Nonnull name, ORTEnvironment *_Nonnull result) {
    return (ORTStatus){
        ORT_SLOT(library, 3, void *(*)(int32_t, const char *, void **))(severity, name, &result->pointer)};
}

ORT_INLINE ORTStatus ORTDisableTelemetry(ORTLibrary library, ORTEnvironment environment) {
    return (ORTStatus){ORT_SLOT(library, 6, void *(*)(const void *))(environment.pointer)};
}

ORT_INLINE ORTStatus ORTCreateSessionOptions(ORTLibrary library, ORTSessionOptions *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 10, void *(*)(void **))(&result->pointer)};
}

ORT_INLINE void ORTSessionOptionsRelease(ORTLibrary library, ORTSessionOptions options) {
    ORT_SLOT(library, 100, void (*)(void *))(options.pointer);
}

ORT_INLINE ORTStatus ORTDisableMemoryPattern(ORTLibrary library, ORTSessionOptions options) {
    return (ORTStatus){ORT_SLOT(library, 17, void *(*)(void *))(options.pointer)};
}

ORT_INLINE ORTStatus ORTSetLogSeverity(ORTLibrary library, ORTSessionOptions options, int32_t severity) {
    return (ORTStatus){ORT_SLOT(library, 22, void *(*)(void *, int32_t))(options.pointer, severity)};
}

ORT_INLINE ORTStatus ORTSetIntraOperatorThreads(ORTLibrary library, ORTSessionOptions options, int32_t count) {
    return (ORTStatus){ORT_SLOT(library, 24, void *(*)(void *, int32_t))(options.pointer, count)};
}

ORT_INLINE ORTStatus ORTSetInterOperatorThreads(ORTLibrary library, ORTSessionOptions options, int32_t count) {
    return (ORTStatus){ORT_SLOT(library, 25, void *(*)(void *, int32_t))(options.pointer, count)};
}

ORT_INLINE ORTStatus ORTAddSessionEntry(
    ORTLibrary library, ORTSessionOptions options, const char *_Nonnull key, const char *_Nonnull value) {
    return (ORTStatus){
        ORT_SLOT(library, 130, void *(*)(void *, const char *, const char *))(options.pointer, key, value)};
}

ORT_INLINE ORTStatus ORTCreateCUDAOptions(ORTLibrary library, ORTCUDAOptions *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 205, void *(*)(void **))(&result->pointer)};
}

ORT_INLINE ORTStatus ORTUpdateCUDAOptions(
    ORTLibrary library, ORTCUDAOptions options, const char *_Nonnull const *_Nonnull keys,
    const char *_Nonnull const *_Nonnull values, size_t count) {
    return (ORTStatus){
        ORT_SLOT(library, 206, void *(*)(void *, const char *const *, const char *const *, size_t))(
            options.pointer, keys, values, count)};
}

ORT_INLINE void ORTCUDAOptionsRelease(ORTLibrary library, ORTCUDAOptions options) {
    ORT_SLOT(library, 208, void (*)(void *))(options.pointer);
}

ORT_INLINE ORTStatus ORTAppendCUDA(ORTLibrary library, ORTSessionOptions options, ORTCUDAOptions cuda) {
    return (ORTStatus){ORT_SLOT(library, 204, void *(*)(void *, const void *))(options.pointer, cuda.pointer)};
}

ORT_INLINE ORTStatus ORTCreateSession(
    ORTLibrary library, ORTEnvironment environment, const char *_Nonnull path, ORTSessionOptions options,
    ORTSession *_Nonnull result) {
    return (ORTStatus){
        ORT_SLOT(library, 7, void *(*)(const void *, const char *, const void *, void **))(
            environment.pointer, path, options.pointer, &result->pointer)};
}

ORT_INLINE void ORTSessionRelease(ORTLibrary library, ORTSession session) {
    ORT_SLOT(library, 95, void (*)(void *))(session.pointer);
}

/// Which side of a model a question is about.
typedef enum __attribute__((enum_extensibility(closed))) ORTSide { ORTSideInput = 0, ORTSideOutput = 1 } ORTSide;

ORT_INLINE ORTStatus ORTSessionCount(ORTLibrary library, ORTSession session, ORTSide side, size_t *_Nonnull count) {
    return (ORTStatus){ORT_SLOT(library, 30 + side, void *(*)(const void *, size_t *))(session.pointer, count)};
}

ORT_INLINE ORTStatus ORTSessionTypeInfo(
    ORTLibrary library, ORTSession session, ORTSide side, size_t index, ORTTypeInfo *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 33 + side, void *(*)(const void *, size_t, void **))(
        session.pointer, index, &result->pointer)};
}

/// The name is the allocator's memory; free it with `ORTAllocatorFree`.
ORT_INLINE ORTStatus ORTSessionName(
    ORTLibrary library, ORTSession session, ORTSide side, size_t index, ORTAllocator allocator,
    char *_Nullable *_Nonnull name) {
    return (ORTStatus){ORT_SLOT(library, 36 + side, void *(*)(const void *, size_t, void *, char **))(
        session.pointer, index, allocator.pointer, name)};
}

/// The default allocator belongs to the library and is never released.
ORT_INLINE ORTStatus ORTDefaultAllocator(ORTLibrary library, ORTAllocator *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 78, void *(*)(void **))(&result->pointer)};
}

ORT_INLINE ORTStatus ORTAllocatorFree(ORTLibrary library, ORTAllocator allocator, void *_Nonnull memory) {
    return (ORTStatus){ORT_SLOT(library, 76, void *(*)(void *, void *))(allocator.pointer, memory)};
}

ORT_INLINE void ORTTypeInfoRelease(ORTLibrary library, ORTTypeInfo info) {
    ORT_SLOT(library, 98, void (*)(void *))(info.pointer);
}

ORT_INLINE ORTStatus ORTTypeInfoKind(ORTLibrary library, ORTTypeInfo info, int32_t *_Nonnull kind) {
    return (ORTStatus){ORT_SLOT(library, 56, void *(*)(const void *, int32_t *))(info.pointer, kind)};
}

/// The result is part of `info` and is not released by itself.
ORT_INLINE ORTStatus ORTTypeInfoTensor(ORTLibrary library, ORTTypeInfo info, ORTTensorInfo *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 55, void *(*)(const void *, const void **))(
        info.pointer, (const void **)&result->pointer)};
}

ORT_INLINE void ORTTensorInfoRelease(ORTLibrary library, ORTTensorInfo info) {
    ORT_SLOT(library, 99, void (*)(void *))(info.pointer);
}

ORT_INLINE ORTStatus ORTTensorInfoElementType(ORTLibrary library, ORTTensorInfo info, int32_t *_Nonnull type) {
    return (ORTStatus){ORT_SLOT(library, 60, void *(*)(const void *, int32_t *))(info.pointer, type)};
}

ORT_INLINE ORTStatus ORTTensorInfoRank(ORTLibrary library, ORTTensorInfo info, size_t *_Nonnull rank) {
    return (ORTStatus){ORT_SLOT(library, 61, void *(*)(const void *, size_t *))(info.pointer, rank)};
}

ORT_INLINE ORTStatus ORTTensorInfoDimensions(
    ORTLibrary library, ORTTensorInfo info, int64_t *_Nullable dimensions, size_t rank) {
    return (ORTStatus){
        ORT_SLOT(library, 62, void *(*)(const void *, int64_t *, size_t))(info.pointer, dimensions, rank)};
}

/// Describes ordinary memory of this process, which is never moved by the library.
ORT_INLINE ORTStatus ORTCreateCPUMemoryInfo(ORTLibrary library, ORTMemoryInfo *_Nonnull result) {
    // Allocator kind 1 (arena), memory kind 0 (default).
    return (ORTStatus){ORT_SLOT(library, 69, void *(*)(int32_t, int32_t, void **))(1, 0, &result->pointer)};
}

/// Makes a tensor of memory that the caller owns and keeps until the tensor is released.
ORT_INLINE ORTStatus ORTCreateTensor(
    ORTLibrary library, ORTMemoryInfo memory, void *_Nullable data, size_t byteCount,
    const int64_t *_Nullable dimensions, size_t rank, int32_t elementType, ORTValue *_Nonnull result) {
    return (ORTStatus){
        ORT_SLOT(library, 49, void *(*)(const void *, void *, size_t, const int64_t *, size_t, int32_t, void **))(
            memory.pointer, data, byteCount, dimensions, rank, elementType, &result->pointer)};
}

/// Makes a tensor in the allocator's memory; strings need it.
ORT_INLINE ORTStatus ORTCreateOwnedTensor(
    ORTLibrary library, ORTAllocator allocator, const int64_t *_Nullable dimensions, size_t rank, int32_t elementType,
    ORTValue *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 48, void *(*)(void *, const int64_t *, size_t, int32_t, void **))(
        allocator.pointer, dimensions, rank, elementType, &result->pointer)};
}

ORT_INLINE void ORTValueRelease(ORTLibrary library, ORTValue value) {
    ORT_SLOT(library, 96, void (*)(void *))(value.pointer);
}

/// The memory belongs to the value.
ORT_INLINE ORTStatus ORTValueData(ORTLibrary library, ORTValue value, void *_Nullable *_Nonnull data) {
    return (ORTStatus){ORT_SLOT(library, 51, void *(*)(void *, void **))(value.pointer, data)};
}

/// Release the result with `ORTTensorInfoRelease`.
ORT_INLINE ORTStatus ORTValueTensorInfo(ORTLibrary library, ORTValue value, ORTTensorInfo *_Nonnull result) {
    return (ORTStatus){ORT_SLOT(library, 65, void *(*)(const void *, void **))(value.pointer, &result->pointer)};
}

/// Bytes of all strings together, without terminators.
ORT_INLINE ORTStatus ORTStringsByteCount(ORTLibrary library, ORTValue value, size_t *_Nonnull count) {
    return (ORTStatus){ORT_SLOT(library, 53, void *(*)(const void *, size_t *))(value.pointer, count)};
}

/// Copies the strings one after another, and where each begins.
ORT_INLINE ORTStatus ORTStringsContent(
    ORTLibrary library, ORTValue value, void *_Nullable bytes, size_t byteCount, size_t *_Nullable offsets,
    size_t count) {
    return (ORTStatus){ORT_SLOT(library, 54, void *(*)(const void *, void *, size_t, size_t *, size_t))(
        value.pointer, bytes, byteCount, offsets, count)};
}

/// The memory of one string of `byteCount` bytes, to be filled by the caller.
ORT_INLINE ORTStatus ORTStringBuffer(
    ORTLibrary library, ORTValue value, size_t index, size_t byteCount, char *_Nullable *_Nonnull buffer) {
    return (ORTStatus){ORT_SLOT(library, 252, void *(*)(void *, size_t, size_t, char **))(
        value.pointer, index, byteCount, buffer)};
}

/// Runs the model. Outputs whose handle holds no pointer are allocated by the library.
ORT_INLINE ORTStatus ORTRun(
    ORTLibrary library, ORTSession session, const char *_Nonnull const *_Nonnull inputNames,
    const ORTValue *_Nonnull inputs, size_t inputCount, const char *_Nonnull const *_Nonnull outputNames,
    size_t outputCount, ORTValue *_Nonnull outputs) {
    // A handle is a struct of one pointer, so an array of handles is an array of pointers.
    return (ORTStatus){ORT_SLOT(
        library, 9,
        void *(*)(void *, const void *, const char *const *, const void *const *, size_t, const char *const *, size_t,
                  void **))(
        session.pointer, NULL, inputNames, (const void *const *)inputs, inputCount, outputNames, outputCount,
        (void **)outputs)};
}
