#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stddef.h>
#include <stdint.h>

// librdkafka, loaded when it is first needed and called through tables of its functions.
//
// The types come from the library's own header, so a table cannot disagree with it. Nothing here is linked against the
// library: a program that never talks to Kafka neither needs it nor pays for loading it.

// MARK: Handles

/// A client, a consumer or a producer.
///
/// The library allows calls on it from any thread. What is not safe is to destroy it while it is in use, and the owners
/// in Swift see to that.
typedef struct __attribute__((swift_attr("@Sendable"))) KafkaHandle {
    rd_kafka_t *_Nonnull pointer;
} KafkaHandle;

/// A queue of events, safe from any thread like the handle that it belongs to.
typedef struct __attribute__((swift_attr("@Sendable"))) KafkaQueue {
    rd_kafka_queue_t *_Nonnull pointer;
} KafkaQueue;

// MARK: Functions

#define KAFKA_FUNCTIONS(X)                                                                                             \
    X(rd_kafka_version)                                                                                                \
    X(rd_kafka_version_str)                                                                                            \
    X(rd_kafka_err2str)                                                                                                \
    X(rd_kafka_err2name)                                                                                               \
    X(rd_kafka_error_code)                                                                                             \
    X(rd_kafka_error_string)                                                                                           \
    X(rd_kafka_error_destroy)                                                                                          \
    X(rd_kafka_conf_new)                                                                                               \
    X(rd_kafka_conf_set)                                                                                               \
    X(rd_kafka_conf_destroy)                                                                                           \
    X(rd_kafka_conf_set_opaque)                                                                                        \
    X(rd_kafka_conf_set_error_cb)                                                                                      \
    X(rd_kafka_conf_set_log_cb)                                                                                        \
    X(rd_kafka_conf_set_stats_cb)                                                                                      \
    X(rd_kafka_conf_set_dr_msg_cb)                                                                                     \
    X(rd_kafka_conf_set_rebalance_cb)                                                                                  \
    X(rd_kafka_conf_set_oauthbearer_token_refresh_cb)                                                                  \
    X(rd_kafka_conf_enable_sasl_queue)                                                                                 \
    X(rd_kafka_sasl_background_callbacks_enable)                                                                       \
    X(rd_kafka_oauthbearer_set_token)                                                                                  \
    X(rd_kafka_oauthbearer_set_token_failure)                                                                          \
    X(rd_kafka_new)                                                                                                    \
    X(rd_kafka_destroy)                                                                                                \
    X(rd_kafka_destroy_flags)                                                                                          \
    X(rd_kafka_opaque)                                                                                                 \
    X(rd_kafka_name)                                                                                                   \
    X(rd_kafka_poll)                                                                                                   \
    X(rd_kafka_fatal_error)                                                                                            \
    X(rd_kafka_topic_new)                                                                                              \
    X(rd_kafka_topic_name)                                                                                             \
    X(rd_kafka_topic_destroy)                                                                                          \
    X(rd_kafka_metadata)                                                                                               \
    X(rd_kafka_metadata_destroy)                                                                                       \
    X(rd_kafka_topic_partition_list_new)                                                                               \
    X(rd_kafka_topic_partition_list_add)                                                                               \
    X(rd_kafka_topic_partition_list_destroy)                                                                           \
    X(rd_kafka_offsets_for_times)                                                                                      \
    X(rd_kafka_queue_new)                                                                                              \
    X(rd_kafka_queue_destroy)                                                                                          \
    X(rd_kafka_queue_get_main)                                                                                         \
    X(rd_kafka_queue_get_consumer)                                                                                     \
    X(rd_kafka_queue_poll)                                                                                             \
    X(rd_kafka_queue_yield)                                                                                            \
    X(rd_kafka_event_type)                                                                                             \
    X(rd_kafka_event_error)                                                                                            \
    X(rd_kafka_event_error_string)                                                                                     \
    X(rd_kafka_event_opaque)                                                                                           \
    X(rd_kafka_event_topic_partition_list)                                                                             \
    X(rd_kafka_event_destroy)                                                                                          \
    X(rd_kafka_event_ListConsumerGroupOffsets_result)                                                                  \
    X(rd_kafka_ListConsumerGroupOffsets)                                                                               \
    X(rd_kafka_ListConsumerGroupOffsets_new)                                                                           \
    X(rd_kafka_ListConsumerGroupOffsets_destroy)                                                                       \
    X(rd_kafka_ListConsumerGroupOffsets_result_groups)                                                                 \
    X(rd_kafka_AlterConsumerGroupOffsets)                                                                              \
    X(rd_kafka_AlterConsumerGroupOffsets_new)                                                                          \
    X(rd_kafka_AlterConsumerGroupOffsets_destroy)                                                                      \
    X(rd_kafka_AlterConsumerGroupOffsets_result_groups)                                                                \
    X(rd_kafka_event_AlterConsumerGroupOffsets_result)                                                                 \
    X(rd_kafka_group_result_error)                                                                                     \
    X(rd_kafka_group_result_name)                                                                                      \
    X(rd_kafka_group_result_partitions)                                                                                \
    X(rd_kafka_AdminOptions_new)                                                                                       \
    X(rd_kafka_AdminOptions_destroy)                                                                                   \
    X(rd_kafka_AdminOptions_set_request_timeout)                                                                       \
    X(rd_kafka_AdminOptions_set_opaque)                                                                                \
    X(rd_kafka_NewTopic_new)                                                                                           \
    X(rd_kafka_NewTopic_destroy)                                                                                       \
    X(rd_kafka_CreateTopics)                                                                                           \
    X(rd_kafka_subscribe)                                                                                              \
    X(rd_kafka_unsubscribe)                                                                                            \
    X(rd_kafka_assign)                                                                                                 \
    X(rd_kafka_assignment)                                                                                             \
    X(rd_kafka_assignment_lost)                                                                                        \
    X(rd_kafka_incremental_assign)                                                                                     \
    X(rd_kafka_incremental_unassign)                                                                                   \
    X(rd_kafka_rebalance_protocol)                                                                                     \
    X(rd_kafka_poll_set_consumer)                                                                                      \
    X(rd_kafka_consumer_poll)                                                                                          \
    X(rd_kafka_consumer_close_queue)                                                                                   \
    X(rd_kafka_consumer_closed)                                                                                        \
    X(rd_kafka_consumer_group_metadata)                                                                                \
    X(rd_kafka_consumer_group_metadata_destroy)                                                                        \
    X(rd_kafka_pause_partitions)                                                                                       \
    X(rd_kafka_resume_partitions)                                                                                      \
    X(rd_kafka_seek_partitions)                                                                                        \
    X(rd_kafka_commit)                                                                                                 \
    X(rd_kafka_commit_queue)                                                                                           \
    X(rd_kafka_committed)                                                                                              \
    X(rd_kafka_memberid)                                                                                               \
    X(rd_kafka_message_destroy)                                                                                        \
    X(rd_kafka_message_errstr)                                                                                         \
    X(rd_kafka_message_headers)                                                                                        \
    X(rd_kafka_message_timestamp)                                                                                      \
    X(rd_kafka_header_get_all)                                                                                         \
    X(rd_kafka_headers_new)                                                                                            \
    X(rd_kafka_headers_destroy)                                                                                        \
    X(rd_kafka_header_add)                                                                                             \
    X(rd_kafka_produceva)                                                                                              \
    X(rd_kafka_flush)                                                                                                  \
    X(rd_kafka_purge)                                                                                                  \
    X(rd_kafka_outq_len)

