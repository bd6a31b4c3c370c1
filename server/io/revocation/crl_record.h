// A CRL as it is kept in a file: what it needs to be judged again, and to be asked for
// again. All in one file, so that no crash parts them.
//
//   "postern-crl-1\n", then five fields, each after its length in four octets, the
//   highest first: URL, issuer's certificate, ETag, Last-Modified, CRL;
//   eight octets: seconds since 1970 of the fetch; 32 octets: SHA-256 of all before
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_RECORD_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_RECORD_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// What stands beside the CRL takes no more than this.
inline constexpr size_t kMaxCrlRecordBytes = size_t{64} * 1024;

inline constexpr size_t kMaxValidatorBytes = 1024;  // ETag, Last-Modified

struct CrlRecord {
  std::string url;
  std::string issuer;  // DER
  std::string etag;
  std::string last_modified;
  std::string crl;  // DER
  absl::Time fetched = absl::InfinitePast();
};

// WriteCrlRecord writes it.
std::string WriteCrlRecord(const CrlRecord& record);

// ReadCrlRecord reads it, from a file that may be anything. Fails with INVALID_ARGUMENT
// where it is no record, or where a field is too long or holds what may not be sent. The
// signature of the CRL is for the caller to verify: the digest tells of damage, not of
// who wrote it.
absl::StatusOr<CrlRecord> ReadCrlRecord(absl::string_view bytes);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_RECORD_H_
