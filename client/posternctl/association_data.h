// Certificate association data of a certificate (RFC 6698, section 2.1.4), and
// where in a chain a TLSA record matches. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_ASSOCIATION_DATA_H_
#define POSTERN_CLIENT_POSTERNCTL_ASSOCIATION_DATA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/posternctl/certificate.h"
#include "postern/v1/dane.pb.h"

namespace postern::posternctl {

// AssociationData gives the data of a TLSA record that matches the certificate;
// nothing for a selector other than 0 and 1, or a matching type other than 0, 1
// and 2.
std::optional<std::string> AssociationData(const Certificate& certificate, uint32_t selector,
                                           uint32_t matching_type);

// MatchedDepth gives the depth at which a record matches the chain of a server,
// its own certificate first: usages 1 and 3 match at depth 0 only, 0 and 2 above
// it. A 2 0 0 or 2 1 0 record that holds the key by which the last certificate is
// signed matches at the next depth (RFC 7671, sections 5.2.2 and 5.2.3). Looks at
// no name and no date.
std::optional<uint32_t> MatchedDepth(const v1::TlsaRecord& record,
                                     const std::vector<Certificate>& chain);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_ASSOCIATION_DATA_H_
