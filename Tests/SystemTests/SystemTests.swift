import Testing

/// The built program as users run it: one platform at a time, because each test looks for processes that others start.
@Suite(
    "the built program",
    .serialized,
    .enabled(if: RunningPlatform.isAvailable, "set PILOTLIGHT_PROGRAM; `make test` does")
)
enum SystemTests {}
