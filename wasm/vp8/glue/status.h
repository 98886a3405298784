/* What every function of the glue answers, and how it is exported. `src/exports.ts` has the same numbers. */
#ifndef XMPP_CALL_VP8_STATUS_H
#define XMPP_CALL_VP8_STATUS_H

#include <vpx/vpx_codec.h>

#define EXPORT(name) __attribute__((export_name(#name)))

typedef enum { STATUS_OK, STATUS_INVALID_ARGUMENT, STATUS_OUT_OF_MEMORY, STATUS_CORRUPT_PACKET, STATUS_FAILED } Status;

Status status_of(vpx_codec_err_t error);

#endif
