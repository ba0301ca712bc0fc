// For the files of this doorway alone: here types of OpenSSL may show.

#ifndef SHARING_COPENSSL_REQUEST_H
#define SHARING_COPENSSL_REQUEST_H

#include "COpenSSL.h"

#include <openssl/ts.h>

/// The caller frees it. NULL where libcrypto failed.
TS_REQ *sharing_ts_make_request(const uint8_t *digest, const uint8_t *nonce, size_t nonce_length);

#endif
