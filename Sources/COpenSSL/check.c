#include "request.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

// Keys and signatures of certificates below 112 bits (RSA under 2,048 bits, SHA-1) are not relied on.
#define AUTHORITY_SECURITY_LEVEL 2
// Seconds and the like of an accuracy beyond this are nonsense.
#define ACCURACY_MOST 1000000000

// Why the last chain of this thread was refused. X509_STORE_CTX tells its callback alone, and TS makes that context itself.
static _Thread_local int refused_chain;

static int remember_refusal(int is_good, X509_STORE_CTX *context) {
    if (!is_good) refused_chain = X509_STORE_CTX_get_error(context);
    return is_good;
}

// Adds every certificate of a PEM text to a store. Returns how many; 0 where a part of it cannot be read. `store` may be NULL to count.
static size_t read_certificates(const uint8_t *pem, size_t length, X509_STORE *store) {
    if (pem == NULL || length == 0 || length > INT_MAX) return 0;
    BIO *text = BIO_new_mem_buf(pem, (int)length);
    if (text == NULL) return 0;
    size_t count = 0;
    int is_whole = 1;
    while (is_whole) {
        // No password is ever asked for: the callback must not reach for the terminal.
        X509 *certificate = PEM_read_bio_X509(text, NULL, NULL, "");
        if (certificate == NULL) {
            unsigned long error = ERR_peek_last_error();
            is_whole = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
            break;
        }
        // The store takes a reference of its own.
        if (store != NULL && !X509_STORE_add_cert(store, certificate)) is_whole = 0;
        X509_free(certificate);
        count += 1;
    }
    BIO_free(text);
    ERR_clear_error();
    return is_whole ? count : 0;
}

size_t sharing_ts_certificates(const uint8_t *pem, size_t length) {
    ERR_clear_error();
    return read_certificates(pem, length, NULL);
}

// Seconds since 1970. ASN1_TIME_diff gives days and seconds of one sign, so no time_t is in between.
static int seconds_of(const ASN1_GENERALIZEDTIME *time, int64_t *seconds) {
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int done = epoch != NULL && time != NULL && ASN1_TIME_diff(&days, &rest, epoch, time);
    ASN1_TIME_free(epoch);
    if (done) *seconds = (int64_t)days * 86400 + rest;
    return done;
}

// A part of an accuracy; absent is 0, and -1 is what nobody can mean.
static int64_t accuracy_part(const ASN1_INTEGER *part) {
    int64_t value = 0;
    if (part == NULL) return 0;
    if (!ASN1_INTEGER_get_int64(&value, part) || value < 0 || value > ACCURACY_MOST) return -1;
    return value;
}

static int read_accuracy(TS_TST_INFO *info, sharing_ts_stamp *stamp) {
    TS_ACCURACY *accuracy = TS_TST_INFO_get_accuracy(info);
    if (accuracy == NULL) return 1;
    int64_t seconds = accuracy_part(TS_ACCURACY_get_seconds(accuracy));
    int64_t millis = accuracy_part(TS_ACCURACY_get_millis(accuracy));
    int64_t micros = accuracy_part(TS_ACCURACY_get_micros(accuracy));
    if (seconds < 0 || millis < 0 || micros < 0) return 0;
    stamp->accuracy_micros = seconds * 1000000 + millis * 1000 + micros;
    return 1;
}

static int read_serial(TS_TST_INFO *info, sharing_ts_stamp *stamp) {
    const ASN1_INTEGER *serial = TS_TST_INFO_get_serial(info);
    BIGNUM *number = serial == NULL ? NULL : ASN1_INTEGER_to_BN(serial, NULL);
    int length = number == NULL ? -1 : BN_num_bytes(number);
    int done = length >= 0 && length <= SHARING_TS_SERIAL_BYTES && !BN_is_negative(number);
    if (done) stamp->serial_length = (size_t)BN_bn2bin(number, stamp->serial);
    BN_free(number);
    return done;
}

