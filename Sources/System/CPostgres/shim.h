#ifndef FRONTDESK_CPOSTGRES_SHIM_H
#define FRONTDESK_CPOSTGRES_SHIM_H

#include <libpq-fe.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

// The PG_DIAG_* codes are character macros, which Swift does not import. One wrapper for each field
// that we read; each gives NULL when the server did not say.
static inline const char *frontdesk_pg_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}
static inline const char *frontdesk_pg_severity(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
}
static inline const char *frontdesk_pg_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}
static inline const char *frontdesk_pg_constraint(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}
static inline const char *frontdesk_pg_table(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_TABLE_NAME);
}
static inline const char *frontdesk_pg_column(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
}

// <sys/eventfd.h> is not in Swift's Glibc module. A non-blocking counter that poll(2) can watch;
// -1 when the process has no descriptor left.
static inline int frontdesk_pg_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}
static inline void frontdesk_pg_eventfd_set(int descriptor) {
    (void)!eventfd_write(descriptor, 1);
}
static inline void frontdesk_pg_eventfd_clear(int descriptor) {
    eventfd_t value;
    (void)!eventfd_read(descriptor, &value);
}

#endif
