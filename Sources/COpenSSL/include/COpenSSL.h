// A doorway to libcrypto's time-stamping functions (RFC 3161): bytes in, bytes and plain values out.
//
// No type of OpenSSL crosses it, so nothing of its headers meets the BoringSSL that swift-crypto and swift-nio-ssl bring along under
// names of their own. Nothing is kept between two calls, no memory is handed over, and the error queue is empty afterwards.

#ifndef SHARING_COPENSSL_H
#define SHARING_COPENSSL_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a SHA-256 digest, the only kind of imprint that is asked for and accepted.
#define SHARING_TS_DIGEST_BYTES 32
/// Room for a request: version, imprint, a nonce of at most 32 bytes and certReq.
#define SHARING_TS_REQUEST_BYTES 160
/// Room for a policy's object identifier as text, and for the authority's name; longer ones are cut off.
#define SHARING_TS_POLICY_BYTES 128
#define SHARING_TS_AUTHORITY_BYTES 256
/// Room for a serial number; RFC 3161 asks for up to 160 bits. A longer one is refused.
#define SHARING_TS_SERIAL_BYTES 64

/// Why a response is not what was asked for; the first thing that is wrong.
typedef enum {
    /// Everything that was asked to be checked holds.
    SHARING_TS_GOOD = 0,
    /// Not the DER of one response, or values in it that no response has.
    SHARING_TS_MALFORMED = 1,
    /// The authority did not grant it; `pki_status` says what it answered.
    SHARING_TS_NOT_GRANTED = 2,
    /// The imprint is another's, or of another hash function.
    SHARING_TS_OTHER_IMPRINT = 3,
    /// The nonce is not the request's: an answer to another request.
    SHARING_TS_OTHER_NONCE = 4,
    /// The certificate was not valid at the time that the response states.
    SHARING_TS_CERTIFICATE_EXPIRED = 5,
    /// The certificate is not one for time-stamping alone (extended key usage timeStamping, critical).
    SHARING_TS_CERTIFICATE_PURPOSE = 6,
    /// The certificate does not lead to one of the certificates trusted.
    SHARING_TS_CERTIFICATE_UNTRUSTED = 7,
    /// The signature does not verify, is not by the certificate that it names, or uses a hash function below 256 bits.
    SHARING_TS_SIGNATURE = 8,
    /// No certificate could be read from the PEM text of those trusted.
    SHARING_TS_TRUST_UNREADABLE = 9,
    /// libcrypto failed for want of memory or for a reason of its own.
    SHARING_TS_INTERNAL = 10
} sharing_ts_outcome;

/// What a response says. Unless the outcome is `SHARING_TS_GOOD` and certificates were given, nothing vouches for it.
typedef struct {
    /// PKIStatus of RFC 3161 section 2.4.2; -1 where it could not be read.
    int32_t pki_status;
    /// The time stated, in seconds since 1970, its fraction cut off.
    int64_t time_seconds;
    /// How far it may be off, in microseconds; -1 where the authority does not say.
    int64_t accuracy_micros;
    size_t serial_length;
    uint8_t serial[SHARING_TS_SERIAL_BYTES];
    /// Ended by a zero byte; so is the authority's name: its certificate's subject as RFC 2253 writes it, control characters escaped.
    char policy[SHARING_TS_POLICY_BYTES];
    char authority[SHARING_TS_AUTHORITY_BYTES];
} sharing_ts_stamp;

/// Writes the DER of a request for a digest, with certReq set.
/// @param nonce 1 to 32 bytes, taken as an unsigned number.
/// @param request room for `SHARING_TS_REQUEST_BYTES`.
/// @return how many bytes were written; 0 where libcrypto failed.
size_t sharing_ts_request(const uint8_t *digest, const uint8_t *nonce, size_t nonce_length, uint8_t *request);

/// Checks a response.
/// @param nonce as in the request; NULL to leave it unchecked, as for one that was checked when it came.
/// @param trusted PEM certificates, of which at least one root, that the authority's certificate must lead to at the time that the response
///     states; NULL to leave signature and certificates unchecked.
/// @param stamp is filled as far as the response could be read, whatever the outcome.
sharing_ts_outcome sharing_ts_check(
    const uint8_t *response, size_t response_length, const uint8_t *digest, const uint8_t *nonce, size_t nonce_length,
    const uint8_t *trusted, size_t trusted_length, sharing_ts_stamp *stamp);

/// How many certificates a PEM text holds; 0 where it cannot be read as a whole.
size_t sharing_ts_certificates(const uint8_t *pem, size_t length);

#endif
