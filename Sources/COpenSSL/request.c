#include "request.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

// Puts digest and hash function into a request.
static int set_imprint(TS_REQ *request, const uint8_t *digest) {
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    int done = imprint != NULL && algorithm != NULL
        && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL)
        // Both setters copy what they are given.
        && TS_MSG_IMPRINT_set_algo(imprint, algorithm)
        && TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)digest, SHARING_TS_DIGEST_BYTES)
        && TS_REQ_set_msg_imprint(request, imprint);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return done;
}

static int set_nonce(TS_REQ *request, const uint8_t *nonce, size_t length) {
    BIGNUM *number = BN_bin2bn(nonce, (int)length, NULL);
    ASN1_INTEGER *integer = number == NULL ? NULL : BN_to_ASN1_INTEGER(number, NULL);
    // Copied.
    int done = integer != NULL && TS_REQ_set_nonce(request, integer);
    ASN1_INTEGER_free(integer);
    BN_free(number);
    return done;
}

TS_REQ *sharing_ts_make_request(const uint8_t *digest, const uint8_t *nonce, size_t nonce_length) {
    TS_REQ *request = TS_REQ_new();
    if (request == NULL) return NULL;
    if (TS_REQ_set_version(request, 1) && set_imprint(request, digest)
        && (nonce == NULL || set_nonce(request, nonce, nonce_length)) && TS_REQ_set_cert_req(request, 1)) {
        return request;
    }
    TS_REQ_free(request);
    return NULL;
}

size_t sharing_ts_request(const uint8_t *digest, const uint8_t *nonce, size_t nonce_length, uint8_t *request) {
    size_t written = 0;
    if (nonce == NULL || nonce_length < 1 || nonce_length > 32) return 0;
    ERR_clear_error();
    TS_REQ *made = sharing_ts_make_request(digest, nonce, nonce_length);
    if (made != NULL) {
        int length = i2d_TS_REQ(made, NULL);
        if (length > 0 && length <= SHARING_TS_REQUEST_BYTES) {
            unsigned char *end = request;
            if (i2d_TS_REQ(made, &end) == length) written = (size_t)length;
        }
        TS_REQ_free(made);
    }
    ERR_clear_error();
    return written;
}
