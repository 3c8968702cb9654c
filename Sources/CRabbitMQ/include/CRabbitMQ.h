#pragma once

#include <sys/time.h>

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <stddef.h>
#include <stdint.h>

// librabbitmq, loaded when it is first needed and called through a table of its functions.
//
// The types come from the library's own headers, so the table cannot disagree with them. Nothing here is linked against
// the library: a program that never talks to RabbitMQ neither needs it nor pays for loading it.

/// A connection to a broker, and the frames that it has read; used by one thread at a time.
typedef struct __attribute__((swift_attr("@Sendable"))) AMQPHandle {
    amqp_connection_state_t _Nonnull pointer;
} AMQPHandle;

#define AMQP_FUNCTIONS(X)                                                                                              \
    X(amqp_version)                                                                                                    \
    X(amqp_error_string2)                                                                                              \
    X(amqp_new_connection)                                                                                             \
    X(amqp_destroy_connection)                                                                                         \
    X(amqp_get_sockfd)                                                                                                 \
    X(amqp_tcp_socket_new)                                                                                             \
    X(amqp_ssl_socket_new)                                                                                             \
    X(amqp_ssl_socket_set_cacert)                                                                                      \
    X(amqp_ssl_socket_set_key)                                                                                         \
    X(amqp_ssl_socket_set_key_passwd)                                                                                  \
    X(amqp_ssl_socket_set_verify_peer)                                                                                 \
    X(amqp_ssl_socket_set_verify_hostname)                                                                             \
    X(amqp_ssl_socket_get_context)                                                                                     \
    X(amqp_socket_open_noblock)                                                                                        \
    X(amqp_set_handshake_timeout)                                                                                      \
    X(amqp_set_rpc_timeout)                                                                                            \
    X(amqp_login_with_properties)                                                                                      \
    X(amqp_get_server_properties)                                                                                      \
    X(amqp_get_channel_max)                                                                                            \
    X(amqp_get_heartbeat)                                                                                              \
    X(amqp_get_rpc_reply)                                                                                              \
    X(amqp_channel_open)                                                                                               \
    X(amqp_channel_close)                                                                                              \
    X(amqp_connection_close)                                                                                           \
    X(amqp_maybe_release_buffers)                                                                                      \
    X(amqp_maybe_release_buffers_on_channel)                                                                           \
    X(amqp_data_in_buffer)                                                                                             \
    X(amqp_frames_enqueued)                                                                                            \
    X(amqp_simple_wait_frame_noblock)                                                                                  \
    X(amqp_read_message)                                                                                               \
    X(amqp_destroy_message)                                                                                            \
    X(amqp_send_method)                                                                                                \
    X(amqp_queue_declare)                                                                                              \
    X(amqp_queue_delete)                                                                                               \
    X(amqp_queue_purge)                                                                                                \
    X(amqp_queue_bind)                                                                                                 \
    X(amqp_basic_qos)                                                                                                  \
    X(amqp_basic_consume)                                                                                              \
    X(amqp_basic_cancel)                                                                                               \
    X(amqp_basic_ack)                                                                                                  \
    X(amqp_basic_nack)                                                                                                 \
    X(amqp_basic_publish)                                                                                              \
    X(amqp_confirm_select)

/// The library's functions under their own names.
typedef struct __attribute__((swift_attr("@Sendable"))) AMQPFunctions {
#define AMQP_SLOT(name) __typeof__(&name) _Nonnull name;
    AMQP_FUNCTIONS(AMQP_SLOT)
} AMQPFunctions;
#undef AMQP_SLOT

typedef enum __attribute__((enum_extensibility(open))) AMQPLoadOutcome {
    AMQPLoadSucceeded = 0,
    /// The dynamic linker did not find or take the library; the text is the linker's.
    AMQPLoadNotLoadable,
    /// The library lacks a function; the text is its name.
    AMQPLoadLacksFunction,
} AMQPLoadOutcome;

/// Loads the library and fills the table.
///
/// The library stays loaded until the process ends. `text` receives what went wrong, cut to `capacity` bytes and always
/// terminated.
AMQPLoadOutcome AMQPLoad(AMQPFunctions *_Nonnull functions, char *_Nonnull text, size_t capacity);

// MARK: Constants whose casts Swift cannot read

enum {
    AMQPMethodChannelClose = AMQP_CHANNEL_CLOSE_METHOD,
    AMQPMethodChannelCloseOK = AMQP_CHANNEL_CLOSE_OK_METHOD,
    AMQPMethodConnectionClose = AMQP_CONNECTION_CLOSE_METHOD,
    AMQPMethodConnectionCloseOK = AMQP_CONNECTION_CLOSE_OK_METHOD,
    AMQPMethodDeliver = AMQP_BASIC_DELIVER_METHOD,
    AMQPMethodAck = AMQP_BASIC_ACK_METHOD,
    AMQPMethodNack = AMQP_BASIC_NACK_METHOD,
    AMQPMethodReturn = AMQP_BASIC_RETURN_METHOD,
    AMQPMethodCancel = AMQP_BASIC_CANCEL_METHOD,
};

// MARK: Calls that Swift cannot write

/// Shows a name and a password to the broker, and agrees on limits; the library's own call has a variable number of
/// arguments.
amqp_rpc_reply_t AMQPLogin(
    const AMQPFunctions *_Nonnull functions, amqp_connection_state_t _Nonnull handle, const char *_Nonnull virtualHost,
    int heartbeatSeconds, const amqp_table_t *_Nonnull properties, const char *_Nonnull user,
    const char *_Nonnull password);

/// Makes writes to the socket fail when the peer has acknowledged nothing for so long, even when it refuses more by a
/// closed window: a broker that stops reading must not hold its writer for ever.
int AMQPLimitWrites(int socket, unsigned milliseconds);

/// A file in memory with the given bytes; its path is `/proc/self/fd/N`. Certificates and keys reach OpenSSL so without
/// being written to a disk. Returns the descriptor, or -1 with `errno`.
int AMQPMemoryFile(const void *_Nonnull bytes, size_t count);

/// Waits until the socket has something to read, or the wake descriptor has; never reads the former.
///
/// Returns 1 when the socket is ready, 0 when the time is over or the wake descriptor rang, which is cleared, and -1 with
/// `errno`.
int AMQPWait(int socket, int wake, int milliseconds);

/// A descriptor for `AMQPWait`, rung by `AMQPRing`.
int AMQPMakeBell(void);
void AMQPRing(int bell);
