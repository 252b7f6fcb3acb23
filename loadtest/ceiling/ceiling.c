/* The most that librdkafka itself can do in the validator's place: every record of a topic is read, and one of the size of a ledger entry is
 * produced to the same partition of another topic. Nothing is decoded, looked up or decided.
 *
 *   ceiling BOOTSTRAP IN OUT PARTITIONS RECORDS EXTRA_BYTES [NAME=VALUE ...]
 *
 * EXTRA_BYTES is what an entry has more than its event. NAME=VALUE are settings of librdkafka, given to both connections. One line of JSON
 * tells what was counted and the processor time of the process, from the first record read to the last one acknowledged. */
#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 4096, ENTRY_MAX = 2 * 1024 * 1024 };

static long long acknowledged, failed;

static void die(const char *what, const char *why) {
  fprintf(stderr, "ceiling: %s: %s\n", what, why);
  exit(2);
}

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char why[512];
  if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) die(name, why);
}

static void set_all(rd_kafka_conf_t *conf, int count, char **pairs) {
  for (int i = 0; i < count; i++) {
    char pair[1024];
    snprintf(pair, sizeof pair, "%s", pairs[i]);
    char *value = strchr(pair, '=');
    if (!value) die(pairs[i], "is not NAME=VALUE");
    *value++ = 0;
    set(conf, pair, value);
  }
}

static rd_kafka_t *open_client(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
  char why[512];
  rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
  if (!client) die("no client", why);
  return client;
}

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  (void)client, (void)opaque;
  if (message->err) failed++;
  else acknowledged++;
}

static void produce(rd_kafka_t *producer, rd_kafka_topic_t *out, const rd_kafka_message_t *message, char *entry, size_t extra) {
  size_t size = message->len + extra;
  if (size > ENTRY_MAX) die("a record", "is too large");
  memcpy(entry, message->payload, message->len);
  while (rd_kafka_produce(out, message->partition, RD_KAFKA_MSG_F_COPY, entry, size, message->key, message->key_len, NULL)) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce", rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_poll(producer, 1);
  }
}

int main(int argc, char **argv) {
  if (argc < 7) die("usage", "ceiling BOOTSTRAP IN OUT PARTITIONS RECORDS EXTRA_BYTES [NAME=VALUE ...]");
  int partitions = atoi(argv[4]);
  long long records = atoll(argv[5]);
  size_t extra = strtoul(argv[6], NULL, 10);

  rd_kafka_conf_t *reading = rd_kafka_conf_new(), *writing = rd_kafka_conf_new();
  set(reading, "bootstrap.servers", argv[1]);
  set(writing, "bootstrap.servers", argv[1]);
  set(reading, "group.id", "ceiling");
  set(reading, "fetch.wait.max.ms", "5");
  set(reading, "queued.max.messages.kbytes", "65536");
  set(writing, "acks", "all");
  set(writing, "enable.idempotence", "true");
  set(writing, "linger.ms", "5");
  set(writing, "queue.buffering.max.messages", "1000000");
  set_all(reading, argc - 7, argv + 7);
  set_all(writing, argc - 7, argv + 7);
  rd_kafka_conf_set_dr_msg_cb(writing, delivered);
  rd_kafka_t *consumer = open_client(RD_KAFKA_CONSUMER, reading), *producer = open_client(RD_KAFKA_PRODUCER, writing);
  rd_kafka_topic_t *in = rd_kafka_topic_new(consumer, argv[2], NULL), *out = rd_kafka_topic_new(producer, argv[3], NULL);
  rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer);
  for (int p = 0; p < partitions; p++)
    if (rd_kafka_consume_start_queue(in, p, RD_KAFKA_OFFSET_BEGINNING, queue)) die("start", rd_kafka_err2str(rd_kafka_last_error()));

  static rd_kafka_message_t *batch[BATCH];
  char *entry = calloc(1, ENTRY_MAX);
  long long read = 0, bytes = 0;
  double cpu = 0, wall = 0;
  while (read < records) {
    /* The call waits its whole timeout unless the buffer fills: short waits, as the validator's. */
    ssize_t count = rd_kafka_consume_batch_queue(queue, 5, batch, BATCH);
    if (count < 0) die("consume", rd_kafka_err2str(rd_kafka_last_error()));
    if (count > 0 && !read) cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    for (ssize_t i = 0; i < count; i++) {
      if (batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        produce(producer, out, batch[i], entry, extra);
        bytes += batch[i]->len;
        read++;
      } else if (batch[i]->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) die("consume", rd_kafka_message_errstr(batch[i]));
      rd_kafka_message_destroy(batch[i]);
    }
    rd_kafka_poll(producer, 0);
  }
  rd_kafka_flush(producer, 60000);
  cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = seconds(CLOCK_MONOTONIC) - wall;
  printf("{\"read\":%lld,\"acknowledged\":%lld,\"failed\":%lld,\"bytes\":%lld,\"cpu_seconds\":%.4f,\"wall_seconds\":%.4f}\n", read,
         acknowledged, failed, bytes, cpu, wall);
  free(entry);
  return acknowledged == records && !failed ? 0 : 1;
}