/// The library's functions under their own names.
typedef struct __attribute__((swift_attr("@Sendable"))) KafkaFunctions {
#define KAFKA_SLOT(name) __typeof__(&name) _Nonnull name;
    KAFKA_FUNCTIONS(KAFKA_SLOT)
} KafkaFunctions;

#define KAFKA_MOCK_FUNCTIONS(X)                                                                                        \
    X(rd_kafka_mock_cluster_new)                                                                                       \
    X(rd_kafka_mock_cluster_destroy)                                                                                   \
    X(rd_kafka_mock_cluster_bootstraps)                                                                                \
    X(rd_kafka_mock_topic_create)                                                                                      \
    X(rd_kafka_mock_topic_set_error)                                                                                   \
    X(rd_kafka_mock_partition_set_leader)                                                                              \
    X(rd_kafka_mock_coordinator_set)                                                                                   \
    X(rd_kafka_mock_broker_set_down)                                                                                   \
    X(rd_kafka_mock_broker_set_up)                                                                                     \
    X(rd_kafka_mock_broker_set_rtt)                                                                                    \
    X(rd_kafka_mock_push_request_errors_array)                                                                         \
    X(rd_kafka_mock_clear_request_errors)

/// Functions of the cluster that the library can play for tests.
typedef struct __attribute__((swift_attr("@Sendable"))) KafkaMockFunctions {
    KAFKA_MOCK_FUNCTIONS(KAFKA_SLOT)
} KafkaMockFunctions;
#undef KAFKA_SLOT

// MARK: Loading

typedef enum __attribute__((enum_extensibility(open))) KafkaLoadOutcome {
    KafkaLoadSucceeded = 0,
    /// The dynamic linker did not find or take the library; the text is the linker's.
    KafkaLoadNotLoadable,
    /// The library lacks a function; the text is its name.
    KafkaLoadLacksFunction,
} KafkaLoadOutcome;

/// Loads the library and fills the tables.
///
/// The library stays loaded until the process ends. `text` receives what went wrong, cut to `capacity` bytes and always
/// terminated.
KafkaLoadOutcome KafkaLoad(KafkaFunctions *_Nonnull functions, char *_Nonnull text, size_t capacity);
KafkaLoadOutcome KafkaMockLoad(KafkaMockFunctions *_Nonnull functions, char *_Nonnull text, size_t capacity);

// MARK: Calls that Swift cannot write

/// Hands a copy of one message to the producer's queue.
///
/// `headers` may be `NULL`; otherwise it belongs to the library when the call succeeds, and to the caller when not.
/// Returns `NULL` on success, otherwise an error to destroy. A `partition` below 0 lets the key choose.
rd_kafka_error_t *_Nullable KafkaProduce(
    const KafkaFunctions *_Nonnull functions, rd_kafka_t *_Nonnull handle, const char *_Nonnull topic,
    int32_t partition, const void *_Nullable key, size_t keyLength, const void *_Nullable value, size_t valueLength,
    rd_kafka_headers_t *_Nullable headers, void *_Nullable opaque);
