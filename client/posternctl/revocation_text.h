// Verdicts on revocation as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_REVOCATION_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_REVOCATION_TEXT_H_

#include <string>

#include "client/posternctl/text.h"
#include "postern/v1/revocation.pb.h"
#include "postern/v1/revocation_verdict.pb.h"

namespace postern::posternctl {

// These give a paragraph: what is said, by whom, since when and until when.
std::string RevocationText(const v1::StapleVerdict& verdict, const TextOptions& options);
std::string RevocationText(const v1::CrlVerdict& verdict, const TextOptions& options);
std::string RevocationText(const v1::FetchStapleResponse& fetched, const TextOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_REVOCATION_TEXT_H_
