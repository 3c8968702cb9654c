import COnnxRuntime

/// How the C library hands out memory in a process that serves one model.
public enum HeapSettings {
    /// Lets all threads share one heap instead of giving each its own.
    ///
    /// A heap of a thread's own grows by single pages, each a system call, which costs the loading of ONNX Runtime a
    /// tenth of its time; and what several threads freed lies in several heaps and is kept several times. Contention is
    /// no concern: each thread keeps small pieces for itself. To be called before there are threads.
    public static func shareOne() { ORTUseOneHeap() }
}
