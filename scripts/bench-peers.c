// Posts events to another store the way `sharectl bench ingest` posts them to ours: one event at a time over each of a number of connections, one
// thread for each, which waits for the answer before it takes the next event. Written in C over bare sockets so that the client takes less of
// the machine than ours does: where that makes a difference, it is in the other store's favour.
//
//     bench-peers postgres|nats PORT FILE CONNECTIONS SECONDS
//
// FILE has an event a line: its id, a tab, the signed event. It ends after so many seconds, or with the file. What came of it is printed as JSON.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct event {
    const char *id, *body;
    size_t body_length;
};

static struct event *events;
static size_t event_count;
static atomic_size_t next_event;
static atomic_size_t answered;
static uint64_t *took;
static uint64_t deadline;
static int port;
static int is_nats;

static void die(const char *why) {
    fprintf(stderr, "bench-peers: %s\n", why);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int open_connection(void) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) die("nobody answers at the port");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return descriptor;
}

static void send_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) die("the store closed a connection");
        bytes += sent;
        count -= (size_t)sent;
    }
}

// What was read of a connection and not yet looked at.
struct reader {
    int descriptor;
    size_t start, end;
    char bytes[65536];
};

static char *need(struct reader *reader, size_t count) {
    if (reader->start + count > sizeof reader->bytes) {
        memmove(reader->bytes, reader->bytes + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    if (count > sizeof reader->bytes) die("an answer is too long");
    while (reader->end - reader->start < count) {
        ssize_t got = recv(reader->descriptor, reader->bytes + reader->end, sizeof reader->bytes - reader->end, 0);
        if (got <= 0) die("the store closed a connection");
        reader->end += (size_t)got;
    }
    return reader->bytes + reader->start;
}

// PostgreSQL, protocol 3.0: messages of a letter, a length and what is in it.

static size_t put32(char *to, uint32_t value) {
    value = htonl(value);
    memcpy(to, &value, 4);
    return 4;
}

static void postgres_until_ready(struct reader *reader) {
    for (;;) {
        char *head = need(reader, 5);
        char kind = head[0];
        uint32_t length;
        memcpy(&length, head + 1, 4);
        length = ntohl(length);
        char *message = need(reader, 1 + length);
        if (kind == 'E') die("PostgreSQL answered with an error");
        if (kind == 'R' && message[8] != 0) die("PostgreSQL asks for a password");
        reader->start += 1 + length;
        if (kind == 'Z') return;
    }
}

static void postgres_begin(struct reader *reader) {
    static const char startup[] = "\0\0\0\0\0\3\0\0user\0bench\0database\0postgres\0";
    char message[256];
    memcpy(message, startup, sizeof startup);
    put32(message, sizeof startup);
    send_all(reader->descriptor, message, sizeof startup);
    postgres_until_ready(reader);
    static const char statement[] = "insert\0INSERT INTO event (id, body) VALUES ($1, $2)";
    size_t length = 0;
    message[length++] = 'P';
    length += put32(message + length, 4 + sizeof statement + 2 + 8);
    memcpy(message + length, statement, sizeof statement);
    length += sizeof statement;
    message[length++] = 0;
    message[length++] = 2;
    length += put32(message + length, 2950);
    length += put32(message + length, 25);
    message[length++] = 'S';
    length += put32(message + length, 4);
    send_all(reader->descriptor, message, length);
    postgres_until_ready(reader);
}

static void postgres_insert(struct reader *reader, const struct event *event, char *message) {
    static const char target[] = "\0insert\0\0\0\0\2";
    size_t length = 0;
    message[length++] = 'B';
    length += put32(message + length, (uint32_t)(4 + 12 + 4 + 36 + 4 + event->body_length + 2));
    memcpy(message + length, target, 12);
    length += 12;
    length += put32(message + length, 36);
    memcpy(message + length, event->id, 36);
    length += 36;
    length += put32(message + length, (uint32_t)event->body_length);
    memcpy(message + length, event->body, event->body_length);
    length += event->body_length;
    message[length++] = 0;
    message[length++] = 0;
    static const char execute[] = "E\0\0\0\11\0\0\0\0\0S\0\0\0\4";
    memcpy(message + length, execute, 15);
    length += 15;
    send_all(reader->descriptor, message, length);
    postgres_until_ready(reader);
}

// NATS: lines, and payloads of a length that the line before gives.

static char *nats_line(struct reader *reader, size_t *length) {
    size_t looked = 0;
    for (;;) {
        char *bytes = need(reader, looked + 1);
        if (bytes[looked] == '\n') {
            *length = looked + 1;
            return bytes;
        }
        looked++;
    }
}

static void nats_expect(struct reader *reader, const char *word) {
    for (;;) {
        size_t length;
        char *line = nats_line(reader, &length);
        if (line[0] == '-') die("NATS answered with an error");
        int is_it = strncmp(line, word, strlen(word)) == 0;
        if (strncmp(line, "PING", 4) == 0) send_all(reader->descriptor, "PONG\r\n", 6);
        if (is_it && strcmp(word, "MSG ") == 0) {
            line[length - 2] = 0;
            size_t size = strtoul(strrchr(line, ' ') + 1, NULL, 10);
            reader->start += length;
            char *answer = need(reader, size + 2);
            answer[size] = 0;
            if (strstr(answer, "\"seq\"") == NULL || strstr(answer, "\"error\"") || strstr(answer, "\"duplicate\"")) die("JetStream did not store an event");
            reader->start += size + 2;
            return;
        }
        reader->start += length;
        if (is_it) return;
        if (strncmp(line, "HMSG", 4) == 0) die("no stream takes the events");
    }
}

static void nats_begin(struct reader *reader, int number) {
    char message[256];
    nats_expect(reader, "INFO");
    int length = snprintf(
        message, sizeof message,
        "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\nSUB _INBOX.%d 1\r\nPING\r\n", number);
    send_all(reader->descriptor, message, (size_t)length);
    nats_expect(reader, "PONG");
}

static void nats_publish(struct reader *reader, const struct event *event, int number, char *message) {
    // The header is 10 + 13 + 36 + 4 bytes long: a version, the id, an empty line.
    int length = sprintf(
        message, "HPUB event _INBOX.%d 63 %zu\r\nNATS/1.0\r\nNats-Msg-Id: %.36s\r\n\r\n", number, 63 + event->body_length, event->id);
    memcpy(message + length, event->body, event->body_length);
    memcpy(message + length + event->body_length, "\r\n", 2);
    send_all(reader->descriptor, message, (size_t)length + event->body_length + 2);
    nats_expect(reader, "MSG ");
}

static void *work(void *argument) {
    int number = (int)(intptr_t)argument;
    struct reader *reader = calloc(1, sizeof *reader);
    char *message = malloc(1 << 20);
    if (!reader || !message) die("no memory");
    reader->descriptor = open_connection();
    if (is_nats) nats_begin(reader, number); else postgres_begin(reader);
    for (;;) {
        size_t place = atomic_fetch_add(&next_event, 1);
        uint64_t start = now();
        if (place >= event_count || start >= deadline) break;
        if (is_nats) nats_publish(reader, &events[place], number, message); else postgres_insert(reader, &events[place], message);
        took[place] = now() - start;
        atomic_fetch_add(&answered, 1);
    }
    close(reader->descriptor);
    return NULL;
}

static int ascending(const void *one, const void *other) {
    uint64_t left = *(const uint64_t *)one, right = *(const uint64_t *)other;
    return left < right ? -1 : left > right;
}

static void read_events(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die("cannot read the file of events");
    size_t capacity = 0, room = 0;
    char *line = NULL;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        if (length < 39 || line[36] != '\t') die("a line is not an id, a tab and an event");
        if (length > 900000) die("an event is too long");
        line[36] = line[length - 1] = 0;
        if (event_count == capacity) events = realloc(events, (capacity = capacity * 2 + 1024) * sizeof *events);
        if (!events) die("no memory");
        events[event_count++] = (struct event){line, line + 37, (size_t)length - 38};
        line = NULL;
    }
    fclose(file);
}

// The smallest that `percent` of all are not above.
static double percentile(size_t count, double percent) {
    size_t rank = (size_t)(percent / 100 * (double)count + 0.999999);
    return count ? (double)took[event_count - count + (rank < 1 ? 1 : rank > count ? count : rank) - 1] / 1e6 : 0;
}

int main(int count, char **arguments) {
    if (count != 6) die("usage: bench-peers postgres|nats PORT FILE CONNECTIONS SECONDS");
    is_nats = strcmp(arguments[1], "nats") == 0;
    port = atoi(arguments[2]);
    read_events(arguments[3]);
    int connections = atoi(arguments[4]);
    took = calloc(event_count + 1, sizeof *took);
    pthread_t *threads = calloc((size_t)connections, sizeof *threads);
    if (!took || !threads) die("no memory");
    uint64_t start = now();
    deadline = start + (uint64_t)atoi(arguments[5]) * 1000000000u;
    for (int number = 0; number < connections; number++)
        if (pthread_create(&threads[number], NULL, work, (void *)(intptr_t)number)) die("cannot start a thread");
    for (int number = 0; number < connections; number++) pthread_join(threads[number], NULL);
    double seconds = (double)(now() - start) / 1e9;
    size_t done = answered;
    // What was not answered took 0, and stands before everything that was.
    qsort(took, event_count, sizeof *took, ascending);
    printf(
        "{\"events\": %zu, \"seconds\": %.3f, \"eventsPerSecond\": %.1f, \"p50\": %.3f, \"p99\": %.3f}\n", done, seconds,
        (double)done / seconds, percentile(done, 50), percentile(done, 99));
    return 0;
}