// The name on the certificate that the response was signed with. Without one in the response the name stays empty.
static void read_authority(PKCS7 *token, sharing_ts_stamp *stamp) {
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    BIO *text = BIO_new(BIO_s_mem());
    if (signers != NULL && text != NULL && sk_X509_num(signers) == 1
        && X509_NAME_print_ex(text, X509_get_subject_name(sk_X509_value(signers, 0)), 0, XN_FLAG_RFC2253) >= 0) {
        int length = BIO_read(text, stamp->authority, SHARING_TS_AUTHORITY_BYTES - 1);
        stamp->authority[length > 0 ? length : 0] = 0;
    }
    BIO_free(text);
    // The stack is ours, its certificates are the token's.
    sk_X509_free(signers);
}

// What the token says, believed or not.
static int read_token(TS_RESP *response, sharing_ts_stamp *stamp) {
    PKCS7 *token = TS_RESP_get_token(response);
    TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    if (token == NULL || info == NULL || !PKCS7_type_is_signed(token)) return 0;
    ASN1_OBJECT *policy = TS_TST_INFO_get_policy_id(info);
    if (policy == NULL || OBJ_obj2txt(stamp->policy, SHARING_TS_POLICY_BYTES, policy, 1) <= 0) return 0;
    if (!seconds_of(TS_TST_INFO_get_time(info), &stamp->time_seconds)) return 0;
    if (!read_serial(info, stamp) || !read_accuracy(info, stamp)) return 0;
    read_authority(token, stamp);
    return 1;
}

// Whether every signer of the token used a hash function of 256 bits or more.
static int has_strong_digest(TS_RESP *response) {
    STACK_OF(PKCS7_SIGNER_INFO) *signers = PKCS7_get_signer_info(TS_RESP_get_token(response));
    if (signers == NULL || sk_PKCS7_SIGNER_INFO_num(signers) < 1) return 0;
    for (int place = 0; place < sk_PKCS7_SIGNER_INFO_num(signers); place += 1) {
        const PKCS7_SIGNER_INFO *signer = sk_PKCS7_SIGNER_INFO_value(signers, place);
        if (signer == NULL || signer->digest_alg == NULL) return 0;
        const ASN1_OBJECT *name = NULL;
        X509_ALGOR_get0(&name, NULL, NULL, signer->digest_alg);
        const EVP_MD *digest = name == NULL ? NULL : EVP_get_digestbyobj(name);
        if (digest == NULL || EVP_MD_get_size(digest) < SHARING_TS_DIGEST_BYTES) return 0;
    }
    return 1;
}

static sharing_ts_outcome refusal_of_chain(void) {
    switch (refused_chain) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID: return SHARING_TS_CERTIFICATE_EXPIRED;
    case X509_V_ERR_INVALID_PURPOSE: return SHARING_TS_CERTIFICATE_PURPOSE;
    default: return SHARING_TS_CERTIFICATE_UNTRUSTED;
    }
}

// What the last error in the queue means. Its text is never looked at: it may repeat what the authority wrote.
static sharing_ts_outcome refusal_of_response(void) {
    unsigned long error = ERR_peek_last_error();
    if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) return SHARING_TS_INTERNAL;
    if (ERR_GET_LIB(error) != ERR_LIB_TS) return SHARING_TS_SIGNATURE;
    switch (ERR_GET_REASON(error)) {
    case TS_R_NO_TIME_STAMP_TOKEN: return SHARING_TS_NOT_GRANTED;
    case TS_R_MESSAGE_IMPRINT_MISMATCH: return SHARING_TS_OTHER_IMPRINT;
    case TS_R_NONCE_MISMATCH:
    case TS_R_NONCE_NOT_RETURNED: return SHARING_TS_OTHER_NONCE;
    case TS_R_CERTIFICATE_VERIFY_ERROR: return refusal_of_chain();
    case TS_R_UNSUPPORTED_VERSION: return SHARING_TS_MALFORMED;
    default: return SHARING_TS_SIGNATURE;
    }
}

// Certificates to end at, and the moment for which they must hold.
static X509_STORE *make_store(const uint8_t *trusted, size_t length, int64_t time) {
    X509_STORE *store = X509_STORE_new();
    X509_VERIFY_PARAM *moment = store == NULL ? NULL : X509_VERIFY_PARAM_new();
    if (moment != NULL && read_certificates(trusted, length, store) > 0) {
        X509_VERIFY_PARAM_set_time(moment, (time_t)time);
        X509_VERIFY_PARAM_set_auth_level(moment, AUTHORITY_SECURITY_LEVEL);
        X509_STORE_set_verify_cb(store, remember_refusal);
        // Copied.
        if (X509_STORE_set1_param(store, moment)) {
            X509_VERIFY_PARAM_free(moment);
            return store;
        }
    }
    X509_VERIFY_PARAM_free(moment);
    X509_STORE_free(store);
    return NULL;
}

// Checks a response that has been read against the request that it should answer.
static sharing_ts_outcome check(TS_RESP *response, TS_REQ *request, X509_STORE *store) {
    TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);
    if (context == NULL) return SHARING_TS_INTERNAL;
    if (store == NULL) {
        // Without TS_VFY_SIGNER, which is set by default and brings the signature with it.
        int nonce = TS_REQ_get_nonce(request) == NULL ? 0 : TS_VFY_NONCE;
        TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT | nonce);
    } else {
        TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
        // The context frees the store with itself, so it gets a reference of its own.
        if (!X509_STORE_up_ref(store)) {
            TS_VERIFY_CTX_free(context);
            return SHARING_TS_INTERNAL;
        }
#if OPENSSL_VERSION_NUMBER >= 0x30400000L
        TS_VERIFY_CTX_set0_store(context, store);
#else
        TS_VERIFY_CTX_set_store(context, store);
#endif
    }
    refused_chain = X509_V_OK;
    ERR_clear_error();
    sharing_ts_outcome outcome =
        TS_RESP_verify_response(context, response) == 1 ? SHARING_TS_GOOD : refusal_of_response();
    TS_VERIFY_CTX_free(context);
    return outcome;
}

static sharing_ts_outcome read_and_check(
    TS_RESP *response, TS_REQ *request, const uint8_t *trusted, size_t trusted_length, sharing_ts_stamp *stamp) {
    TS_STATUS_INFO *status = TS_RESP_get_status_info(response);
    int64_t value = -1;
    if (status == NULL || TS_STATUS_INFO_get0_status(status) == NULL
        || !ASN1_INTEGER_get_int64(&value, TS_STATUS_INFO_get0_status(status)) || value < 0 || value > 5) {
        return SHARING_TS_MALFORMED;
    }
    stamp->pki_status = (int32_t)value;
    if (value != TS_STATUS_GRANTED && value != TS_STATUS_GRANTED_WITH_MODS) return SHARING_TS_NOT_GRANTED;
    if (!read_token(response, stamp)) return SHARING_TS_MALFORMED;
    if (trusted == NULL) return check(response, request, NULL);
    if (!has_strong_digest(response)) return SHARING_TS_SIGNATURE;
    X509_STORE *store = make_store(trusted, trusted_length, stamp->time_seconds);
    if (store == NULL) return SHARING_TS_TRUST_UNREADABLE;
    sharing_ts_outcome outcome = check(response, request, store);
    X509_STORE_free(store);
    return outcome;
}

sharing_ts_outcome sharing_ts_check(
    const uint8_t *response, size_t response_length, const uint8_t *digest, const uint8_t *nonce, size_t nonce_length,
    const uint8_t *trusted, size_t trusted_length, sharing_ts_stamp *stamp) {
    memset(stamp, 0, sizeof *stamp);
    stamp->pki_status = -1;
    stamp->accuracy_micros = -1;
    if (response == NULL || response_length == 0 || response_length > LONG_MAX) return SHARING_TS_MALFORMED;
    ERR_clear_error();
    const unsigned char *end = response;
    TS_RESP *read = d2i_TS_RESP(NULL, &end, (long)response_length);
    sharing_ts_outcome outcome = SHARING_TS_MALFORMED;
    // Bytes behind the response would be stored as part of the evidence.
    if (read != NULL && end == response + response_length) {
        TS_REQ *request = sharing_ts_make_request(digest, nonce, nonce_length);
        outcome = request == NULL
            ? SHARING_TS_INTERNAL : read_and_check(read, request, trusted, trusted_length, stamp);
        TS_REQ_free(request);
    }
    TS_RESP_free(read);
    ERR_clear_error();
    return outcome;
}
